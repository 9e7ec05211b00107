/// What a batch holds of one assigned partition, and the ticket that is settled when the batch is done.
package struct BatchSlice: Sendable {
    /// The partition, as assigned when the records were read.
    package let partition: AssignedPartition
    /// Holds the range back at the partition's ledger.
    package let ticket: LedgerTicket
    /// The offsets that are done when the batch is.
    package let range: OffsetRange
}
