import FoundationEssentials
import HTTP
import Identity
import KafkaClients
import Logging
import Secrets
import SinkConfiguration
import Synchronization

/// Settings, stores and files of the tests.
enum Samples {
    /// 2026-11-27, seconds since 1970.
    static let now = 1_795_737_600.0

    static let logger = Logger(label: "test", sink: MemoryLogSink())

    /// The stores that the tests of `Cryptography` have, too.
    static func store(_ name: String) -> String {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(tests)/CryptographyTests/Stores/\(name)"
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOf: URL(filePath: store(name)), encoding: .utf8)
    }

    /// Settings of a sink whose consumer has properties besides.
    static func settings(_ changes: [String: String] = [:]) throws(ConfigurationError) -> SinkSettings {
        try SinkSettings(properties(changes))
    }

    static func properties(_ changes: [String: String] = [:]) -> PropertySet {
        let base = [
            "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            "name": "s", "topics": "a", "bootstrap.servers": "127.0.0.1:1", "security.protocol": "SSL",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'A','format':'csv'}]",
            "kusto.ingestion.url": "https://ingest-c.kusto.windows.net",
            "kusto.query.url": "https://c.kusto.windows.net",
            "aad.auth.authority": "t", "aad.auth.appid": "i", "aad.auth.appkey": "k",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        ]
        return PropertySet(base.merging(changes) { $1 })
    }

    static func clients(_ changes: [String: String] = [:], at now: Double = now) throws -> ClientSet {
        ClientSet(try settings(changes), unixSeconds: now, tokens: nil)
    }
}

/// A directory that ends with the test.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/kafka-clients-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(to: URL(filePath: "\(path)/\(name)"), atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }

    @discardableResult
    func copy(_ store: String, as name: String) throws -> String {
        let data = try Data(contentsOf: URL(filePath: Samples.store(store)))
        try data.write(to: URL(filePath: "\(path)/\(name)"), options: .atomic)
        return "\(path)/\(name)"
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}

/// Answers requests from a script.
final class ScriptedTransport: HTTPTransport {
    private struct State {
        var answers: [(status: Int, body: String)]
        var urls: [String] = []
    }

    private let state: Mutex<State>

    init(_ answers: [(status: Int, body: String)]) { state = Mutex(State(answers: answers)) }

    /// Where requests went.
    var urls: [String] { state.withLock { $0.urls } }

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let answer = state.withLock { state in
            state.urls.append(request.url)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        return HTTPResponse(status: answer.status, body: Array(answer.body.utf8))
    }
}
