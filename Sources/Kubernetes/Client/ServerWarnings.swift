internal import HTTP
internal import Logging
internal import Synchronization

/// Logs what the API server warns of, such as a deprecated version, once each.
final class ServerWarnings: Sendable {
    /// Warnings that are remembered; then those from the beginning may come again.
    private static let limit = 256

    private let logger: Logger
    private let seen = Mutex<Set<String>>([])

    /// Creates an instance that has seen nothing.
    init(logger: Logger) { self.logger = logger }

    /// Looks at an answer's header fields.
    func record(_ headers: [HTTPHeader], of call: APICall) {
        for header in headers where header.name.lowercased() == "warning" {
            for text in Self.texts(header.value) {
                let isNew = seen.withLock { seen in
                    if seen.count >= Self.limit { seen.removeAll() }
                    return seen.insert(text).inserted
                }
                if isNew { logger.warning("the API server warns", ["warning": text, "request": call.action]) }
            }
        }
    }

    /// The texts of a field such as `299 - "one", 299 - "two"` (RFC 7234, 5.5).
    static func texts(_ value: String) -> [String] {
        var texts: [String] = []
        var current: String?
        var isEscaped = false
        for character in value {
            guard let text = current else {
                if character == "\"" { current = "" }
                continue
            }
            if isEscaped || (character != "\\" && character != "\"") {
                current = text + String(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                if !text.isEmpty { texts.append(text) }
                current = nil
            }
        }
        return texts
    }
}
