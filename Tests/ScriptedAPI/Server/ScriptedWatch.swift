internal import HTTPServer
package import JSON

/// The answer to a watch, which a test sends line by line, or byte by byte.
package final class ScriptedWatch: Sendable {
    let body = StreamedBody()
    private let opened = Gate()

    /// Creates a watch that has sent nothing.
    package init() {}

    /// Waits until the watch was asked for; a test's time limit ends a wait in vain.
    package func awaitOpen() async { await opened.awaitArrivals() }

    /// Whether the other side, or the server, has gone; found out when something is sent.
    package var isClosed: Bool { body.isClosed }

    /// Sends an event as one line.
    package func send(_ type: String, _ object: JSONValue) async throws {
        try await send(text: JSONValue.object(["type": .string(type), "object": object]).text + "\n")
    }

    /// Sends that this is how far the watch has come.
    package func sendBookmark(_ version: String) async throws {
        try await send("BOOKMARK", ["kind": "Bookmark", "metadata": ["resourceVersion": .string(version)]])
    }

    /// Sends an ERROR event.
    package func sendError(_ code: Int, reason: String, message: String = "scripted") async throws {
        try await send("ERROR", ScriptedAnswer.failure(code, reason: reason, message: message))
    }

    /// Sends text as it is, as a chunk of its own.
    package func send(text: String) async throws { try await send(bytes: Array(text.utf8)) }

    /// Sends bytes as they are, as a chunk of their own.
    package func send(bytes: [UInt8]) async throws { try await body.write(bytes) }

    /// Ends the answer as it should end.
    package func end() { body.finish() }

    /// Cuts the connection.
    package func cut() { body.abort() }

    func open() { opened.arrive() }
}
