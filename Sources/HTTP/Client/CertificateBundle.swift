internal import FoundationEssentials

/// The certificates of the authorities that a client trusts.
struct CertificateBundle: Sendable {
    /// Where Debian keeps the authorities that the system trusts.
    static let systemFile = "/etc/ssl/certs/ca-certificates.crt"

    /// The certificates as PEM; empty when only the system's authorities are trusted.
    let pem: [UInt8]

    /// Joins the system's authorities and those of `files`.
    /// - Throws: ``HTTPError`` with `invalidConfiguration` for a file that cannot be read or holds no certificate.
    init(files: [String]) throws(HTTPError) {
        var pem: [UInt8] = []
        for file in files {
            guard let bytes = try? Data(contentsOf: URL(filePath: file)) else {
                throw HTTPError(
                    .invalidConfiguration,
                    "certificate file \(file) cannot be read; check the path and its rights"
                )
            }
            guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
                throw HTTPError(.invalidConfiguration, "certificate file \(file) holds no certificate; expected PEM")
            }
            pem += bytes + [0x0A]
        }
        if !pem.isEmpty, let system = try? Data(contentsOf: URL(filePath: Self.systemFile)) { pem += system }
        self.pem = pem
    }
}
