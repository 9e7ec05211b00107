/// In which order a registry's URLs are asked: from the one that answered last, around, without those that asked for a
/// pause.
struct EndpointOrder {
    private let count: Int
    private var first = 0
    private var pauses: [Int: Duration] = [:]

    /// - Parameter count: How many URLs there are, at least one.
    init(count: Int) { self.count = count }

    /// The URLs' positions, the first one to be asked first.
    func order(now: Duration) -> [Int] {
        (0..<count).map { (first + $0) % count }.filter { pauses[$0].map { $0 <= now } ?? true }
    }

    /// How long every URL wants to be left alone; `nil` when some URL does not.
    func pause(now: Duration) -> Duration? {
        guard order(now: now).isEmpty else { return nil }
        return pauses.values.min().map { $0 - now }
    }

    /// Notes that a URL answered.
    mutating func answered(_ position: Int) {
        first = position
        pauses[position] = nil
    }

    /// Notes that a URL asked to be left alone.
    mutating func paused(_ position: Int, until time: Duration) { pauses[position] = time }
}
