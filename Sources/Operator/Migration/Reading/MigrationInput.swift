internal import Secrets

/// One text that `migrate` was given.
package struct MigrationInput: Sendable, Hashable {
    /// The most bytes that are read of one input: a cluster of Connect with thousands of connectors has fewer.
    private static let limit = 16 << 20

    /// What the input is called in messages: its path, or `standard input`.
    package let name: String
    /// The text.
    package let text: String

    /// Takes a text.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Reads a file; `-` is the standard input.
    /// - Throws: ``MigrationError`` when it cannot be read, is too large or is not UTF-8.
    package init(path: String) throws(MigrationError) {
        name = path == "-" ? "standard input" : path
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(path == "-" ? "/dev/stdin" : path, limit: Self.limit)
        } catch {
            let remedy = if case .unreadable(let file) = error { "; \(file.remedy)" } else { "" }
            let reason = error.reason(limit: Self.limit) + remedy
            throw MigrationError(message: "\(name) \(reason)")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw MigrationError(message: "\(name) is not UTF-8 text")
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        self.text = text
    }
}
