import Synchronization

/// Counts how often each of many things happened.
final class Tally: Sendable {
    private let state: Mutex<[Int]>

    init(count: Int) { state = Mutex([Int](repeating: 0, count: count)) }

    var counts: [Int] { state.withLock { $0 } }

    func add(at position: Int) { state.withLock { $0[position] += 1 } }
}
