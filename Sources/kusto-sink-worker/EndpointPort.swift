import Daemon
import Logging
import Metrics
import Observability
import Sink
import SinkConfiguration

/// Whether the endpoint for health and metrics can be opened.
enum EndpointPort {
    /// Opens it for a moment.
    static func check(_ process: ProcessSettings) async -> CheckedItem {
        guard let address = process.metricsAddress else {
            return CheckedItem(.port, "", .unchecked("not used: metrics.address=off"))
        }
        let service = EndpointService(
            host: address.host,
            port: address.port,
            responder: EndpointResponder(registry: MetricsRegistry(), health: HealthState(limit: .seconds(60))),
            logger: Logger(label: "check", level: .error, sink: MemoryLogSink(capacity: 10))
        )
        do throws(ExitError) {
            try await service.check()
            return CheckedItem(.port, "\(address)", .passed("free"))
        } catch {
            return CheckedItem(.port, "\(address)", .failed(StartupProblem(.configuration, error.message)))
        }
    }
}
