/// What a batch holds of one assigned partition, and the ticket that is settled when the batch is done.
package struct BatchSlice: Sendable {
    /// The partition, as assigned when the records were read.
    package let partition: AssignedPartition
    /// The partition's ledger keeps the range from being committed until this ticket is settled; `nil` when something
    /// else holds the range, or nothing does.
    package let ticket: LedgerTicket?
    /// The offsets that are done once the batch is done.
    package let range: OffsetRange

    /// Says that the offsets are done with.
    func settle() {
        if let ticket { partition.settle(ticket) }
    }
}
