import Foundation
import FoundationNetworking
import JSON
import Logging
import Testing

@testable import KustoEmulator

/// A running cluster and the requests that tests send to it.
struct RunningCluster {
    /// The cluster.
    let cluster: EmulatedCluster

    /// Runs `body` with a cluster of two endpoints that has one table `T (a:string, b:long)`, and stops it.
    static func with(
        _ configuration: EmulatedClusterConfiguration = .init(authentication: .init(mode: .none)),
        _ body: (RunningCluster) async throws -> Void
    ) async throws {
        var configuration = configuration
        configuration.splitsEndpoints = true
        configuration.setupCommands = [".create table T (a:string, b:long)"] + configuration.setupCommands
        let cluster = try EmulatedCluster(
            configuration: configuration,
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        try cluster.start()
        do {
            try await body(RunningCluster(cluster: cluster))
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    /// Sends a request to the engine; a path that is a whole URL is taken as it is.
    func send(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        headers: [String: String] = [:],
        timeout: TimeInterval = 150
    ) async throws -> (status: Int, body: String, response: HTTPURLResponse) {
        try await send(method, path, data: body.map { Data($0.utf8) }, headers: headers, timeout: timeout)
    }

    /// Sends a request whose body need not be text.
    func send(
        _ method: String,
        _ path: String,
        data: Data?,
        headers: [String: String] = [:],
        timeout: TimeInterval = 150
    ) async throws -> (status: Int, body: String, response: HTTPURLResponse) {
        let text = path.hasPrefix("http") ? path : cluster.engineURL + path
        let url = try #require(URL(string: text))
        var request = URLRequest(url: url, timeoutInterval: timeout)
        request.httpMethod = method
        request.httpBody = data
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        // A session of its own, so that no connection is used again: libcurl would repeat a request on it that a fault
        // has cut.
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        let session = URLSession(configuration: configuration)
        defer { session.finishTasksAndInvalidate() }
        let (data, response) = try await session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return (http.statusCode, String(decoding: data, as: UTF8.self), http)
    }

    /// The URL of the first resource of a type, with `rest` before its query.
    func resource(_ type: String, _ rest: String) throws -> String {
        let rows = try cluster.manage(".get ingestion resources").rows
        let row = try #require(rows.first { $0[0].text == type })
        let parts = row[1].text.split(separator: "?")
        return "\(parts[0])\(rest)?\(parts[1])"
    }

    /// Uploads data and queues a message for it.
    func ingest(
        _ text: String,
        name: String = "x.csv",
        additional: [String: String] = [:],
        message: [String: JSONValue] = [:]
    ) async throws {
        try await ingest(Data(text.utf8), name: name, additional: additional, message: message)
    }

    /// Uploads data that need not be text and queues a message for it.
    func ingest(
        _ data: Data,
        name: String = "x.csv",
        additional: [String: String] = [:],
        message: [String: JSONValue] = [:]
    ) async throws {
        let blob = try resource("TempStorage", "/\(UUID().uuidString)-\(name)")
        let put = try await send("PUT", blob, data: data, headers: ["x-ms-blob-type": "BlockBlob"])
        #expect(put.status == 201)
        let token = try cluster.manage(".get kusto identity token").rows[0][0].text
        var properties: JSONObject = ["authorizationContext": .string(token), "format": "csv"]
        for (key, value) in additional { properties[key] = .string(value) }
        var object: JSONObject = [
            "blobPath": .string(blob), "databaseName": "EMULATED", "TableName": "T",
            "rawDataSize": .integer(Int64(data.count)), "additionalProperties": .object(properties),
        ]
        for (key, value) in message { object[key] = value }
        try await enqueue(Data(JSONValue.object(object).serialized()).base64EncodedString())
    }

    /// Puts a message into an ingestion queue.
    func enqueue(_ text: String) async throws {
        let queue = try resource("SecuredReadyForAggregationQueue", "/messages")
        let body = "<QueueMessage><MessageText>\(text)</MessageText></QueueMessage>"
        let post = try await send("POST", queue, body)
        #expect(post.status == 201)
    }

    /// Waits until everything queued is ingested.
    func waitUntilIdle() async throws { try await wait("the cluster to be idle") { cluster.isIdle } }

    /// Waits until a request is held that is never answered.
    func waitUntilSilent() async throws { try await wait("a silent request") { cluster.silentRequests > 0 } }

    private func wait(_ what: String, until condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(150)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "waited for \(what)")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
