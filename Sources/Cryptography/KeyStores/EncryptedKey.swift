internal import COpenSSL
internal import Secrets

/// Owns an `EncryptedPrivateKeyInfo` of PKCS #8.
@safe
struct EncryptedKey: ~Copyable {
    private let pointer: OpaquePointer

    /// Reads what is encrypted and how.
    /// - Parameters:
    ///   - der: The bytes.
    ///   - name: The key's name, for errors.
    /// - Throws: ``KeyStoreError`` with `damaged`.
    init(_ der: [UInt8], name: String) throws(KeyStoreError) {
        let read = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_X509_SIG(nil, &position, bytes.count)
        }
        guard let read = unsafe read else {
            throw KeyStoreError(.damaged, "the encrypted private key \(name) is damaged")
        }
        unsafe pointer = read
    }

    deinit { unsafe X509_SIG_free(pointer) }

    /// Returns the key in PKCS #8, or `nil` when the password is wrong or the bytes are damaged.
    /// - Throws: ``KeyStoreError`` with `unsupported` or `tooLarge`.
    func decrypt(_ password: Secret, _ budget: inout DerivationBudget) throws(KeyStoreError) -> [UInt8]? {
        var algorithm: UnsafePointer<X509_ALGOR>?
        var bytes: UnsafePointer<ASN1_OCTET_STRING>?
        unsafe X509_SIG_get0(pointer, &algorithm, &bytes)
        guard let algorithm = unsafe algorithm, let bytes = unsafe bytes else { return nil }
        if unsafe ObjectIdentity.dotted(algorithm.pointee.algorithm) == JKSKeyProtector.identifier {
            return JKSKeyProtector.decrypt(unsafe DERString.bytes(bytes), password)
        }
        let cipher = unsafe PasswordCipher(algorithm)
        for passphrase in Passphrase.candidates(password) {
            if let plain = try unsafe cipher.decrypt(bytes, passphrase, &budget) { return plain }
        }
        return nil
    }
}
