internal import Synchronization

/// A number that only grows; its Prometheus name ends in `_total`.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    init() {}

    /// The sum so far.
    package var value: Int { count.load(ordering: .relaxed) }

    /// Adds `amount`, which is not negative.
    package func increment(by amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
}
