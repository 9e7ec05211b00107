import Kafka
import Metrics

@testable import Sink

/// Partitions and routes for tests that need no Kafka.
enum ConsumeSamples {
    struct NoRoute: Error {}

    /// The route of a topic that has a table.
    static func route(_ registry: MetricsRegistry = MetricsRegistry()) throws -> TableRoute {
        let router = try TopicRouter(settings: StartupSamples.settings(), registry: registry)
        guard let route = router.route(for: "a") else { throw NoRoute() }
        return route
    }

    /// A partition that is read from `start` on.
    static func partition(_ number: Int32 = 0, lane: Int = 0, start: Int64? = 0) throws -> AssignedPartition {
        AssignedPartition(
            TopicPartition(topic: "a", partition: number),
            route: try route(),
            lane: lane,
            start: start.map { StartPosition(offset: $0, committed: nil, end: nil, memo: "") }
        )
    }
}
