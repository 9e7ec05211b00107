package import Kubernetes
package import Metrics
internal import Synchronization

/// Keys to be worked on: merged, in order, never one twice at once, with delays after failures.
///
/// The rules are ``WorkQueueMachine``'s; this adds the clock, the lock and the waiting. Anybody may add keys; one task
/// takes them.
package final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var machine: WorkQueueMachine<Key>
        var isClosed = false
    }

    /// What one look at the queue found.
    private struct Look {
        let promoted: Int
        let taken: (key: Key, waited: Duration)?
        let isClosed: Bool
        let due: Duration?
    }

    private let state: Mutex<State>
    private let metrics: WorkQueueMetrics
    private let clock: KubernetesClock
    private let wake = WakeSignal()

    /// Creates an empty queue.
    /// - Parameters:
    ///   - limit: How many keys are worked on at a time.
    ///   - registry: Where the queue's metrics are read.
    ///   - controller: The name in the metrics' labels.
    package init(
        limit: Int,
        registry: MetricsRegistry,
        controller: String,
        clock: KubernetesClock = .system
    ) {
        state = Mutex(State(machine: WorkQueueMachine(limit: limit)))
        metrics = WorkQueueMetrics(registry: registry, controller: controller)
        self.clock = clock
        registry.onCollect { [weak self] in self?.updateGauges() }
    }

    /// Asks for a key now.
    package func add(_ key: Key) {
        let now = clock.now()
        if state.withLock({ $0.machine.add(key, now: now) }) { metrics.adds.increment() }
        wake.signal()
    }

    /// Asks for a key after a delay; of several such requests the earliest holds.
    package func add(_ key: Key, after delay: Duration) {
        let due = clock.now() + delay
        state.withLock { $0.machine.add(key, due: due) }
        wake.signal()
    }

    /// Counts a failure of a key and asks for it again after a delay that grows with each failure.
    /// - Parameter atLeast: A wait that the peer asked for.
    /// - Returns: The delay.
    @discardableResult
    package func retry(_ key: Key, atLeast: Duration = .zero) -> Duration {
        let now = clock.now()
        let random = clock.random()
        let delay = state.withLock { $0.machine.retry(key, now: now, random: random, atLeast: atLeast) }
        metrics.retries.increment()
        wake.signal()
        return delay
    }

    /// Forgets that a key has failed.
    package func forget(_ key: Key) { state.withLock { $0.machine.forget(key) } }

    /// Waits for a key and takes it; `nil` after ``close()`` or when the task is cancelled.
    ///
    /// Only one task may call this at a time. Each key must be given back by ``done(_:)``.
    package func next() async -> Key? {
        while !Task.isCancelled {
            let now = clock.now()
            let look = state.withLock { state in
                let promoted = state.machine.promote(now: now)
                let taken = state.isClosed ? nil : state.machine.take(now: now)
                return Look(promoted: promoted, taken: taken, isClosed: state.isClosed, due: state.machine.nextDue)
            }
            metrics.adds.increment(by: look.promoted)
            if let (key, waited) = look.taken {
                metrics.queueDuration.observe(waited / .seconds(1))
                return key
            }
            if look.isClosed { return nil }
            await wait(look.due.map { max(.zero, $0 - now) })
        }
        return nil
    }

    private func wait(_ limit: Duration?) async {
        guard let limit else { return await wake.wait() }
        _ = try? await clock.limit(limit) { [wake] in await wake.wait() }
    }

    /// Ends the work on a key.
    package func done(_ key: Key) {
        let now = clock.now()
        if let duration = state.withLock({ $0.machine.done(key, now: now) }) {
            metrics.workDuration.observe(duration / .seconds(1))
        }
        wake.signal()
    }

    /// Stops counting a key against the limit although the work on it has not ended.
    package func abandon(_ key: Key) {
        state.withLock { $0.machine.abandon(key) }
        wake.signal()
    }

    /// How long the work on the key takes so far that was taken first of those that are worked on; zero when none is.
    package var longestWork: Duration {
        let now = clock.now()
        return state.withLock { $0.machine.running.values.min() }.map { now - $0 } ?? .zero
    }

    /// Hands out no more keys.
    package func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
    }

    private func updateGauges() {
        let now = clock.now()
        let (depth, running) = state.withLock { ($0.machine.depth, $0.machine.running.values.map { now - $0 }) }
        metrics.depth.set(Double(depth))
        metrics.unfinished.set(running.reduce(.zero, +) / .seconds(1))
        metrics.longestRunning.set((running.max() ?? .zero) / .seconds(1))
    }
}
