package import HTTPServer
internal import Logging
internal import Synchronization

/// An API server whose answers a test scripts, over real connections.
///
/// Answers are given in the order in which they were scripted for a method, a path and some parameters of the query. A
/// request that nothing was scripted for is answered with 404 and kept in ``unexpected``.
package final class ScriptedAPIServer: Sendable {
    private struct Rule {
        let method: String
        let path: String
        let query: [String: String]
        var answers: [ScriptedAnswer]
        /// The last answer is given again and again.
        let repeatsLast: Bool

        func matches(_ request: ScriptedRequest) -> Bool {
            method == request.method && path == request.path && query.allSatisfy { request.query[$0.key] == $0.value }
        }
    }

    private struct State {
        var listener: HTTPListener?
        var rules: [Rule] = []
        var requests: [ScriptedRequest] = []
        var unexpected: [ScriptedRequest] = []
    }

    private static let bodyLimit = 64 << 20

    private let tls: HTTPServerConfiguration.TLS?
    private let state = Mutex(State())
    private let silence = Gate()

    /// Creates a server that does not listen yet.
    package init(tls: HTTPServerConfiguration.TLS? = nil) { self.tls = tls }

    /// Runs a server while `body` runs.
    package static func run<Result>(
        tls: HTTPServerConfiguration.TLS? = nil,
        _ body: (ScriptedAPIServer) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedAPIServer(tls: tls)
        try server.start()
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Listens on a free port of the loopback interface.
    package func start() throws(HTTPServerError) {
        let listener = HTTPListener(
            configuration: HTTPServerConfiguration(tls: tls, drainTimeout: .zero),
            logger: Logger(label: "scripted-api", sink: MemoryLogSink())
        ) { [weak self] request in await self?.answer(request) ?? .abort }
        try listener.start()
        state.withLock { $0.listener = listener }
    }

    /// Closes all connections.
    package func stop() async {
        silence.open()
        await state.withLock { $0.listener.take() }?.stop()
    }

    /// The port that it listens on.
    package var port: Int { state.withLock { $0.listener?.port ?? 0 } }

    /// Where it is, such as `http://127.0.0.1:4711`.
    package var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// Scripts the next answers for a request.
    /// - Parameters:
    ///   - query: Parameters that the request must have; it may have more.
    ///   - repeatsLast: Whether the last answer is given again and again.
    package func on(
        _ method: String,
        _ path: String,
        query: [String: String] = [:],
        repeatsLast: Bool = false,
        _ answers: ScriptedAnswer...
    ) {
        state.withLock { state in
            state.rules.append(
                Rule(method: method, path: path, query: query, answers: answers, repeatsLast: repeatsLast)
            )
        }
    }

    /// Every request so far, in the order in which they were read.
    package var requests: [ScriptedRequest] { state.withLock { $0.requests } }

    /// The requests that nothing was scripted for.
    package var unexpected: [ScriptedRequest] { state.withLock { $0.unexpected } }

    /// Waits until so many requests of a method and path have come; returns the last of them.
    /// - Throws: ``ConditionTimeout`` when they do not come.
    package func awaitRequest(_ number: Int = 1, _ method: String, _ path: String) async throws -> ScriptedRequest {
        var found: [ScriptedRequest] = []
        try await eventually("\(method) \(path) number \(number)") {
            found = requests.filter { $0.method == method && $0.path == path }
            return found.count >= number
        }
        return found[number - 1]
    }

    // MARK: Answering

    private func answer(_ incoming: HTTPServerRequest) async -> HTTPServerResponse {
        guard let body = try? await incoming.collect(upTo: Self.bodyLimit) else { return .abort }
        let headers = Dictionary(incoming.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + "," + $1 }
        let request = ScriptedRequest(
            method: incoming.method,
            path: incoming.path,
            query: ScriptedRequest.parameters(incoming.query),
            headers: headers,
            body: body
        )
        let answer = next(for: request)
        if let gate = answer.gate { await gate.pass() }
        return await response(answer)
    }

    private func next(for request: ScriptedRequest) -> ScriptedAnswer {
        state.withLock { state in
            state.requests.append(request)
            guard let index = state.rules.firstIndex(where: { !$0.answers.isEmpty && $0.matches(request) }) else {
                state.unexpected.append(request)
                return .failure(404, reason: "NotFound", message: "nothing is scripted for this request")
            }
            let rule = state.rules[index]
            if !rule.repeatsLast || rule.answers.count > 1 { state.rules[index].answers.removeFirst() }
            return rule.answers[0]
        }
    }

    private func response(_ answer: ScriptedAnswer) async -> HTTPServerResponse {
        let headers = answer.headers.map { HTTPHeader(name: $0.name, value: $0.value) }
        switch answer.kind {
        case .whole(let status, let bytes):
            return HTTPServerResponse(status: status, headers: headers, body: .bytes(bytes))
        case .cut(let status, let bytes, let count):
            return HTTPServerResponse(status: status, headers: headers, body: .bytes(bytes)).abort(afterBytes: count)
        case .chunks(let status, let chunks):
            let body = StreamedBody(capacity: .max)
            for chunk in chunks { try? await body.write(chunk) }
            body.finish()
            return HTTPServerResponse(status: status, headers: headers, body: .stream(body))
        case .watch(let watch):
            watch.open()
            let type = HTTPHeader(name: "Content-Type", value: "application/json")
            return HTTPServerResponse(status: 200, headers: [type] + headers, body: .stream(watch.body))
        case .nothing: return .abort
        case .never:
            await silence.pass()
            return .abort
        }
    }
}
