internal import COpenSSL
internal import Secrets

/// A private key that is encrypted as RFC 1421 has it: `DEK-Info` names the cipher, and a key is made of the password
/// with a single round of MD5.
struct EncryptedTraditionalKey {
    private let der: [UInt8]
    private let header: String

    /// Keeps what is encrypted and how.
    /// - Parameters:
    ///   - der: The encrypted bytes.
    ///   - encryption: The value of `DEK-Info`: a cipher's name, a comma, and hexadecimal digits.
    /// - Throws: ``KeyStoreError`` with `unsupported` when OpenSSL has no such cipher.
    init(_ der: [UInt8], encryption: String) throws(KeyStoreError) {
        self.der = der
        header = "Proc-Type: 4,ENCRYPTED\nDEK-Info: \(encryption)\n"
        let name = encryption.split(separator: ",").first.map(String.init) ?? ""
        let cipher = unsafe EVP_CIPHER_fetch(nil, name, nil)
        guard let cipher = unsafe cipher else {
            let advice = "convert it with 'openssl pkcs8 -topk8'"
            throw KeyStoreError(
                .unsupported,
                "a private key is encrypted with \(KeyStoreError.shown(name)), which OpenSSL does not have; \(advice)"
            )
        }
        unsafe EVP_CIPHER_free(cipher)
    }

    /// Returns the key in its traditional format, or `nil` when the password is wrong or the bytes are damaged.
    func decrypt(_ password: Secret) -> [UInt8]? {
        var information = unsafe EVP_CIPHER_INFO()
        var text = header.utf8.map { CChar(bitPattern: $0) } + [0]
        guard unsafe PEM_get_EVP_CIPHER_INFO(&text, &information) == 1 else { return nil }
        // What is decrypted is never longer than what was encrypted.
        var bytes = der
        var count = bytes.count
        var phrase = password.reveal().utf8.map { CChar(bitPattern: $0) } + [0]
        // Without a function that asks for the password it is the text that is given last.
        guard unsafe PEM_do_header(&information, &bytes, &count, nil, &phrase) == 1 else { return nil }
        return Array(bytes.prefix(count))
    }
}
