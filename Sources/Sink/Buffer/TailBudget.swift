internal import Synchronization

/// What all raw tails together may hold: the part of each open batch that is not compressed yet.
///
/// A tail starts at 4 KiB and grows up to 64 KiB while its fair share allows, since larger chunks compress better.
package final class TailBudget: Sendable {
    /// The least and the most bytes of a tail.
    package static let tailBytes = 4 << 10...64 << 10

    private struct State {
        var used = 0
        var tails = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Creates a budget of `bytes`.
    package init(bytes: Int = 4 << 20) { limit = bytes }

    /// The bytes in use.
    package var used: Int { state.withLock { $0.used } }

    /// Counts a new tail of the least size.
    func open() -> Int {
        state.withLock { state in
            state.tails += 1
            state.used += Self.tailBytes.lowerBound
            return Self.tailBytes.lowerBound
        }
    }

    /// Returns the larger size, twice as much at most, when a tail of `bytes` may grow, else `nil`.
    func grow(from bytes: Int) -> Int? {
        state.withLock { state in
            let share = limit / max(1, state.tails) & ~(Self.tailBytes.lowerBound - 1)
            let larger = min(bytes * 2, share, Self.tailBytes.upperBound)
            guard larger > bytes, state.used + larger - bytes <= limit else { return nil }
            state.used += larger - bytes
            return larger
        }
    }

    /// Counts a tail of `bytes` as gone.
    func close(_ bytes: Int) {
        state.withLock { state in
            state.tails -= 1
            state.used -= bytes
        }
    }
}
