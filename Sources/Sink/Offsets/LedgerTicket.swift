/// The receipt for an offset range that a ledger waits for; its holder says when the range is settled.
///
/// It is valid only at the ledger that gave it.
package struct LedgerTicket: Sendable, Hashable {
    /// The first offset of the range.
    let lower: Int64
    /// Tells tickets of one ledger apart; later ones have higher numbers.
    let number: UInt64
}

extension LedgerTicket: Comparable {
    /// Orders tickets by offset, and those with the same offset by age.
    package static func < (one: LedgerTicket, other: LedgerTicket) -> Bool {
        (one.lower, one.number) < (other.lower, other.number)
    }
}
