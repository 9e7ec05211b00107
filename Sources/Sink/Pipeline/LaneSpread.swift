internal import Synchronization

/// Gives each partition a lane: one of those that have the fewest, whichever task the partition belongs to.
final class LaneSpread: Sendable {
    private let loads: Mutex<[Int]>

    init(lanes: Int) { loads = Mutex(Array(repeating: 0, count: max(1, lanes))) }

    /// Takes a place on a lane; to be given back with ``release(_:)``.
    func take() -> Int {
        loads.withLock { loads in
            let lane = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            loads[lane] += 1
            return lane
        }
    }

    /// Gives a place back.
    func release(_ lane: Int) { loads.withLock { $0[lane] -= 1 } }
}
