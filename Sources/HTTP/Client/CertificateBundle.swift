internal import FoundationEssentials

/// The certificates of the authorities that a client trusts, as libcurl is told them.
struct CertificateBundle: Sendable {
    /// The certificates as PEM; empty when libcurl finds them itself.
    let pem: [UInt8]
    /// Folders of certificates, separated by colons; `nil` when libcurl knows them itself.
    let folder: String?

    /// Joins the system's authorities and those that are trusted besides.
    /// - Throws: ``HTTPError`` with `invalidConfiguration` for a file that cannot be read or holds no certificate, and for
    ///   folders none of which is there.
    init(_ authorities: TrustedAuthorities) throws(HTTPError) {
        var pem = authorities.additional
        if !pem.isEmpty {
            try Self.check(pem, "what is to be trusted besides the system's authorities")
            pem.append(0x0A)
        }
        if let file = authorities.file {
            guard let bytes = try? Data(contentsOf: URL(filePath: file)) else {
                throw HTTPError(
                    .invalidConfiguration,
                    "the certificate file \(file) cannot be read; check its path and its rights, and SSL_CERT_FILE"
                )
            }
            try Self.check(Array(bytes), "the certificate file \(file)")
            pem += bytes
        } else if !pem.isEmpty, let system = try? Data(contentsOf: URL(filePath: TrustedAuthorities.systemFile)) {
            pem += system
        }
        if let folders = authorities.folders {
            let isThere = folders.split(separator: ":").contains { folder in
                var isFolder = false
                return FileManager.default.fileExists(atPath: String(folder), isDirectory: &isFolder) && isFolder
            }
            guard isThere else {
                throw HTTPError(
                    .invalidConfiguration,
                    "none of the folders \(folders) of certificates is there; check SSL_CERT_DIR"
                )
            }
        }
        self.pem = pem
        folder = authorities.folders
    }

    private static func check(_ pem: [UInt8], _ what: String) throws(HTTPError) {
        guard String(decoding: pem, as: UTF8.self).contains("-----BEGIN ") else {
            throw HTTPError(.invalidConfiguration, "\(what) holds no certificate; expected PEM")
        }
    }
}
