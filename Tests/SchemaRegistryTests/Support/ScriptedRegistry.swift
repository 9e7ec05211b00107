import HTTPServer
import Logging
import SchemaRegistry
import Synchronization

/// A server that answers like a schema registry, or unlike one, by a script, and remembers what it was asked.
final class ScriptedRegistry: Sendable {
    struct Request: Sendable {
        let method: String
        /// Path and query as they were sent.
        let target: String
        let headers: [HTTPHeader]
        let body: String

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// Gets a request and how many there were of the same target before.
    typealias Script = @Sendable (Request, Int) async -> HTTPServerResponse

    private final class Memory: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private let memory: Memory
    private let listener: HTTPListener

    private init(_ script: @escaping Script) throws {
        let memory = Memory()
        self.memory = memory
        listener = HTTPListener(
            configuration: HTTPServerConfiguration(drainTimeout: .milliseconds(1)),
            logger: Logger(label: "registry", sink: MemoryLogSink())
        ) { request in
            let body = (try? await request.collect(upTo: 1 << 20)) ?? []
            let seen = Request(
                method: request.method,
                target: request.query.isEmpty ? request.path : "\(request.path)?\(request.query)",
                headers: request.headers,
                body: String(decoding: body, as: UTF8.self)
            )
            let before = memory.requests.withLock { requests in
                defer { requests.append(seen) }
                return requests.count { $0.target == seen.target }
            }
            return await script(seen, before)
        }
        try listener.start()
    }

    /// Runs `body` while the registry answers.
    static func answering<Result>(
        _ script: @escaping Script,
        _ body: (ScriptedRegistry) async throws -> Result
    ) async throws -> Result {
        let registry = try ScriptedRegistry(script)
        do {
            let result = try await body(registry)
            await registry.listener.stop()
            return result
        } catch {
            await registry.listener.stop()
            throw error
        }
    }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    var endpoint: SchemaRegistryEndpoint {
        get throws { try SchemaRegistryEndpoint(parsing: url) }
    }
    /// What was asked so far, oldest first.
    var requests: [Request] { memory.requests.withLock { $0 } }
    var targets: [String] { requests.map(\.target) }
}

extension HTTPServerResponse {
    /// An answer of JSON.
    static func json(_ text: String, status: Int = 200, headers: [HTTPHeader] = []) -> HTTPServerResponse {
        HTTPServerResponse(
            status: status,
            headers: [HTTPHeader(name: "Content-Type", value: "application/vnd.schemaregistry.v1+json")] + headers,
            body: .bytes(Array(text.utf8))
        )
    }

    /// A registry's own error.
    static func error(_ code: Int, _ message: String = "no", status: Int? = nil) -> HTTPServerResponse {
        json(#"{"error_code":\#(code),"message":"\#(message)"}"#, status: status ?? (code > 999 ? code / 100 : code))
    }

    /// A schema of Avro.
    static let string = json(#"{"schema":"\"string\""}"#)
}
