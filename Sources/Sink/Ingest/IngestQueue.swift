internal import Synchronization

/// Sealed batches on their way to ADX: those that are ready, and those that pause after a failure.
///
/// Bounded by the buffers: a batch is only here while it holds their memory. At most ``slots`` batches are worked on at
/// a time, fewer while ADX asks for less; a batch that pauses holds none, so a failing table does not stop the others.
final class IngestQueue: Sendable {
    private struct State {
        /// `nil` before `head`: a batch that was taken must not keep its memory here.
        var ready: [IngestItem?] = []
        var head = 0
        /// Ascending by time.
        var paused: [(wake: Duration, item: IngestItem)] = []
        var inFlight = 0
        var inFlightBytes = 0
        var readyBytes = 0
        var isClosed = false
        var throttle: Throttle

        var isEmpty: Bool { head == ready.count && paused.isEmpty && inFlight == 0 }
    }

    private enum Step {
        case item(IngestItem), wait(until: Duration?), finished
    }

    /// By how much batches may be larger than usual.
    let growth = BatchGrowth()
    private let clock: SinkClock
    private let changes: ChangeSignal
    private let onThrottle: @Sendable (Throttle.Change) -> Void
    private let state: Mutex<State>

    /// Creates an empty queue.
    /// - Parameters:
    ///   - slots: The most batches worked on at a time.
    ///   - clock: The time.
    ///   - onThrottle: Is told when ADX begins to ask for less, and when it does not any more.
    init(slots: Int, clock: SinkClock, onThrottle: @escaping @Sendable (Throttle.Change) -> Void = { _ in }) {
        state = Mutex(State(throttle: Throttle(places: slots)))
        self.clock = clock
        self.onThrottle = onThrottle
        changes = ChangeSignal(clock: clock)
    }

    /// How many batches wait, pause or are worked on.
    var count: Int { state.withLock { $0.ready.count - $0.head + $0.paused.count + $0.inFlight } }

    /// Since when ADX asks for less, on the sink's clock; `nil` while it does not.
    var throttledSince: Duration? { state.withLock { $0.throttle.since } }

    /// Notes that ADX asked for less: all batches are held back, not only the one that it refused.
    func throttled(retryAfter: Duration?) {
        let now = clock.now()
        change { told($0.throttle.asked(inFlight: $0.inFlight, retryAfter: retryAfter, now: now), $0) }
    }

    /// Notes that ADX accepted a batch.
    func accepted() {
        let now = clock.now()
        change { told($0.throttle.accepted(now: now), $0) }
    }

    /// The bytes of the batches that wait or are worked on, or 0 while any batch pauses.
    ///
    /// These bytes will soon be freed without further help.
    var movingBytes: Int {
        state.withLock { state in
            guard state.paused.isEmpty, state.throttle.since == nil else { return 0 }
            return state.readyBytes + state.inFlightBytes
        }
    }

    /// Adds a sealed batch.
    func submit(_ item: IngestItem) {
        change { state in
            state.ready.append(item)
            state.readyBytes += item.batch.body.heldBytes
        }
    }

    /// Puts a batch back after a failed attempt and frees its slot.
    func pause(_ item: IngestItem, for duration: Duration) {
        let wake = clock.now() + duration
        var item = item
        item.wake = wake
        change { [item] state in
            let place = state.paused.firstIndex { $0.wake > wake } ?? state.paused.count
            state.paused.insert((wake, item), at: place)
            state.inFlight -= 1
            state.inFlightBytes -= item.batch.body.heldBytes
        }
    }

    /// Frees the slot of a batch that is finished.
    func release(_ item: IngestItem) {
        change { state in
            state.inFlight -= 1
            state.inFlightBytes -= item.batch.body.heldBytes
        }
    }

    /// Forgets the batches of partitions that were given up, and so frees their memory.
    /// - Returns: These batches.
    @discardableResult
    func purge() -> [SealedBatch] {
        change { state in
            let waiting = state.ready.compactMap { $0 }
            let kept = waiting.filter { !$0.batch.isAbandoned }
            let gone = (waiting + state.paused.map(\.item)).map(\.batch).filter(\.isAbandoned)
            state.ready = kept
            state.head = 0
            state.readyBytes = kept.reduce(0) { $0 + $1.batch.body.heldBytes }
            state.paused.removeAll { $0.item.batch.isAbandoned }
            return gone
        }
    }

    /// Ends all pauses, so that every batch gets a last attempt.
    func hurry() {
        change { state in
            for (_, item) in state.paused {
                state.ready.append(item)
                state.readyBytes += item.batch.body.heldBytes
            }
            state.paused.removeAll()
            state.throttle.hurry()
        }
    }

    /// Closes the queue to new batches; with `discarding`, also forgets those that are in it.
    func close(discarding: Bool) {
        change { state in
            state.isClosed = true
            guard discarding else { return }
            state.ready.removeAll()
            state.head = 0
            state.readyBytes = 0
            state.paused.removeAll()
        }
    }

    /// Waits for the next batch that is ready while a slot is free.
    ///
    /// One caller at a time.
    /// - Returns: `nil` once the queue is closed and empty, and when the task is cancelled. A cancelled task's waits return
    ///   at once, so without that check this loop would spin and keep the thread from the tasks that have to end.
    func next() async -> IngestItem? {
        while !Task.isCancelled {
            let seen = changes.count
            switch step() {
            case .item(let item): return item
            case .finished: return nil
            case .wait(let until): await changes.wait(since: seen, until: until)
            }
        }
        return nil
    }

    private func step() -> Step {
        let now = clock.now()
        return state.withLock { state in
            told(state.throttle.look(isIdle: state.isEmpty, now: now), state)
            return Self.step(&state, now)
        }
    }

    private static func step(_ state: inout State, _ now: Duration) -> Step {
        while let first = state.paused.first, first.wake <= now {
            state.ready.append(first.item)
            state.readyBytes += first.item.batch.body.heldBytes
            state.paused.removeFirst()
        }
        let hasRoom = state.inFlight < state.throttle.slots
        if hasRoom, state.throttle.opening <= now, state.head < state.ready.count,
            var item = state.ready[state.head].take()
        {
            state.head += 1
            if state.head == state.ready.count || state.head > 256 {
                state.ready.removeFirst(state.head)
                state.head = 0
            }
            state.inFlight += 1
            state.inFlightBytes += item.batch.body.heldBytes
            state.readyBytes -= item.batch.body.heldBytes
            state.throttle.sent(now: now)
            // What a batch waits for its turn is not spent on attempts.
            if let wake = item.wake { item.state.waited(now - wake) }
            return .item(item)
        }
        guard !(state.isClosed && state.isEmpty) else { return .finished }
        var moments = [state.paused.first?.wake]
        if hasRoom, state.head < state.ready.count { moments.append(state.throttle.opening) }
        if state.isEmpty { moments.append(state.throttle.end) }
        return .wait(until: moments.compactMap { $0 }.min())
    }

    /// Shows what the throttle has become, under the lock, so that nobody sees changes in another order.
    private func told(_ change: Throttle.Change?, _ state: State) {
        growth.factor = state.throttle.growth
        if let change { onThrottle(change) }
    }

    @discardableResult
    private func change<Outcome: Sendable>(_ body: (inout sending State) -> Outcome) -> Outcome {
        defer { changes.announce() }
        return state.withLock { body(&$0) }
    }
}
