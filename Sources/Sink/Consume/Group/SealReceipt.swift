internal import Synchronization

/// Tells the poll thread when every lane has done what it was asked to seal.
final class SealReceipt: Sendable {
    private let missing: Atomic<Int>

    /// Creates a receipt that `count` lanes have to sign.
    init(count: Int) { missing = Atomic(count) }

    /// Whether all lanes have signed.
    var isComplete: Bool { missing.load(ordering: .acquiring) <= 0 }

    /// Signs for one lane.
    func check() { missing.wrappingSubtract(1, ordering: .releasing) }
}
