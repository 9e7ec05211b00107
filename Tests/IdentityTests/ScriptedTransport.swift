import HTTP
import Synchronization

/// Answers requests by a script and remembers them.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = Result<HTTPResponse, HTTPError>

    private let requests = Mutex<[HTTPRequest]>([])
    private let script: @Sendable (HTTPRequest, Int) async -> Answer

    /// Creates a transport.
    /// - Parameter script: Gets a request and how many there were before.
    init(_ script: @escaping @Sendable (HTTPRequest, Int) async -> Answer) { self.script = script }

    /// Creates a transport that gives one answer after the other, and the last one from then on.
    convenience init(_ answers: [Answer]) {
        self.init { _, before in answers[min(before, answers.count - 1)] }
    }

    /// All requests so far.
    var sent: [HTTPRequest] { requests.withLock { $0 } }

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let before = requests.withLock { requests in
            defer { requests.append(request) }
            return requests.count
        }
        // A real transfer suspends too.
        await Task.yield()
        return try await script(request, before).get()
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
    /// An answer with a text.
    static func text(_ text: String, status: Int = 200, headers: [HTTPHeader] = []) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
    }

    /// A token that lives for an hour.
    static func token(_ text: String = "T0KEN") -> Self { .text(#"{"access_token":"\#(text)","expires_in":3600}"#) }

    /// Nobody takes the connection.
    static var silence: Self { .failure(HTTPError(.refused, "cannot connect", url: "http://x")) }
}

extension HTTPRequest {
    /// The text of the body.
    var text: String {
        guard case .bytes(let bytes) = body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of a header field.
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
