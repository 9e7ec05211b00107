internal import Secrets

/// A private key as a store has it.
struct StoredKey {
    /// The name of the key in the store, or its number where keys have no names.
    let alias: String
    /// How the key is written.
    let form: Form
    /// The certificate that the store says to be the key's, if it says so.
    var likely: Certificate?
    /// The certificates among which those of the key are.
    var certificates: [Certificate]

    /// How a key is written.
    enum Form {
        /// PKCS #8.
        case plain([UInt8])
        /// `EncryptedPrivateKeyInfo` of PKCS #8.
        case encrypted([UInt8])
        /// The format that the kind had before PKCS #8.
        case traditional(PrivateKey.TraditionalKind, [UInt8])
        /// The same, encrypted as RFC 1421 has it, with the value of `DEK-Info`.
        case encryptedTraditional(PrivateKey.TraditionalKind, [UInt8], encryption: String)
    }

    /// Decrypts and reads the key with the first of the passwords that fits.
    /// - Throws: ``KeyStoreError``.
    func open(_ passwords: [Secret], _ budget: inout DerivationBudget) throws(KeyStoreError) -> PrivateKey {
        switch form {
        case .plain(let der):
            if let key = PrivateKey(pkcs8: der) { return key }
            throw unreadable
        case .traditional(let kind, let der):
            if let key = PrivateKey(traditional: der, kind: kind) { return key }
            throw unreadable
        case .encrypted(let der):
            let encrypted = try EncryptedKey(der, name: shownAlias)
            // A store that is said to have no password may have an empty one.
            for password in passwords.isEmpty ? [Secret("")] : passwords {
                guard let plain = try encrypted.decrypt(password, &budget), let key = PrivateKey(pkcs8: plain)
                else { continue }
                return key
            }
        case .encryptedTraditional(let kind, let der, let encryption):
            let encrypted = try EncryptedTraditionalKey(der, encryption: encryption)
            for password in passwords {
                guard let plain = encrypted.decrypt(password), let key = PrivateKey(traditional: plain, kind: kind)
                else { continue }
                return key
            }
        }
        if passwords.isEmpty {
            throw KeyStoreError(.passwordMissing, "the private key \(shownAlias) is encrypted; give the key's password")
        }
        throw KeyStoreError(
            .wrongPassword,
            "the private key \(shownAlias) cannot be decrypted: the key's password is wrong, or the key is damaged"
        )
    }

    private var shownAlias: String { KeyStoreError.shown(alias) }

    private var unreadable: KeyStoreError {
        KeyStoreError(.damaged, "the private key \(shownAlias) is damaged, or of a kind that OpenSSL does not know")
    }
}
