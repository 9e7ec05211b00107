/// The records of one partition that wait for those before them.
///
/// They are copied as long as the memory budget has room. The first that finds none is dropped, and all that follow it,
/// until the partition is read again from there: records that were kept behind a gap would be out of order.
///
/// Used by its lane alone.
struct WaitingRecords {
    private let buffers: BufferBudget
    private var copies: [(records: RecordCopies, run: Range<Int>)] = []
    /// The offset of the first record that was dropped, as long as none may be added.
    private(set) var firstDropped: Int64?

    init(_ buffers: BufferBudget) { self.buffers = buffers }

    /// Whether nothing is kept.
    var isEmpty: Bool { copies.isEmpty }

    /// Adds records behind those that wait; they are dropped if there is no room, or if some before them were.
    mutating func add(_ records: some RecordSource, _ run: Range<Int>) {
        guard firstDropped == nil, !run.isEmpty else { return }
        // Of a run that does not fit the beginning is kept, so that a partition whose every record waits for something
        // else is not read again for each of them.
        var kept = run
        while !kept.isEmpty {
            if let copy = RecordCopies(records, kept, in: buffers) {
                copies.append((copy, copy.indices))
                break
            }
            kept = kept.lowerBound..<(kept.lowerBound + kept.count / 2)
        }
        if kept.upperBound < run.upperBound { firstDropped = records.offset(at: kept.upperBound) }
    }

    /// Hands the kept records to `body`, in order, until it returns where it had to stop; the rest goes on waiting.
    mutating func drain(_ body: (RecordCopies, Range<Int>) -> Int?) {
        var done = 0
        while done < copies.count {
            let (records, run) = copies[done]
            if let index = body(records, run) {
                copies[done].run = index..<run.upperBound
                break
            }
            done += 1
        }
        copies.removeFirst(done)
    }

    /// Drops everything that is kept.
    mutating func drop() {
        if let first = copies.first { firstDropped = first.records.offset(at: first.run.lowerBound) }
        copies = []
    }

    /// Keeps records again: those that come now begin with the first one that was dropped.
    mutating func begin() { firstDropped = nil }
}
