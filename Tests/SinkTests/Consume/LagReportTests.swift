import Kafka
import Metrics
import Testing

@testable import Sink

/// Is never asked.
private struct SilentReader: OffsetReading {
    func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] { [:] }

    func watermarks(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)] { [:] }

    func partitionCounts(timeout: Duration) throws(KafkaError) -> [String: Int] { [:] }
}

@Suite("What the lag report shows")
struct LagReportTests {
    private let metrics = PipelineMetrics(registry: MetricsRegistry(), connector: "s")

    private func show(
        _ report: inout LagReport,
        _ entries: [(partition: AssignedPartition, end: Int64?, next: Int64?)]
    ) {
        let readings = entries.map {
            LagReport.Entry(partition: $0.partition, isFetched: true, fetchedEnd: $0.end, next: $0.next)
        }
        report.show(readings, .seconds(1), mayAsk: false)
    }

    @Test("records that were read and not ingested are lag, and only those in Kafka are unread")
    func tellsUnreadFromLag() throws {
        var report = LagReport(reader: SilentReader(), metrics: metrics, now: .zero)
        let (first, second) = (try ConsumeSamples.partition(0, start: 10), try ConsumeSamples.partition(1, start: 0))
        show(&report, [(first, end: 100, next: 70), (second, end: 5, next: nil)])
        #expect(metrics.lag.value == 95)
        #expect(metrics.unread.value == 35)
        show(&report, [(first, end: 100, next: 100)])
        #expect(metrics.lag.value == 90)
        #expect(metrics.unread.value == 0)
    }

    @Test("a partition counts as soon as its position and its end are known, and tasks of a process add up")
    func addsUp() throws {
        var (report, other) = (
            LagReport(reader: SilentReader(), metrics: metrics, now: .zero),
            LagReport(reader: SilentReader(), metrics: metrics, now: .zero)
        )
        let partition = try ConsumeSamples.partition(0, start: nil)
        show(&report, [(partition, end: 100, next: 70)])
        #expect(metrics.unread.value == 0)
        show(&report, [(try ConsumeSamples.partition(0, start: 60), end: nil, next: 70)])
        #expect(metrics.unread.value == 0)
        show(&report, [(try ConsumeSamples.partition(0, start: 60), end: 100, next: 70)])
        show(&other, [(try ConsumeSamples.partition(1, start: 1), end: 4, next: 2)])
        #expect(metrics.unread.value == 32)
        show(&report, [])
        #expect(metrics.unread.value == 2)
        #expect(metrics.lag.value == 3)
    }
}
