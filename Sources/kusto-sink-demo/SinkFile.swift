import Foundation
import Kafka
import KustoEmulator

/// The file that a worker of the demo is started with.
struct SinkFile: Sendable {
    let name: String
    let lines: [String]

    /// The sink of the steady workload.
    /// - Parameter isKilled: Whether Kafka is to notice soon that a worker is dead; else it waits for 45 s.
    init(peers: DemoPeers, isKilled: Bool) {
        self.init(
            "demo",
            streams: DemoWorkload.streams,
            peers,
            [
                "# Records that cannot be rows go to a topic, and the others go on:",
                "errors.tolerance=all",
                "errors.deadletterqueue.topic.name=\(DemoWorkload.deadLetters)",
                "errors.deadletterqueue.context.headers.enable=true",
                "# Shorter than usual, so that the demo is:",
                "flush.interval.ms=300",
                "commit.interval.ms=500",
                "errors.retry.backoff.time.ms=100",
            ]
                + (isKilled
                    // Less than 3 s do not work: a member that waits for its new group would be taken for dead.
                    ? ["consumer.override.session.timeout.ms=4000", "consumer.override.heartbeat.interval.ms=500"] : [])
        )
    }

    /// The sink of the larger run, which has all defaults but one: what is left at the end must not wait for half a minute.
    init(backlogOn peers: DemoPeers) {
        self.init("load", streams: [Backlog.stream], peers, ["flush.interval.ms=500"])
    }

    private init(_ name: String, streams: [DemoWorkload.Stream], _ peers: DemoPeers, _ more: [String]) {
        self.name = name
        let mappings = streams.map { stream in
            let mapping = stream.mapping.map { ", 'mapping': '\($0)'" } ?? ""
            return "{'topic': '\(stream.topic)', 'db': '\(DemoPeers.database)', 'table': '\(stream.table)', "
                + "'format': '\(stream.format)'\(mapping)}"
        }
        lines =
            [
                "name=\(name)",
                "connector.class=com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
                "topics=\(streams.map(\.topic).joined(separator: ","))",
                "tasks.max=1",
                "bootstrap.servers=\(peers.broker.bootstrapServers)",
                "kusto.ingestion.url=\(peers.adx.ingestURL)",
                "kusto.query.url=\(peers.adx.engineURL)",
                "aad.auth.authority=demo-tenant",
                "aad.auth.appid=\(DemoPeers.application)",
                "aad.auth.appkey=${env:AAD_APPKEY}",
                "kusto.tables.topics.mapping=[\(mappings.joined(separator: ", \\\n  "))]",
                "key.converter=org.apache.kafka.connect.storage.StringConverter",
                "value.converter=org.apache.kafka.connect.storage.StringConverter",
                "metrics.address=127.0.0.1:0",
                "log.format=text",
            ] + more
    }

    /// Writes the file `NAME.properties` into a folder and returns where it is.
    func write(into folder: URL) throws -> URL {
        let url = folder.appending(component: "\(name).properties")
        try (lines.joined(separator: "\n") + "\n").write(to: url, atomically: true, encoding: .utf8)
        return url
    }
}
