/// The authorities that a client trusts: those of the system, and others besides.
package struct TrustedAuthorities: Sendable, Hashable {
    /// Where Debian keeps the authorities that the system trusts.
    package static let systemFile = "/etc/ssl/certs/ca-certificates.crt"

    /// Authorities to trust besides the system's, as PEM; empty for none.
    package var additional: [UInt8]
    /// The PEM file of the system's authorities, as OpenSSL's variable `SSL_CERT_FILE` names another one; `nil` for
    /// ``systemFile``.
    package var file: String?
    /// The folders of the system's authorities, whose files are named by hashes (openssl-rehash(1)), separated by colons, as
    /// OpenSSL's variable `SSL_CERT_DIR` names others; `nil` for Debian's.
    package var folders: String?

    /// Creates authorities; without arguments the system's.
    package init(additional: [UInt8] = [], file: String? = nil, folders: String? = nil) {
        self.additional = additional
        self.file = file
        self.folders = folders
    }
}
