internal import Synchronization

/// The table of faults, shared by all endpoints.
final class FaultInjector: Sendable {
    private let table = Mutex(FaultTable())
    private let clock: WallClock

    /// Creates an injector without faults.
    init(clock: WallClock) { self.clock = clock }

    /// The faults in force.
    var entries: [FaultTable.Entry] { table.withLock { $0.entries } }

    /// Adds a fault and returns its number.
    func add(_ fault: Fault) -> Int {
        let now = clock.now()
        return table.withLock { $0.add(fault, now: now) }
    }

    /// Removes one fault, or all.
    func remove(_ id: Int? = nil) { table.withLock { $0.remove(id) } }

    /// What an event's data must not hold.
    func rejections(of event: FaultEvent) -> [Rejection] {
        let now = clock.now()
        return table.withLock { $0.entries.isEmpty ? [] : $0.rejections(of: event, now: now) }
    }

    /// Counts a fault whose text was found; returns whether it strikes this time.
    func found(_ id: Int) -> Bool { table.withLock { $0.found(id) } }

    /// Decides what an event suffers.
    func strike(_ event: FaultEvent) -> FaultTable.Outcome {
        let now = clock.now()
        return table.withLock { $0.entries.isEmpty ? FaultTable.Outcome() : $0.strike(event, now: now) }
    }
}
