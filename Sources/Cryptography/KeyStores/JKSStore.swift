internal import Secrets

/// A store in Java's own format JKS, which nothing but Java's source describes.
///
/// All numbers are big endian. Behind a magic number, a version and the number of entries come the entries: a tag, a name,
/// a time, and either an encrypted key with its certificates (tag 1) or one trusted certificate (tag 2). Twenty bytes of
/// SHA-1 over a password, a phrase and all before them end the store.
struct JKSStore {
    /// The first bytes.
    static let magic: [UInt8] = [0xFE, 0xED, 0xFE, 0xED]
    private static let phrase = Array("Mighty Aphrodite".utf8)

    private enum Entry {
        case key(alias: String, encrypted: [UInt8], certificates: [[UInt8]])
        case certificate(alias: String, [UInt8])
    }

    private let protected: ArraySlice<UInt8>
    private let digest: ArraySlice<UInt8>
    private let entries: [Entry]

    /// Finds the entries, without looking into them.
    /// - Throws: ``KeyStoreError`` with `damaged`, `unsupported` or `tooLarge`.
    init(_ bytes: [UInt8]) throws(KeyStoreError) {
        var cursor = JKSCursor(bytes)
        try cursor.skip(Self.magic.count)
        let version = try cursor.number()
        guard version == 1 || version == 2 else {
            throw KeyStoreError(.unsupported, "the JKS store has version \(version), but there are only 1 and 2")
        }
        let count = try cursor.number()
        guard count <= KeyStore.maximumEntries else {
            throw KeyStoreError(.tooLarge, "the JKS store has more than \(KeyStore.maximumEntries) entries")
        }
        var (entries, certificates): ([Entry], Int) = ([], 0)
        for _ in 0..<count {
            entries.append(try Self.entry(&cursor, hasTypes: version == 2, &certificates))
        }
        self.entries = entries
        protected = bytes[..<cursor.position]
        digest = try cursor.bytes(SHA1.count)
    }

    /// Checks the store with its password, if there is one, and reads its certificates.
    /// - Throws: ``KeyStoreError``.
    func contents(_ password: Secret?) throws(KeyStoreError) -> StoreContents {
        if let password {
            let own = SHA1.digest(password.utf16BigEndian + Self.phrase + protected)
            guard own.elementsEqual(digest) else {
                throw KeyStoreError(
                    .wrongPassword,
                    "the store's password is wrong, or the store was changed or damaged"
                )
            }
        }
        var contents = StoreContents()
        for entry in entries {
            switch entry {
            case .certificate(let alias, let der):
                contents.authorities.append(try Self.certificate(der, alias))
            case .key(let alias, let encrypted, let chain):
                var certificates: [Certificate] = []
                for der in chain { certificates.append(try Self.certificate(der, alias)) }
                if let own = certificates.first { contents.authorities.append(own) }
                contents.keys.append(
                    StoredKey(alias: alias, form: .encrypted(encrypted), certificates: certificates)
                )
            }
        }
        contents.orderKeysAsJava()
        return contents
    }

    private static func entry(
        _ cursor: inout JKSCursor,
        hasTypes: Bool,
        _ count: inout Int
    ) throws(KeyStoreError) -> Entry {
        let tag = try cursor.number()
        let alias = try cursor.text()
        try cursor.skip(8)
        switch tag {
        case 1:
            let encrypted = try cursor.bytes(cursor.number())
            var certificates: [[UInt8]] = []
            for _ in 0..<(try cursor.number()) {
                certificates.append(try certificate(&cursor, hasTypes: hasTypes, &count))
            }
            return .key(alias: alias, encrypted: Array(encrypted), certificates: certificates)
        case 2: return .certificate(alias: alias, try certificate(&cursor, hasTypes: hasTypes, &count))
        default:
            throw KeyStoreError(.damaged, "the JKS store is damaged: an entry has the tag \(tag)")
        }
    }

    private static func certificate(
        _ cursor: inout JKSCursor,
        hasTypes: Bool,
        _ count: inout Int
    ) throws(KeyStoreError) -> [UInt8] {
        count += 1
        guard count <= KeyStore.maximumEntries else {
            throw KeyStoreError(.tooLarge, "the JKS store has more than \(KeyStore.maximumEntries) certificates")
        }
        if hasTypes {
            let type = try cursor.text()
            guard type == "X.509" || type == "X509" else {
                throw KeyStoreError(
                    .unsupported,
                    "a certificate in the JKS store is of the type \(KeyStoreError.shown(type)), not X.509"
                )
            }
        }
        return Array(try cursor.bytes(cursor.number()))
    }

    private static func certificate(_ der: [UInt8], _ alias: String) throws(KeyStoreError) -> Certificate {
        if let certificate = Certificate(der) { return certificate }
        throw KeyStoreError(.damaged, "a certificate of \(KeyStoreError.shown(alias)) in the JKS store is damaged")
    }
}
