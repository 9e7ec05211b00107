internal import JSON

/// What an endpoint answers.
struct EmulatorReply: Sendable {
    /// The body of an answer.
    enum Body: Sendable {
        case bytes([UInt8])
        case stored(StoredBytes)
    }

    /// How the connection breaks instead of, or during, the answer.
    enum Cut: Sendable, Equatable {
        case beforeAnswer
        case afterBytes(Int)
    }

    /// The HTTP status.
    var status: Int
    /// Headers beside those that every answer has.
    var headers: [(name: String, value: String)] = []
    /// The body.
    var body = Body.bytes([])
    /// Whether and where the connection breaks.
    var cut: Cut?

    /// An answer without a body.
    static func empty(_ status: Int, _ headers: [(name: String, value: String)] = []) -> EmulatorReply {
        EmulatorReply(status: status, headers: headers)
    }

    /// A JSON answer.
    static func json(_ status: Int = 200, _ value: JSONValue) -> EmulatorReply {
        EmulatorReply(
            status: status,
            headers: [("Content-Type", "application/json; charset=utf-8")],
            body: .bytes(value.serialized())
        )
    }

    /// An XML answer.
    static func xml(_ status: Int, _ text: String) -> EmulatorReply {
        EmulatorReply(
            status: status,
            headers: [("Content-Type", "application/xml")],
            body: .bytes(Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\(text)".utf8))
        )
    }

    /// A storage service's error.
    static func storageError(_ status: Int, _ code: String, _ message: String) -> EmulatorReply {
        var reply = xml(status, "<Error><Code>\(code)</Code><Message>\(XMLText.escape(message))</Message></Error>")
        reply.headers.append(("x-ms-error-code", code))
        return reply
    }
}
