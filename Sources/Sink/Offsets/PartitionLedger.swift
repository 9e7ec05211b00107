/// What may be committed of one assigned partition.
///
/// Records arrive in offset order. A record either enters the open batch, or is part of a range of its own that somebody
/// must settle (a record that waits for the acknowledgement of its dead letter), or is settled at once (a tombstone, a
/// record that the user chose to skip). Sealing a batch takes its range. Every range that was taken holds its ticket's
/// place until the ticket is settled. Invariants:
///
/// - ``committable`` is the lowest offset that is not settled: the first of an unsettled range, or the first of the open
///   batch, whichever is lower; when there is neither, it is the position;
/// - a range that was taken may lie inside the range of the open batch, and ranges may be settled in any order;
/// - ``committable`` only grows, as long as no range is taken below it.
///
/// Nothing here knows why a range is settled: accepted by ADX, acknowledged by a dead-letter topic, or dropped because
/// the user said so.
struct PartitionLedger: Sendable {
    private struct Entry {
        let ticket: LedgerTicket
        var isSettled = false
    }

    /// In the order of the tickets; the first one that was not passed is unsettled.
    private var entries: [Entry] = []
    /// How many of `entries` are settled and passed; they are removed in bulk, so that settling stays cheap.
    private var passed = 0
    private var taken: UInt64 = 0
    private var openedAt: Int64?
    private(set) var unsettledCount = 0
    /// Everything before this offset was read or never existed; `nil` while it is unknown.
    private(set) var position: Int64?

    init() {}

    /// The next offset to read after a restart, or `nil` while that is unknown.
    var committable: Int64? {
        let unsettled = passed < entries.count ? entries[passed].ticket.lower : nil
        guard let openedAt else { return unsettled ?? position }
        return min(openedAt, unsettled ?? openedAt)
    }

    /// Whether everything read so far is settled.
    var isDrained: Bool { unsettledCount == 0 && openedAt == nil }

    /// A batch was opened by the record at `offset`.
    mutating func open(at offset: Int64) {
        if openedAt == nil { openedAt = offset }
    }

    /// Everything below `offset` was read; what is in no batch and in no range that was taken is settled.
    mutating func advance(to offset: Int64) { position = max(position ?? offset, offset) }

    /// The open batch takes no more records, and covers `range` until its ticket is settled.
    mutating func seal(_ range: OffsetRange) -> LedgerTicket {
        openedAt = nil
        return take(range)
    }

    /// Holds `range` back until its ticket is settled.
    mutating func take(_ range: OffsetRange) -> LedgerTicket {
        taken += 1
        let ticket = LedgerTicket(lower: range.lower, number: taken)
        entries.insert(Entry(ticket: ticket), at: place(of: ticket))
        unsettledCount += 1
        advance(to: range.upper)
        return ticket
    }

    /// The range of `ticket` is done with; a ticket that was settled before changes nothing.
    mutating func settle(_ ticket: LedgerTicket) {
        let index = place(of: ticket)
        guard index < entries.count, entries[index].ticket == ticket, !entries[index].isSettled else { return }
        entries[index].isSettled = true
        unsettledCount -= 1
        while passed < entries.count, entries[passed].isSettled { passed += 1 }
        if passed > 64 || passed == entries.count {
            entries.removeFirst(passed)
            passed = 0
        } else if entries.count - unsettledCount > max(1024, unsettledCount) {
            // Many are settled behind one that is not, such as dead letters behind a batch that takes long.
            entries.removeAll(where: \.isSettled)
            passed = 0
        }
    }

    /// The index at which a ticket is, or would have to be inserted; nearly always the last one.
    private func place(of ticket: LedgerTicket) -> Int {
        if let last = entries.last, last.ticket < ticket { return entries.count }
        var (low, high) = (passed, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].ticket < ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
