package import Daemon
internal import HTTPServer
package import Logging

/// Serves metrics, liveness and readiness over HTTP for as long as the process runs.
///
/// It belongs first in its group: what starts first is stopped last, so the endpoint answers while the sink drains.
package struct EndpointService: Service {
    package let name = "endpoint"
    private let server: HTTPListener
    private let host: String
    private let setting: String
    private let remedy: String
    private let logger: Logger

    /// Creates a service that does not listen yet.
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The port; 0 takes a free one, which the log names.
    ///   - responder: Answers the requests.
    ///   - setting: What sets the address, for the message when it cannot be listened on.
    ///   - remedy: What else helps then.
    ///   - logger: Takes the line that names the port.
    package init(
        host: String,
        port: Int,
        responder: EndpointResponder,
        setting: String = "metrics.address",
        remedy: String = "set metrics.address=off",
        logger: Logger
    ) {
        self.setting = setting
        self.remedy = remedy
        self.host = host
        self.logger = logger
        server = HTTPListener(
            configuration: HTTPServerConfiguration(
                host: host,
                port: port,
                // Anybody who reaches the port can open connections, but must not keep the kubelet from an answer.
                maximumConnections: 64,
                maximumConnectionsPerAddress: 32,
                idleTimeout: .seconds(5),
                exchangeTimeout: .seconds(10),
                drainTimeout: .seconds(1)
            ),
            logger: logger
        ) { request in
            let answer = responder.answer(method: request.method, path: request.path)
            var headers = [HTTPHeader(name: "Content-Type", value: answer.contentType)]
            if let allow = answer.allow { headers.append(HTTPHeader(name: "Allow", value: allow)) }
            return HTTPServerResponse(status: answer.status, headers: headers, body: .bytes(Array(answer.body.utf8)))
        }
    }

    /// The port that the service listens on; 0 before it does.
    package var port: Int { server.port }

    /// Finds out whether the address can be listened on, by doing so for a moment.
    /// - Throws: ``ExitError`` with `usage` when it cannot.
    package func check() async throws(ExitError) {
        try start()
        await server.stop()
    }

    /// Answers until the process stops.
    /// - Throws: ``ExitError`` with `usage` when the address cannot be listened on.
    package func run() async throws {
        try start()
        logger.info("endpoint listening", ["server.address": host, "server.port": server.port])
        do {
            try await gracefulShutdown()
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func start() throws(ExitError) {
        do {
            try server.start()
        } catch {
            throw ExitError(.usage, "\(setting): \(error.message), or \(remedy)")
        }
    }
}
