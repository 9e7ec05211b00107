internal import Synchronization

/// A distribution over fixed buckets, with its count and sum.
package final class Histogram: Sendable {
    struct State {
        var counts: [Int]
        var count = 0
        var sum = 0.0
    }

    /// The buckets' upper bounds, ascending, without infinity.
    package let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    /// How many values were observed.
    package var count: Int { state.withLock { $0.count } }

    /// The sum of the values observed.
    package var sum: Double { state.withLock { $0.sum } }

    /// Adds one value.
    package func observe(_ value: Double) {
        state.withLock { state in
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { state.counts[bucket] += 1 }
            state.count += 1
            state.sum += value
        }
    }

    func snapshot() -> State { state.withLock { $0 } }
}
