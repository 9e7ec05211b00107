internal import HTTPServer
package import JSON

/// What a ``ScriptedAPIServer`` answers to one request.
package struct ScriptedAnswer: Sendable {
    enum Kind: Sendable {
        case whole(status: Int, [UInt8])
        /// The chunks of a body, sent one after the other.
        case chunks(status: Int, [[UInt8]])
        /// The connection closes after so many bytes of a body that is announced as longer.
        case cut(status: Int, [UInt8], after: Int)
        case watch(ScriptedWatch)
        case nothing
        case never
    }

    let kind: Kind
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var gate: Gate?

    private init(_ kind: Kind) { self.kind = kind }

    /// JSON.
    package static func json(_ value: JSONValue, status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(.whole(status: status, value.serialized())).header("Content-Type", "application/json")
    }

    /// A list of objects.
    package static func list(
        _ items: [JSONValue],
        version: String,
        continuation: String? = nil
    ) -> ScriptedAnswer {
        var metadata: JSONObject = ["resourceVersion": .string(version)]
        if let continuation { metadata["continue"] = .string(continuation) }
        return json(["kind": "List", "apiVersion": "v1", "metadata": .object(metadata), "items": .array(items)])
    }

    /// A failure with a Status as its body.
    package static func failure(_ code: Int, reason: String, message: String = "scripted") -> ScriptedAnswer {
        json(failure(code, reason: reason, message: message), status: code)
    }

    /// Text, for what is no JSON.
    package static func text(_ text: String, status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(.whole(status: status, Array(text.utf8)))
    }

    /// A body in chunks of these boundaries.
    package static func chunks(_ chunks: [String], status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(.chunks(status: status, chunks.map { Array($0.utf8) }))
    }

    /// A body whose connection closes after some bytes of it.
    package static func cut(_ text: String, after bytes: Int, status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(.cut(status: status, Array(text.utf8), after: bytes))
    }

    /// A watch that the test feeds.
    package static func watch(_ watch: ScriptedWatch) -> ScriptedAnswer { ScriptedAnswer(.watch(watch)) }

    /// The connection closes without an answer.
    package static var nothing: ScriptedAnswer { ScriptedAnswer(.nothing) }

    /// Silence until the other side gives up or the server stops.
    package static var never: ScriptedAnswer { ScriptedAnswer(.never) }

    /// The same answer with one more header field.
    package func header(_ name: String, _ value: String) -> ScriptedAnswer {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// The same answer, given when the test opens the gate.
    package func held(by gate: Gate) -> ScriptedAnswer {
        var copy = self
        copy.gate = gate
        return copy
    }

    /// A Status object as the API server makes them.
    static func failure(_ code: Int, reason: String, message: String) -> JSONValue {
        [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .string(reason),
            "code": .integer(Int64(code)), "message": .string(message), "metadata": [:],
        ]
    }
}
