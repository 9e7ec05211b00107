internal import Synchronization

/// By how much batches may be larger than usual, because ADX asks for fewer requests; read by all lanes.
package final class BatchGrowth: Sendable {
    private let current = Atomic(1)

    /// Creates one that lets batches be as large as usual.
    package init() {}

    /// The factor, from 1 to 8.
    package var factor: Int {
        get { current.load(ordering: .relaxed) }
        set { current.store(newValue, ordering: .relaxed) }
    }
}
