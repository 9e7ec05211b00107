import HTTP
import Kusto
import Synchronization

/// Sends requests by another transport, lets a test do something before and after each, and remembers their URLs.
final class HookedTransport: HTTPTransport {
    typealias Hook = @Sendable (HTTPRequest) async throws(HTTPError) -> Void

    private let inner: any HTTPTransport
    private let before: Hook
    private let after: Hook
    private let urls = Mutex<[String]>([])

    init(
        _ inner: any HTTPTransport,
        before: @escaping Hook = { _ throws(HTTPError) in },
        after: @escaping Hook = { _ throws(HTTPError) in }
    ) {
        self.inner = inner
        self.before = before
        self.after = after
    }

    /// How many requests had this in their URLs.
    func count(_ part: String) -> Int { urls.withLock { $0.count { $0.contains(part) } } }

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        urls.withLock { $0.append(request.url) }
        try await before(request)
        let response = try await inner.execute(request)
        try await after(request)
        return response
    }
}

extension HTTPRequest {
    /// Whether it writes a blob.
    var isUpload: Bool { method == .put }
    /// Whether it posts a message.
    var isMessage: Bool { method == .post && url.contains("/messages?") }
}
