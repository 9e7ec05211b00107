import Metrics
import Testing

@testable import Kafka
@testable import Sink

@Suite("The Kafka client's gauges")
struct ClientMetricsTests {
    private func statistics(_ brokers: [(number: Int, state: String)]) throws -> KafkaStatistics {
        let list = brokers.map { broker in
            #""b\#(broker.number):9092/\#(broker.number)": {"name": "b\#(broker.number):9092/\#(broker.number)", "#
                + #""nodeid": \#(broker.number), "source": "learned", "state": "\#(broker.state)", "rxbytes": 7, "#
                + #""waitresp_cnt": 1, "rtt": {"p50": 1500, "p99": 20000}}"#
        }
        let bootstrap = #""b:1/bootstrap": {"name": "b:1/bootstrap", "nodeid": -1, "source": "configured"}"#
        let coordinator = #""c": {"name": "GroupCoordinator", "nodeid": 1, "source": "logical"}"#
        let topics =
            #"{"t": {"partitions": {"0": {"fetchq_cnt": 2, "fetchq_size": 30}, "1": {"fetchq_cnt": 2, "fetchq_size": 30}, "#
            + #""-1": {"fetchq_cnt": 100, "fetchq_size": 100}}}}"#
        let json = "{\"brokers\": {\((list + [bootstrap, coordinator]).joined(separator: ","))}, \"topics\": \(topics)}"
        return try #require(KafkaStatistics(json: Array(json.utf8)))
    }

    @Test("show every broker of the cluster, and forget the one that left it")
    func shows() throws {
        let registry = MetricsRegistry()
        var metrics = ClientMetrics(registry: registry, connector: "c", task: 0)
        try metrics.show(statistics([(1, "UP"), (2, "DOWN")]))
        let first = registry.render()
        for line in [
            #"kusto_sink_kafka_broker_up{broker="b1:9092/1",connector="c",task="0"} 1"#,
            #"kusto_sink_kafka_broker_up{broker="b2:9092/2",connector="c",task="0"} 0"#,
            #"kusto_sink_kafka_round_trip_seconds{broker="b1:9092/1",connector="c",quantile="0.5",task="0"} 0.0015"#,
            #"kusto_sink_kafka_round_trip_seconds{broker="b1:9092/1",connector="c",quantile="0.99",task="0"} 0.02"#,
            #"kusto_sink_kafka_received_bytes_total{broker="b1:9092/1",connector="c",task="0"} 7"#,
            #"kusto_sink_kafka_waiting_requests{broker="b1:9092/1",connector="c",task="0"} 1"#,
            #"kusto_sink_kafka_prefetched_messages{connector="c",task="0"} 2"#,
            #"kusto_sink_kafka_prefetched_bytes{connector="c",task="0"} 30"#,
        ] {
            #expect(first.contains(line), "\(line) in \(first)")
        }
        #expect(!first.contains("bootstrap") && !first.contains("GroupCoordinator"))
        try metrics.show(statistics([(1, "UP")]))
        #expect(!registry.render().contains("b2:9092"))
    }

    @Test("go with the client")
    func ends() throws {
        let registry = MetricsRegistry()
        var metrics = ClientMetrics(registry: registry, connector: "c", task: 0)
        try metrics.show(statistics([(1, "UP"), (2, "DOWN")]))
        metrics.end()
        let page = registry.render()
        #expect(!page.contains("b1:9092") && !page.contains("b2:9092") && !page.contains("prefetched"), "\(page)")
        // A client that takes its place counts from its own beginning.
        try metrics.show(statistics([(1, "UP")]))
        #expect(
            registry.render().contains(
                #"kusto_sink_kafka_received_bytes_total{broker="b1:9092/1",connector="c",task="0"} 7"#
            )
        )
    }

    @Test("are not made of what is no statistics")
    func refuses() {
        #expect(KafkaStatistics(json: Array("{}".utf8)) == nil)
        #expect(KafkaStatistics(json: Array("nonsense".utf8)) == nil)
    }
}
