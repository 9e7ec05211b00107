/// A partition that the client was told to read, and how far it has come.
struct Reading {
    /// Where its records go, and what may be committed.
    var partition: AssignedPartition
    /// The offset behind the last record received, or where reading begins; `nil` while only the client knows that.
    var next: Int64?
    /// An offset up to which no more records are there, which the ledger has yet to be told.
    var end: Int64?

    init(_ partition: AssignedPartition, from start: Int64?) {
        self.partition = partition
        next = start
    }

    /// Takes in that records up to before `offset` were received.
    mutating func advance(to offset: Int64) {
        next = offset
        end = nil
    }

    /// Settles the offsets at the end that hold no records: markers of transactions, and data of those that were aborted.
    mutating func settleEnd() {
        guard let end, partition.advance(over: next, to: end) else { return }
        next = end
        self.end = nil
    }
}
