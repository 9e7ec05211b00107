package import Secrets

/// A key store or trust store as Java programs are given one: PEM, PKCS #12, or Java's own JKS.
///
/// The format is found by what the bytes are, because Java's `type` properties often say something else: a JDK since 9
/// makes PKCS #12 and reads it under the name JKS.
package struct KeyStore: Sendable {
    /// The most bytes that are read: 16 MiB.
    package static let maximumBytes = 16 << 20
    /// The most certificates and keys that are read.
    package static let maximumEntries = 10_000

    /// The certificates that Java trusts when this is its trust store, in the order of the store; they may have expired.
    ///
    /// Of a key they have the certificate, but not its issuers. Of PEM it is every certificate. PKCS #12 that was not made
    /// by Java does not say which certificates are trusted; without any key it is every one.
    package let authorities: [Certificate]
    /// The names of the keys that have certificates, the one that ``identity`` is first.
    ///
    /// Java takes another than the first when a broker asks for another kind of key or another issuer.
    package let keyAliases: [String]
    private static let maximumComparisons = 100_000
    private let chosen: Result<CertifiedKey?, KeyStoreError>

    /// The key that Java presents when nothing speaks for another one, or `nil` when there is no key; its certificates may
    /// have expired.
    /// - Throws: ``KeyStoreError`` when there is a key that cannot be used, which does not matter in a trust store.
    package var identity: CertifiedKey? { get throws(KeyStoreError) { try chosen.get() } }

    /// Reads a store.
    /// - Parameters:
    ///   - bytes: The store's content; PEM may have its lines joined by blanks or by `\n` of two characters, as
    ///     environment variables have them.
    ///   - password: The password of the store. Without, nothing checks that the store was not changed.
    ///   - keyPassword: The password of the keys; without, or when a key is not protected with it, that of the store.
    /// - Throws: ``KeyStoreError``.
    package init(reading bytes: [UInt8], password: Secret?, keyPassword: Secret? = nil) throws(KeyStoreError) {
        guard bytes.count <= Self.maximumBytes else {
            throw KeyStoreError(.tooLarge, "the store has more than \(Self.maximumBytes >> 20) MiB")
        }
        self = try OpenSSLErrors.dropping { () throws(KeyStoreError) -> KeyStore in
            var budget = DerivationBudget()
            let contents: StoreContents
            switch try StoreFormat(of: bytes) {
            case .pem: contents = try PEMStore(bytes).contents
            case .jks: contents = try JKSStore(bytes).contents(password)
            case .pkcs12: contents = try PKCS12Store(bytes).contents(password, &budget)
            }
            return try KeyStore(contents, [keyPassword, password].compactMap { $0 }, &budget)
        }
    }

    private init(
        _ contents: StoreContents,
        _ passwords: [Secret],
        _ budget: inout DerivationBudget
    ) throws(KeyStoreError) {
        guard !contents.authorities.isEmpty || !contents.keys.isEmpty else {
            throw KeyStoreError(.noCertificate, "the store has neither a certificate nor a private key")
        }
        authorities = contents.authorities
        let usable = contents.keys.filter { !$0.certificates.isEmpty }
        keyAliases = usable.map(\.alias)
        do throws(KeyStoreError) {
            var certified: CertifiedKey?
            var comparisons = 0
            for key in usable where certified == nil {
                // Reading a key costs as much as comparing it with many certificates.
                comparisons += key.certificates.count + 1000
                guard comparisons <= Self.maximumComparisons else {
                    throw KeyStoreError(.tooLarge, "the store has too many keys for which there is no certificate")
                }
                let opened = try key.open(passwords, &budget)
                certified = CertifiedKey(opened, likely: key.likely, of: key.certificates)
            }
            if certified == nil, !contents.keys.isEmpty {
                throw KeyStoreError(.noCertificate, "the store has a private key, but no certificate for it")
            }
            chosen = .success(certified)
        } catch {
            chosen = .failure(error)
        }
    }
}
