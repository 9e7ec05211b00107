internal import Synchronization

/// The latest requests for tokens and metadata, for tests that compare what a client sends.
final class IdentityRequestLog: Sendable {
    private static let most = 10_000
    private let requests = Mutex<[IdentityRequest]>([])

    /// The requests, oldest first.
    var all: [IdentityRequest] { requests.withLock { $0 } }

    /// Writes one down.
    func append(_ request: EmulatorRequest, body: [UInt8], status: Int) {
        let request = IdentityRequest(
            method: request.method,
            path: request.path,
            query: request.query,
            headers: Dictionary(request.fields.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
            body: String(decoding: body, as: UTF8.self),
            status: status
        )
        requests.withLock { requests in
            if requests.count == Self.most { requests.removeFirst(Self.most / 2) }
            requests.append(request)
        }
    }

    /// Forgets all.
    func removeAll() { requests.withLock { $0 = [] } }
}
