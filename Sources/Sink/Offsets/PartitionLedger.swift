/// What may be committed of one assigned partition.
///
/// Records arrive in offset order. Each one either enters the open batch or is settled at once (a tombstone, a record
/// that the user chose to skip). A sealed batch is an entry until it is done. Invariants:
///
/// - entries are in offset order and do not overlap; the open batch, if any, comes after all of them;
/// - ``committable`` never passes the first offset that is neither done nor settled.
///
/// Nothing here knows why an entry is done: accepted by ADX, acknowledged by a dead-letter topic, or dropped because
/// the user said so.
struct PartitionLedger: Sendable {
    private struct Entry {
        let batch: BatchID
        let range: OffsetRange
        var isDone = false
    }

    private var entries: [Entry] = []
    /// How many of `entries` are done and passed; they are removed in bulk, so that completing stays cheap.
    private var passed = 0
    private var openedAt: Int64?
    private var position: Int64?

    init() {}

    /// The next offset to read after a restart, or `nil` while nothing was read.
    var committable: Int64? {
        if passed < entries.count { return entries[passed].range.lower }
        return openedAt ?? position
    }

    /// Whether everything read so far is done.
    var isDrained: Bool { passed == entries.count && openedAt == nil }

    /// How many sealed batches are not done.
    var pendingCount: Int { entries[passed...].count { !$0.isDone } }

    /// A batch was opened by the record at `offset`.
    mutating func open(at offset: Int64) {
        if openedAt == nil { openedAt = offset }
    }

    /// Everything below `offset` was read; what is in no batch is settled.
    mutating func advance(to offset: Int64) { position = max(position ?? offset, offset) }

    /// The open batch is sealed and covers `range`.
    mutating func seal(_ batch: BatchID, _ range: OffsetRange) {
        openedAt = nil
        entries.append(Entry(batch: batch, range: range))
        advance(to: range.upper)
    }

    /// A sealed batch is done; an unknown one belongs to an earlier assignment and changes nothing.
    mutating func complete(_ batch: BatchID) {
        guard let index = entries[passed...].firstIndex(where: { $0.batch == batch }) else { return }
        entries[index].isDone = true
        while passed < entries.count, entries[passed].isDone { passed += 1 }
        if passed > 64 || passed == entries.count {
            entries.removeFirst(passed)
            passed = 0
        }
    }
}
