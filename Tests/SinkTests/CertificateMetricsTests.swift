import KafkaClients
import Metrics
import Testing

@testable import Sink

@Suite("The end of the certificates of Kafka clients")
struct CertificateMetricsTests {
    private func clients(_ changes: [String: String?]) throws -> ClientSet {
        // A day on which the certificates of the samples are good.
        try ClientSet(StartupSamples.settings(changes), unixSeconds: 1_795_737_600, tokens: nil)
    }

    @Test("is a gauge of each client that has one, and goes with it")
    func gauges() throws {
        let registry = MetricsRegistry()
        let metrics = CertificateMetrics(registry: registry, connector: "s")
        let set = try clients([
            "consumer.override.security.protocol": "SSL",
            "consumer.override.ssl.keystore.location": StoreSamples.path("keytool.p12"),
            "consumer.override.ssl.keystore.password": "changeit",
        ])
        #expect(set.problems == [])
        let expiry = try #require(set.prepared[.consumer]?.certificateExpiry)
        metrics.show(set)
        let line = #"kusto_sink_certificate_expiry_timestamp_seconds{client="consumer",connector="s"} \#(expiry)"#
        #expect(registry.render().contains(line), "\(registry.render())")
        #expect(!registry.render().contains("deadletterqueue"))
        metrics.show(try clients([:]))
        #expect(!registry.render().contains("kusto_sink_certificate_expiry"))
    }
}
