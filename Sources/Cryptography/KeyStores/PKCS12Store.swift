internal import COpenSSL
internal import Secrets

/// A store of PKCS #12 (RFC 7292): contents that may be encrypted, each with bags of certificates and keys.
@safe
struct PKCS12Store: ~Copyable {
    private let pointer: OpaquePointer

    /// Reads the outer structure.
    /// - Throws: ``KeyStoreError`` with `unrecognized`.
    init(_ bytes: [UInt8]) throws(KeyStoreError) {
        let read = unsafe bytes.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_PKCS12(nil, &position, bytes.count)
        }
        guard let read = unsafe read else {
            let isCertificate = Certificate(bytes) != nil
            let advice = "the store is a single certificate; convert it with 'openssl x509 -inform der -out NEW.pem'"
            let text = "the store begins as PKCS12 does, but is not; it is damaged, or of another format"
            throw KeyStoreError(.unrecognized, isCertificate ? advice : text)
        }
        unsafe pointer = read
    }

    deinit { unsafe PKCS12_free(pointer) }

    /// Checks the store with its password and reads its certificates and keys; keys stay encrypted.
    ///
    /// Without a password the check is left out, as Java does, if an empty password does not fit.
    /// - Throws: ``KeyStoreError``.
    func contents(_ password: Secret?, _ budget: inout DerivationBudget) throws(KeyStoreError) -> StoreContents {
        var passphrases = Passphrase.candidates(password)
        if let fitting = try fitting(passphrases, &budget) {
            passphrases = fitting
        } else if password != nil {
            throw KeyStoreError(.wrongPassword, "the store's password is wrong, or the store was changed or damaged")
        }
        guard let contents = unsafe PKCS12_unpack_authsafes(pointer) else {
            throw KeyStoreError(
                .unsupported,
                "the PKCS12 store is damaged, or signed instead of protected by a password"
            )
        }
        defer { unsafe copenssl_free_contents(contents) }
        var bags = PKCS12Bags()
        for index in 0..<(unsafe copenssl_count_contents(contents)) {
            guard let content = unsafe copenssl_content(contents, index) else { continue }
            if unsafe copenssl_is_data(content) == 1 {
                guard let stack = unsafe PKCS12_unpack_p7data(content) else { throw Self.damaged }
                try unsafe bags.take(stack)
            } else if unsafe copenssl_is_encrypted(content) == 1 {
                try unsafe bags.take(Self.decrypt(content, passphrases, isGiven: password != nil, &budget))
            } else {
                throw KeyStoreError(.unsupported, "the PKCS12 store is encrypted for a public key, which is not read")
            }
        }
        return bags.contents
    }

    private static var damaged: KeyStoreError { KeyStoreError(.damaged, "the PKCS12 store is damaged") }

    /// Returns the passphrases with which the store may have been protected, or `nil` when it was with another; all of them
    /// when nothing protects it as a whole.
    private func fitting(
        _ passphrases: [Passphrase],
        _ budget: inout DerivationBudget
    ) throws(KeyStoreError) -> [Passphrase]? {
        guard unsafe PKCS12_mac_present(pointer) == 1 else { return passphrases }
        var algorithm: UnsafePointer<X509_ALGOR>?
        var iterations: UnsafePointer<ASN1_INTEGER>?
        unsafe PKCS12_get0_mac(nil, &algorithm, nil, &iterations, pointer)
        guard let algorithm = unsafe algorithm else { throw Self.damaged }
        let digest = unsafe algorithm.pointee.algorithm
        guard unsafe EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid(digest))) != nil else {
            let name = unsafe KeyStoreError.shown(ObjectIdentity.name(digest))
            throw KeyStoreError(
                .unsupported,
                "the PKCS12 store is protected with \(name), which is not read; make it anew with HmacPBESHA256"
            )
        }
        let count = unsafe iterations == nil ? 1 : ASN1_INTEGER_get(iterations)
        for passphrase in passphrases {
            try budget.spend(count)
            let outcome = unsafe passphrase.withCharacters { unsafe PKCS12_verify_mac(pointer, $0, $1) }
            if outcome == 1 { return [passphrase] }
        }
        return nil
    }

    private static func decrypt(
        _ content: UnsafePointer<PKCS7>,
        _ passphrases: [Passphrase],
        isGiven: Bool,
        _ budget: inout DerivationBudget
    ) throws(KeyStoreError) -> OpaquePointer {
        var algorithm: UnsafePointer<X509_ALGOR>?
        var bytes: UnsafePointer<ASN1_OCTET_STRING>?
        guard unsafe copenssl_encrypted_content(content, &algorithm, &bytes) == 1,
            let algorithm = unsafe algorithm, let bytes = unsafe bytes
        else { throw damaged }
        let cipher = unsafe PasswordCipher(algorithm)
        for passphrase in passphrases {
            guard let plain = try unsafe cipher.decrypt(bytes, passphrase, &budget) else { continue }
            let bags = unsafe plain.withUnsafeBufferPointer { plain in
                unsafe copenssl_read_bags(plain.baseAddress, plain.count)
            }
            if let bags = unsafe bags { return unsafe bags }
        }
        guard isGiven else {
            throw KeyStoreError(.passwordMissing, "the PKCS12 store is encrypted; give the store's password")
        }
        throw KeyStoreError(.wrongPassword, "the store's password is wrong, or the store was changed or damaged")
    }
}
