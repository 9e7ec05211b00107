/// Certificates or a key as PEM, in memory or in a file that may be replaced at any time.
enum PEMSource: Sendable, Hashable {
    case bytes([UInt8])
    case file(String)

    /// The path, if it is a file.
    var path: String? { if case .file(let path) = self { path } else { nil } }

    /// The bytes as they are now.
    /// - Throws: ``APIError`` with `configuration` when the file cannot be read or holds no PEM.
    func read() throws(APIError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let path):
            let bytes = try BoundedText.bytes(path, what: "the certificate file")
            guard Self.isPEM(bytes) else {
                throw APIError(
                    .configuration,
                    "certificate file \(path) holds no PEM; expected lines that begin with -----BEGIN"
                )
            }
            return bytes
        }
    }

    static func isPEM(_ bytes: [UInt8]) -> Bool { String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") }
}
