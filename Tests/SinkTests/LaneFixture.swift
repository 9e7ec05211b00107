import Compression
import Converters
import Foundation
import Kafka
import Logging
import Metrics
import SinkConfiguration
import Synchronization

@testable import Sink

/// What an encoder needs, without Kafka and without ADX: sealed batches stay where a test can look at them.
final class LaneFixture {
    /// A record as a test writes it.
    struct Record {
        var offset: Int64
        var value: [UInt8]?
        var timestamp: Int64 = -1

        init(_ offset: Int64, bytes: [UInt8]) {
            self.offset = offset
            value = bytes
        }

        init(_ offset: Int64, _ value: String?, timestamp: Int64 = -1) {
            self.offset = offset
            self.value = value.map { Array($0.utf8) }
            self.timestamp = timestamp
        }
    }

    /// Records in an array.
    final class Records: RecordSource {
        let records: [Record]

        init(_ records: [Record]) { self.records = records }

        func offset(at index: Int) -> Int64 { records[index].offset }
        func timestamp(at index: Int) -> Int64 { records[index].timestamp }
        func timestampType(at index: Int) -> TimestampType? { timestamp(at: index) < 0 ? nil : .created }
        func withValue<Result>(at index: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
            guard let value = records[index].value else { return body(nil) }
            return unsafe value.withUnsafeBytes { unsafe body($0) }
        }
        func key(at index: Int) -> UnsafeRawBufferPointer? { nil }
        func forEachHeader(at index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {}
    }

    let stop = StopSignal()
    let growth = BatchGrowth()
    let log = MemoryLogSink()
    let registry = MetricsRegistry()
    let buffers: BufferBudget
    let context: LaneContext
    let route: TableRoute
    /// What the wall clock always says, in milliseconds since 1970.
    static let wallMilliseconds: Int64 = 1_000_000
    private let submitted: Submitted

    /// Sealed batches, in order.
    var sealed: [SealedBatch] { submitted.batches.withLock { $0 } }

    private final class Submitted: Sendable {
        let batches = Mutex<[SealedBatch]>([])
    }

    init(
        format: RecordFormat = .json,
        converter: ConverterKind = .bytes,
        policy: BatchPolicy = BatchPolicy(),
        skips: Bool = false,
        letters: DeadLetterQueue? = nil,
        schemas: SchemaStores = SchemaStores(),
        keys: KeyConversion? = nil,
        lanes: Int = 1,
        tailBytes: Int = 1 << 20,
        isStreaming: Bool = false
    ) throws {
        let submitted = Submitted()
        self.submitted = submitted
        buffers = try BufferBudget(memoryBytes: 2 * tailBytes, diskBytes: 0, directory: "/tmp")
        let clock = SinkClock(now: { .seconds(1) }, wallMilliseconds: { Self.wallMilliseconds }, sleep: { _ in })
        let logger = Logger(label: "lane", level: .debug, sink: log)
        let skipped = SkippedRecordLog(
            connector: "s",
            detail: SkippedRecordLog.Detail(namesEach: true, includesMessages: true),
            keepsLetters: letters != nil,
            clock: clock,
            logger: logger
        )
        context = LaneContext(
            compression: .isal,
            level: 1,
            buffers: buffers,
            lanes: lanes,
            policy: policy,
            growth: growth,
            rejections: RejectedRecords(
                connector: "s",
                skips: skips,
                keyClass: keys?.kind.className ?? "",
                letters: letters,
                log: skipped
            ),
            keys: keys,
            schemas: schemas,
            clock: clock,
            stop: stop,
            logger: logger,
            submit: { batch in submitted.batches.withLock { $0.append(batch) } }
        )
        route = TableRoute(
            database: "D",
            table: "T",
            mapping: nil,
            isStreaming: isStreaming,
            conversion: try Conversion(converter, format),
            account: BufferAccount(),
            metrics: TableMetrics(registry: registry, connector: "s", database: "D", table: "T")
        )
    }

    /// A partition for the fixture's route.
    func partition(_ number: Int32 = 0, inbox: PollInbox? = nil) -> AssignedPartition {
        AssignedPartition(TopicPartition(topic: "t", partition: number), route: route, lane: 0, inbox: inbox)
    }

    /// The rows of a batch, as ADX would read them.
    func text(_ body: BatchBuffer) throws -> String {
        var bytes = [UInt8](repeating: 0, count: body.count)
        let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe body.read(at: 0, into: $0) }
        guard route.isCompressed else { return String(decoding: bytes[..<count], as: UTF8.self) }
        return String(decoding: try Gunzip.inflate(bytes, limit: 64 << 20), as: UTF8.self)
    }
}
