import Foundation
import HTTP
import Identity
import Kusto
import Logging
import Metrics
import SinkConfiguration

@testable import Sink

/// What the tests of a start vary: settings that are good, and the problems' sentences.
enum StartupSamples {
    static let logger = Logger(label: "test", sink: MemoryLogSink())

    /// Settings for topic `a` and table `D.A`; a change to `nil` removes the property.
    static func settings(
        _ changes: [String: String?] = [:],
        environment: [String: String] = [:]
    ) throws -> SinkSettings {
        var properties = [
            "name": "s", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            "topics": "a", "bootstrap.servers": "127.0.0.1:1", "kusto.ingestion.url": "http://127.0.0.1:1",
            "kusto.query.url": "http://127.0.0.1:1", "aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "t",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'A','format':'csv'}]",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter", "startup.timeout.ms": "1000",
            "tempdir.path": FileManager.default.temporaryDirectory.path,
        ]
        for (name, value) in changes { properties[name] = value }
        return try SinkSettings(PropertySet(properties), environment: environment)
    }

    /// A client over the test's transport.
    static func client(
        _ transport: any HTTPTransport,
        _ authentication: Credential,
        environment: [String: String] = [:]
    ) -> KustoClient {
        KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: "https://ingest-c.example",
                queryURL: "https://c.example",
                trust: TrustedEndpoints(additionalHosts: ["ingest-c.example", "c.example"]),
                credential: authentication,
                environment: environment
            ),
            transport: transport,
            logger: logger,
            metrics: MetricsRegistry()
        )
    }
}
