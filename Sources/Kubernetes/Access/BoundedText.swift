internal import Secrets
internal import Text

/// Reads small files of configuration whole.
enum BoundedText {
    private static let limit = 16 << 20

    /// The file's bytes.
    /// - Parameter what: What the file is, for the error.
    /// - Throws: ``APIError`` with `configuration`.
    static func bytes(_ path: String, what: String) throws(APIError) -> [UInt8] {
        do throws(BoundedFile.Failure) {
            return try BoundedFile.read(path, limit: limit)
        } catch {
            let remedy = if case .unreadable(let file) = error { file.remedy } else { "check the path" }
            throw APIError(.configuration, "\(what), \(path), \(error.reason(limit: limit)); \(remedy)")
        }
    }

    /// The file's text without white space around it.
    /// - Throws: ``APIError`` with `configuration`.
    static func read(_ path: String, what: String) throws(APIError) -> String {
        String(decoding: try bytes(path, what: what), as: UTF8.self).trimmed
    }
}
