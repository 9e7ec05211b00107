/// The format of a key store, found by its first bytes.
enum StoreFormat: Equatable {
    case pem, pkcs12, jks

    /// Finds out the format.
    /// - Throws: ``KeyStoreError`` with `unsupported` or `unrecognized`, which says what to do.
    init(of bytes: [UInt8]) throws(KeyStoreError) {
        if bytes.starts(with: JKSStore.magic) {
            self = .jks
        } else if bytes.starts(with: [0xCE, 0xCE, 0xCE, 0xCE]) {
            throw Self.unread("JCEKS", "JCEKS")
        } else if Self.isBouncyCastle(bytes) {
            let provider = "-providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar"
            throw Self.unread("BKS or UBER of Bouncy Castle", "BKS \(provider)")
        } else if bytes.first == 0x30, bytes.count > 1, bytes[1] >= 0x80 {
            // A sequence of DER that is longer than 127 bytes. Text that begins with 0 has another character behind it.
            self = .pkcs12
        } else if PEMStore.isPEM(bytes) {
            self = .pem
        } else {
            throw KeyStoreError(.unrecognized, Self.unrecognized(bytes))
        }
    }

    private static func unread(_ format: String, _ type: String) -> KeyStoreError {
        let command = "keytool -importkeystore -srckeystore OLD -srcstoretype \(type) -destkeystore NEW.p12"
        return KeyStoreError(
            .unsupported,
            "the store has the format \(format), which is not read; convert it to PKCS12: \(command) -deststoretype PKCS12"
        )
    }

    /// Bouncy Castle's stores begin with their version and the length of the salt, which is 20.
    private static func isBouncyCastle(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 8, bytes.starts(with: [0, 0, 0]), (0...2).contains(bytes[3]) else { return false }
        return Array(bytes[4..<8]) == [0, 0, 0, 20]
    }

    private static func unrecognized(_ bytes: [UInt8]) -> String {
        let formats = "the store is neither PEM nor PKCS12 nor JKS"
        guard !bytes.isEmpty else { return "the store is empty" }
        // What Base64 makes of the first bytes of a sequence of DER, of JKS, and of PEM.
        let isEncoded = ["MI", "/u3+7Q", "LS0tLS1CRUdJTi"].contains { bytes.starts(with: $0.utf8) }
        return isEncoded ? "\(formats), but Base64 of one of them; decode it" : formats
    }
}
