import Cryptography
import Secrets
import Testing

/// Keys whose encryption is described as somebody would who wants to keep a reader busy.
@Suite("Keys encrypted with a password")
struct PasswordCipherTests {
    private static func der(_ tag: UInt8, _ contents: [UInt8]...) -> [UInt8] {
        let content = contents.flatMap { $0 }
        return content.count < 128
            ? [tag, UInt8(content.count)] + content
            : [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
    }

    private static func number(_ value: Int) -> [UInt8] {
        var bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        while bytes.count > 1, bytes[0] == 0 && bytes[1] < 128 || bytes[0] == 255 && bytes[1] > 127 {
            bytes.removeFirst()
        }
        return der(0x02, bytes)
    }

    private static let salt = der(0x04, [1, 2, 3, 4, 5, 6, 7, 8])
    private static let aes = der(
        0x30,
        [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2A],
        der(0x04, .init(repeating: 0, count: 16))
    )
    private static let pkcs5: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 5]

    private static func old(_ identifier: [UInt8], _ iterations: Int) -> [UInt8] {
        der(0x30, der(0x06, identifier), der(0x30, salt, number(iterations)))
    }

    private static func pbes2(_ derivation: [UInt8], _ cipher: [UInt8] = aes) -> [UInt8] {
        der(0x30, der(0x06, pkcs5 + [13]), der(0x30, derivation, cipher))
    }

    private static func pbkdf2(_ iterations: Int) -> [UInt8] {
        der(0x30, der(0x06, pkcs5 + [12]), der(0x30, salt, number(iterations)))
    }

    private static func scrypt(_ cost: Int, _ size: Int, _ parallel: Int) -> [UInt8] {
        let identifier: [UInt8] = [0x2B, 6, 1, 4, 1, 0xDA, 0x47, 4, 11]
        return der(0x30, der(0x06, identifier), der(0x30, salt, number(cost), number(size), number(parallel)))
    }

    private static func error(_ algorithm: [UInt8], _ encrypted: [UInt8] = .init(repeating: 7, count: 64)) throws
        -> KeyStoreError
    {
        let certificate = try StoreFixture.store("client-ec.pem", nil).authorities[0].der
        let key = der(0x30, algorithm, der(0x04, encrypted))
        let store = try KeyStore(
            reading: JKSBuilder(entries: [JKSBuilder.key("a", key, [certificate])]).bytes,
            password: nil,
            keyPassword: Secret("changekey")
        )
        return try failure { try store.identity }
    }

    private static let pkcs12: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 12, 1]

    @Test("are not decrypted when that takes too long")
    func tooLong() throws {
        for iterations in [5_000_001, 2_147_483_647] {
            for algorithm in [
                Self.old(Self.pkcs5 + [3], iterations), Self.old(Self.pkcs5 + [10], iterations),
                Self.old(Self.pkcs12 + [3], iterations), Self.old(Self.pkcs12 + [5], iterations),
                Self.old(Self.pkcs12 + [6], iterations), Self.pbes2(Self.pbkdf2(iterations)),
            ] {
                #expect(try Self.error(algorithm).code == .tooLarge)
            }
        }
        for (cost, size, parallel) in [(1 << 24, 8, 1), (1024, 1, 130_000), (1024, 8, 16_000), (1 << 17, 1, 64)] {
            #expect(try Self.error(Self.pbes2(Self.scrypt(cost, size, parallel))).code == .tooLarge, "\(cost)")
        }
    }

    @Test("whose number of repetitions makes no sense are damaged")
    func senseless() throws {
        for iterations in [0, -1, .min, .max] {
            #expect(try Self.error(Self.old(Self.pkcs12 + [6], iterations)).code == .damaged)
            let expected: KeyStoreError.Code = iterations == .max ? .tooLarge : .damaged
            #expect(try Self.error(Self.pbes2(Self.pbkdf2(iterations))).code == expected)
            #expect(try Self.error(Self.pbes2(Self.scrypt(iterations, 8, 1))).code == .damaged)
            #expect(try Self.error(Self.pbes2(Self.scrypt(2, iterations, 1))).code == .damaged)
            #expect(try Self.error(Self.pbes2(Self.scrypt(2, 8, iterations))).code == .damaged)
        }
    }

    @Test("without parameters are damaged")
    func noParameters() throws {
        for identifier in [
            Self.pkcs5 + [3], Self.pkcs5 + [13], Self.pkcs12 + [3], Self.pkcs12 + [5],
        ] {
            #expect(try Self.error(Self.der(0x30, Self.der(0x06, identifier))).code == .damaged)
        }
        let derivations = [Self.pkcs5 + [12], [0x2B, 6, 1, 4, 1, 0xDA, 0x47, 4, 11]]
        for derivation in derivations {
            let derivation = Self.der(0x30, Self.der(0x06, derivation))
            #expect(try Self.error(Self.pbes2(derivation)).code == .damaged)
        }
    }

    @Test("with what OpenSSL does not have are unsupported")
    func unsupported() throws {
        let gcm = Self.der(0x30, [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2E], Self.der(0x04, [1]))
        #expect(try Self.error(Self.pbes2(Self.pbkdf2(1), gcm)).message.contains("aes-256-gcm"))
        let unknown = Self.der(0x30, [0x06, 3, 0x2A, 3, 4])
        #expect(try Self.error(Self.pbes2(Self.pbkdf2(1), unknown)).message.contains("'1.2.3.4'"))
        #expect(try Self.error(Self.pbes2(unknown)).message.contains("'1.2.3.4'"))
        #expect(try Self.error(unknown).message.contains("'1.2.3.4'"))
    }

    @Test("whose bytes are not whole blocks, or too few, cannot be decrypted", arguments: [0, 1, 7, 8, 40, 64])
    func blocks(count: Int) throws {
        let encrypted = [UInt8](repeating: 7, count: count)
        let java: [UInt8] = [0x2B, 6, 1, 4, 1, 0x2A, 2, 0x11, 1, 1]
        for algorithm in [
            Self.old(Self.pkcs5 + [3], 1), Self.old(Self.pkcs12 + [3], 1), Self.old(Self.pkcs12 + [6], 1),
            Self.pbes2(Self.pbkdf2(1)), Self.der(0x30, Self.der(0x06, java), [5, 0]),
        ] {
            #expect(try Self.error(algorithm, encrypted).code == .wrongPassword)
        }
    }
}
