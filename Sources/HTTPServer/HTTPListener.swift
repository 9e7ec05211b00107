internal import CMicroHTTPD
package import Logging
internal import Synchronization
internal import Threads

/// An HTTP/1.1 server over libmicrohttpd: one thread for all connections, a task for each request.
///
/// Keeps connections alive, reads bodies with a length and chunked ones, answers `Expect: 100-continue` and `HEAD`.
package final class HTTPListener: Sendable {
    /// Answers a request.
    package typealias Handler = @Sendable (HTTPServerRequest) async -> HTTPServerResponse

    private struct State {
        var daemon: DaemonHandle?
        var port = 0
        var running: [ObjectIdentifier: Exchange] = [:]
        var drained: CheckedContinuation<Void, Never>?
        /// The wait for running requests is over, also for one that begins to wait afterwards.
        var hasDrained = false
        /// Requests are aborted, also those whose head is read afterwards.
        var isStopping = false
    }

    private let configuration: HTTPServerConfiguration
    private let logger: Logger
    private let handler: Handler
    let connections: ConnectionGuard
    private let state = Mutex(State())

    /// Creates a server that does not listen yet.
    package init(configuration: HTTPServerConfiguration, logger: Logger, handler: @escaping Handler) {
        self.configuration = configuration
        self.logger = logger
        self.handler = handler
        connections = ConnectionGuard(configuration)
    }

    /// The port that the server listens on; 0 before ``start()``.
    package var port: Int { state.withLock { $0.port } }

    /// Listens.
    /// - Throws: ``HTTPServerError`` when the address is taken or cannot be had, the certificate cannot be used, or the
    ///   system has no thread left.
    package func start() throws(HTTPServerError) {
        let socket = try ListeningSocket(host: configuration.host, port: configuration.port)
        let daemon = try DaemonHandle(socket: socket, configuration: configuration, callbacks: self)
        do {
            try connections.run()
        } catch {
            daemon.stop()
            throw HTTPServerError(.startFailed, error.message)
        }
        state.withLock { state in
            state.port = socket.port
            state.daemon = daemon
        }
        logger.debug(
            "http server listening",
            ["server.address": configuration.host, "server.port": socket.port]
        )
    }

    /// Takes no more connections, lets running requests finish until the drain timeout, and closes.
    package func stop() async {
        guard let daemon = state.withLock({ $0.daemon.take() }) else { return }
        daemon.quiesce()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.drain() }
            group.addTask { [configuration] in try? await Task.sleep(for: configuration.drainTimeout) }
            await group.next()
            group.cancelAll()
            wakeDrain()
        }
        let running = state.withLock { state in
            state.isStopping = true
            return Array(state.running.values)
        }
        for exchange in running { exchange.abort() }
        connections.stop()
        daemon.stop()
    }

    /// Waits until no request runs, or until ``wakeDrain()``.
    func drain() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.running.isEmpty || state.hasDrained { return true }
                state.drained = continuation
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Ends the wait for running requests, also for one that begins afterwards.
    func wakeDrain() {
        state.withLock { state in
            state.hasDrained = true
            defer { state.drained = nil }
            return state.drained
        }?.resume()
    }

    // MARK: The server's thread

    /// Starts the handler of a request whose head was read.
    func run(_ exchange: Exchange, method: String, headers: [HTTPHeader]) -> Task<Void, Never> {
        let parts = exchange.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = HTTPServerRequest(
            method: method,
            path: String(parts[0]),
            query: parts.count > 1 ? String(parts[1]) : "",
            headers: headers,
            body: HTTPServerRequestBody(exchange: exchange)
        )
        let isStopping = state.withLock { state in
            state.running[ObjectIdentifier(exchange)] = exchange
            return state.isStopping
        }
        // libmicrohttpd ends the process when it is stopped while a connection is suspended; this one never will be.
        if isStopping { exchange.abort() }
        // A C callback has no task that could be the parent; the exchange ends this task with its connection.
        connections.startAnswering(exchange.descriptor)
        return Task { [handler, connections] in
            exchange.respond(await handler(request), whileOpen: connections.finishAnswering)
        }
    }

    /// Forgets a request.
    func completed(_ exchange: Exchange) {
        exchange.complete()
        connections.finishExchange(exchange.descriptor)
        let drained = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.running[ObjectIdentifier(exchange)] = nil
            guard state.running.isEmpty else { return nil }
            defer { state.drained = nil }
            return state.drained
        }
        drained?.resume()
    }
}
