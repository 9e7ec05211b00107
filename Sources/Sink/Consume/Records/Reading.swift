/// A partition that the client was told to read, and how far it has come.
struct Reading {
    /// Where its records go, and what may be committed.
    var partition: AssignedPartition
    /// The offset after the last record received, or where reading begins; `nil` while only the client knows that.
    var next: Int64?
    /// An offset before which no more records come, if the ledger was not told of it yet.
    var end: Int64?

    init(_ partition: AssignedPartition, from start: Int64?) {
        self.partition = partition
        next = start
    }

    /// Notes that all records before `offset` were received.
    mutating func advance(to offset: Int64) {
        next = offset
        end = nil
    }

    /// Notes that no records come before `offset`; nothing new when records of the same poll came after that.
    mutating func note(end offset: Int64) {
        if next.map({ $0 < offset }) ?? true { end = offset }
    }

    /// Settles the offsets at the end that hold no records: transaction markers, and data of aborted transactions.
    mutating func settleEnd() {
        guard let end, partition.advance(over: next, to: end) else { return }
        next = end
        self.end = nil
    }
}
