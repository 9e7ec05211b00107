import Cryptography
import Secrets
import Testing

@Suite("Formats of key stores")
struct StoreFormatTests {
    @Test(
        "that are not read are named, with the command that converts them",
        arguments: [
            ([0xCE, 0xCE, 0xCE, 0xCE, 0, 0, 0, 2], "JCEKS"), ([0, 0, 0, 1, 0, 0, 0, 20, 1], "BKS"),
            ([0, 0, 0, 2, 0, 0, 0, 20, 1], "BKS"),
        ]
    )
    func unsupported(bytes: [UInt8], name: String) throws {
        let error = try failure { try KeyStore(reading: bytes, password: nil) }
        #expect(error.code == .unsupported)
        #expect(error.message.hasPrefix("the store has the format \(name)"))
        #expect(error.message.contains("keytool -importkeystore -srckeystore OLD -srcstoretype \(name)"))
    }

    @Test(
        "that are unknown are refused",
        arguments: [
            ("", "the store is empty"), ("hello", "the store is neither PEM nor PKCS12 nor JKS"),
            ("0", "the store is neither PEM nor PKCS12 nor JKS"),
            ("0 s:CN=a", "the store is neither PEM nor PKCS12 nor JKS"),
            ("MIIKFAIBAz", "the store is neither PEM nor PKCS12 nor JKS, but Base64 of one of them; decode it"),
            ("/u3+7QAAAAI=", "the store is neither PEM nor PKCS12 nor JKS, but Base64 of one of them; decode it"),
            ("LS0tLS1CRUdJTiBD", "the store is neither PEM nor PKCS12 nor JKS, but Base64 of one of them; decode it"),
        ]
    )
    func unrecognized(text: String, message: String) throws {
        let error = try failure { try KeyStore(reading: Array(text.utf8), password: nil) }
        #expect(error.code == .unrecognized && error.message == message)
    }

    @Test("are not looked for in too many bytes")
    func tooLarge() throws {
        let bytes = [UInt8](repeating: 0x30, count: KeyStore.maximumBytes + 1)
        #expect(try failure { try KeyStore(reading: bytes, password: nil) }.code == .tooLarge)
    }
}
