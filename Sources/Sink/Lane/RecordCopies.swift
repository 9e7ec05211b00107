internal import Converters
internal import Kafka

/// Copies of records that have to wait, in memory of their own that the budget counts.
///
/// The records themselves cannot be kept: each keeps the whole poll and the fetch response alive in which it came,
/// although most of that may belong to other partitions.
///
/// Used by its lane alone.
@safe
final class RecordCopies: RecordSource {
    private struct Record {
        let offset: Int64
        let timestamp: Int64
        let timestampType: TimestampType?
        let key: Range<Int>?
        let value: Range<Int>?
        /// The places of its headers among all headers.
        let headers: Range<Int>
    }

    private struct Header {
        let name: Range<Int>
        let value: Range<Int>?
    }

    private let records: [Record]
    private let headers: [Header]
    private let memory: UnsafeMutableRawBufferPointer
    private let counted: Int
    private let buffers: BufferBudget

    /// Copies records, which then have the indices from 0 on; `nil` when the budget has no room for all of them.
    init?(_ source: some RecordSource, _ run: Range<Int>, in buffers: BufferBudget) {
        var (bytes, headerCount) = (0, 0)
        for index in run {
            unsafe source.withValue(at: index) { unsafe bytes += $0?.count ?? 0 }
            bytes += unsafe source.key(at: index)?.count ?? 0
            unsafe source.forEachHeader(at: index) { name, value in
                unsafe bytes += name.count + (value?.count ?? 0)
                headerCount += 1
            }
        }
        let counted =
            bytes + run.count * MemoryLayout<Record>.stride + headerCount * MemoryLayout<Header>.stride
        guard buffers.takeWaiting(counted) else { return nil }
        (self.buffers, self.counted) = (buffers, counted)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes), alignment: 1)
        unsafe self.memory = unsafe memory
        var records: [Record] = []
        var headers: [Header] = []
        records.reserveCapacity(run.count)
        headers.reserveCapacity(headerCount)
        var used = 0
        func copy(_ bytes: UnsafeRawBufferPointer) -> Range<Int> {
            let range = used..<(used + bytes.count)
            unsafe UnsafeMutableRawBufferPointer(rebasing: memory[range]).copyMemory(from: bytes)
            used = range.upperBound
            return range
        }
        for index in run {
            let first = headers.count
            unsafe source.forEachHeader(at: index) { name, value in
                headers.append(Header(name: unsafe copy(name), value: unsafe value.map { unsafe copy($0) }))
            }
            records.append(
                Record(
                    offset: source.offset(at: index),
                    timestamp: source.timestamp(at: index),
                    timestampType: source.timestampType(at: index),
                    key: unsafe source.key(at: index).map { unsafe copy($0) },
                    value: unsafe source.withValue(at: index) { unsafe $0.map { unsafe copy($0) } },
                    headers: first..<headers.count
                )
            )
        }
        (self.records, self.headers) = (records, headers)
    }

    deinit {
        unsafe memory.deallocate()
        buffers.giveBackWaiting(counted)
    }

    /// The indices of all records.
    var indices: Range<Int> { records.indices }

    func offset(at index: Int) -> Int64 { records[index].offset }

    func timestamp(at index: Int) -> Int64 { records[index].timestamp }

    func timestampType(at index: Int) -> TimestampType? { records[index].timestampType }

    func withValue<Result>(at index: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        unsafe body(records[index].value.map { unsafe bytes($0) })
    }

    func key(at index: Int) -> UnsafeRawBufferPointer? { unsafe records[index].key.map { unsafe bytes($0) } }

    func forEachHeader(
        at index: Int,
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void
    ) {
        for header in headers[records[index].headers] {
            unsafe body(bytes(header.name), header.value.map { unsafe bytes($0) })
        }
    }

    private func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: memory[range])
    }
}
