internal import Synchronization

/// What all raw tails together may hold: the part of each open batch that is not compressed yet.
///
/// Every lane has an equal share, which its ``TailShelf`` keeps to.
package final class TailBudget: Sendable {
    /// The least and the most bytes of a tail.
    package static let tailBytes = 4 << 10...64 << 10

    /// The most bytes of all tails together, not counting records that are larger than a tail.
    package let limit: Int
    private let held = Atomic(0)

    /// Creates a budget of `bytes`.
    package init(bytes: Int = 4 << 20) { limit = bytes }

    /// The bytes in use.
    package var used: Int { held.load(ordering: .relaxed) }

    /// Counts what a lane took, or gave back when negative.
    func note(_ bytes: Int) { held.wrappingAdd(bytes, ordering: .relaxed) }
}
