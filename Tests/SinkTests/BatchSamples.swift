import Compression
import Converters
import Foundation
import Kafka
import Metrics
import SinkConfiguration

@testable import Kusto
@testable import Sink

/// Batches and what they are made of, without a Kafka client.
struct BatchSamples {
    let registry = MetricsRegistry()

    /// A partition of topic `t`, whose records go to table `D.T`.
    func partition(_ number: Int32 = 0, table: String = "T", isStreaming: Bool = false) throws -> AssignedPartition {
        let route = TableRoute(
            database: "D",
            table: table,
            mapping: nil,
            isStreaming: isStreaming,
            conversion: try Conversion(.string, .csv),
            account: BufferAccount(),
            metrics: TableMetrics(registry: registry, connector: "s", database: "D", table: table)
        )
        return AssignedPartition(TopicPartition(topic: "t", partition: number), route: route, lane: 0)
    }

    /// A batch of the partition's next `count` records.
    func batch(
        of partition: AssignedPartition,
        _ offsets: Range<Int64> = 0..<10,
        pool: PagePool? = nil,
        disk: SpillSpace? = nil,
        bytes: [UInt8] = Array("a,b\n".utf8),
        oldestTimestamp: Int64? = nil
    ) throws -> SealedBatch {
        let body = BatchBuffer(
            pool: try pool ?? PagePool(bytes: 1 << 20),
            disk: try disk ?? SpillSpace(directory: "/", bytes: 0)
        )
        Self.gzip(bytes).forEach { body.append($0) }
        let range = OffsetRange(lower: offsets.lowerBound, upper: offsets.upperBound)
        partition.open(at: range.lower)
        let ticket = partition.seal(range)
        return SealedBatch(
            id: .next(),
            route: partition.route,
            path: .path(for: partition.route),
            slices: [BatchSlice(partition: partition, ticket: ticket, range: range)],
            rows: offsets.count,
            rawBytes: bytes.count,
            body: body,
            reason: .size,
            openedAt: .zero,
            sealedAt: .zero,
            oldestTimestamp: oldestTimestamp
        )
    }

    /// The pieces of a gzip member that holds `bytes`.
    private static func gzip(_ bytes: [UInt8]) -> [[UInt8]] {
        var frame = GzipMember()
        let deflater = ChunkDeflater(type: .isal, level: 1)
        var chunk = [UInt8](repeating: 0, count: ChunkDeflater.bound(bytes.count))
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe frame.add(bytes)
            return unsafe chunk.withUnsafeMutableBytes { chunk in
                unsafe deflater.deflate(bytes, into: chunk, code: LearnedCode())
            }
        }
        return [GzipMember.header, Array(chunk[..<count]), frame.trailer()]
    }
}

extension UploadedBlob {
    /// A blob whose URL is good until `date`, or for ever.
    static func sample(usableUntil date: Date? = nil) -> UploadedBlob {
        UploadedBlob(url: SignedURL(base: "https://a.example/c/b", signature: "sig=1", usableUntil: date))
    }
}
