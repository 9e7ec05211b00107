internal import Secrets

/// The file that `java.security.auth.login.config` names, as far as it could be read.
struct LoginFile: Sendable {
    /// The property that names it.
    static let property = "java.security.auth.login.config"

    /// What is known of the file.
    enum Content: Sendable {
        case text(String)
        /// It could not be read; the text says why.
        case failure(String)
        /// Files are not read where only references are known.
        case unknown
    }

    /// The file's path.
    let path: String
    /// What is known of it.
    let content: Content

    private static let maximumBytes = 1 << 20

    /// Takes a property's value without reading the file; `nil` without a value.
    init?(_ value: String?) {
        guard let value, !value.isEmpty else { return nil }
        path = Self.path(from: value)
        content = .unknown
    }

    /// Reads the file that a property's value names; `nil` without a value.
    /// - Parameter scope: Where the file must lie.
    init?(_ value: String?, within scope: ReferenceScope) {
        guard let value, !value.isEmpty else { return nil }
        path = Self.path(from: value)
        do throws(BoundedFile.Failure) {
            let bytes = try BoundedFile.read(path, limit: Self.maximumBytes, within: scope)
            let text = String(validating: bytes, as: UTF8.self)
            content = text.map { .text($0) } ?? .failure("the file is not UTF-8 text")
        } catch {
            let reason = error.reason(limit: Self.maximumBytes, within: scope)
            let remedy = if case .unreadable(let file) = error { "; \(file.remedy)" } else { "" }
            content = .failure("the file \(reason)\(remedy)")
        }
    }

    /// The path that Java takes from a value: `=` in front of it means that no other file is read, `file:` that it is a URL.
    static func path(from value: String) -> String {
        var path = Substring(value)
        if path.hasPrefix("=") { path = path.dropFirst() }
        if path.hasPrefix("file:") { path = path.dropFirst("file:".count) }
        while path.hasPrefix("//") { path = path.dropFirst() }
        return String(path)
    }
}
