internal import KafkaClients
internal import Metrics

/// When the certificates end that a sink's Kafka clients show to brokers.
struct CertificateMetrics: Sendable {
    private static let name = "kusto_sink_certificate_expiry_timestamp_seconds"

    private let registry: MetricsRegistry
    private let connector: String

    init(registry: MetricsRegistry, connector: String) {
        self.registry = registry
        self.connector = connector
    }

    /// Shows the clients that are used from now on; those without a certificate have no gauge.
    func show(_ clients: ClientSet) {
        for client in ClientName.allCases {
            let labels = ["connector": connector, "client": client.rawValue]
            guard let expiry = clients.prepared[client]?.certificateExpiry else {
                registry.remove(Self.name, labels: labels)
                continue
            }
            registry.gauge(
                Self.name,
                help: "When the certificate of a Kafka client ends, or one that it hangs on, in seconds since 1970.",
                labels: labels
            ).set(Double(expiry))
        }
    }
}
