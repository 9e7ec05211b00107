import Foundation
import HTTP
import Identity
import Logging
import Metrics
import Secrets

@testable import Kusto

/// A client over a script, with a clock, a log and metrics that the test looks at.
struct ClientFixture {
    let clock = ManualClock()
    let log = MemoryLogSink()
    let registry = MetricsRegistry()

    /// The hosts of the script's cluster.
    static let trust = TrustedEndpoints(
        additionalHosts: ["ingest-c.example", "c.example", "kusto.example", "login.example"]
            + ["a1", "a2"].flatMap { account in ["blob", "queue", "table"].map { "\(account).\($0).example" } }
    )

    func client(
        _ transport: any HTTPTransport,
        _ credential: Credential = .clientSecret(
            EntraApplication(tenantID: "tenant", clientID: "app"),
            RotatedSecret(Secret("S3CRET&"))
        ),
        environment: [String: String] = [:],
        ingestionURL: String = "https://ingest-c.example",
        queryURL: String = "https://c.example",
        trust: TrustedEndpoints = Self.trust
    ) -> KustoClient {
        KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: ingestionURL,
                queryURL: queryURL,
                trust: trust,
                credential: credential,
                application: "my sink",
                environment: environment
            ),
            transport: transport,
            logger: Logger(label: "test", level: .trace, sink: log),
            metrics: registry,
            clock: clock.clock
        )
    }

    var properties: IngestionProperties {
        IngestionProperties(
            database: "Db",
            table: "T",
            format: "multijson",
            mapping: .init(name: "m1", kind: "Json"),
            rawBytes: 1234,
            sourceID: UUID(uuidString: "2C183CA4-0BD7-47E9-881B-681DF696A374") ?? UUID()
        )
    }

    /// Whether a request asks Data Management or the engine for this.
    func isCommand(_ request: HTTPRequest, _ command: String) -> Bool {
        ScriptedTransport.body(request).contains(command)
    }
}

extension KustoClient {
    /// Looks at a table, and throws the first thing that is not as it should be.
    func validate(_ target: TableTarget) async throws(KustoError) {
        if let problem = try await inspect(target).problems.first { throw problem }
    }
}
