/// A store of PEM (RFC 7468): certificates and private keys in any order.
///
/// Blocks of other kinds, such as parameters of curves, and text between blocks are left out.
struct PEMStore {
    private let blocks: [PEMBlock]

    /// Whether bytes have the beginning of a block.
    static func isPEM(_ bytes: [UInt8]) -> Bool { PEMBlock.begin(in: bytes[...]) != nil }

    /// Finds the blocks.
    /// - Throws: ``KeyStoreError`` with `damaged` or `tooLarge`.
    init(_ bytes: [UInt8]) throws(KeyStoreError) {
        var blocks: [PEMBlock] = []
        var rest = bytes[...]
        while let block = try PEMBlock(first: &rest, number: blocks.count + 1) {
            guard blocks.count < KeyStore.maximumEntries else {
                throw KeyStoreError(.tooLarge, "the PEM text has more than \(KeyStore.maximumEntries) blocks")
            }
            blocks.append(block)
        }
        self.blocks = blocks
    }

    /// The certificates and keys.
    var contents: StoreContents {
        get throws(KeyStoreError) {
            var contents = StoreContents()
            for block in blocks where PEMStore.certificates.contains(block.label) {
                guard let certificate = Certificate(block.bytes) else {
                    throw KeyStoreError(.damaged, "block \(block.number) of the PEM text is not a certificate")
                }
                contents.authorities.append(certificate)
            }
            for block in blocks {
                guard let form = try Self.form(of: block) else { continue }
                let alias = "\(contents.keys.count + 1)"
                contents.keys.append(StoredKey(alias: alias, form: form, certificates: contents.authorities))
            }
            return contents
        }
    }

    /// The second is what OpenSSL once wrote, the third has OpenSSL's remarks on trust behind the certificate.
    private static let certificates = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"]

    private static func form(of block: PEMBlock) throws(KeyStoreError) -> StoredKey.Form? {
        switch block.label {
        case "PRIVATE KEY": return .plain(block.bytes)
        case "ENCRYPTED PRIVATE KEY": return .encrypted(block.bytes)
        default:
            guard block.label.hasSuffix(" PRIVATE KEY") else { return nil }
            guard let kind = PrivateKey.TraditionalKind(rawValue: String(block.label.dropLast(12))) else {
                throw KeyStoreError(
                    .unsupported,
                    "block \(block.number) of the PEM text is \(KeyStoreError.shown(block.label)), which is not read; "
                        + "convert it to PKCS #8"
                )
            }
            guard let encryption = block.encryption else { return .traditional(kind, block.bytes) }
            return .encryptedTraditional(kind, block.bytes, encryption: encryption)
        }
    }
}
