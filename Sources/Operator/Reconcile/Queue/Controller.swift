package import Kubernetes
package import Logging
package import Metrics

/// Works on the keys of a queue: several at a time, each with a deadline of its own.
///
/// A key whose work does not even end when it is cancelled at its deadline is abandoned: it stays taken, so that it is
/// never worked on twice at once, but another key takes its place among the workers. So one hung dependency delays
/// nobody else, however many keys depend on it.
package struct Controller<Key: Hashable & Sendable & CustomStringConvertible>: Sendable {
    private let queue: WorkQueue<Key>
    private let deadline: Duration
    private let grace: Duration
    private let clock: KubernetesClock
    private let metrics: ReconcileMetrics
    private let logger: Logger
    private let reconcile: @Sendable (Key) async -> ReconcileOutcome

    /// Creates a controller.
    /// - Parameters:
    ///   - name: The name in the metrics' labels.
    ///   - queue: Where the keys come from; its limit is the number of workers.
    ///   - workers: The queue's limit, for the metrics.
    ///   - deadline: How long the work on one key may take.
    ///   - grace: How long it may go on after it was cancelled, before its worker is replaced.
    ///   - reconcile: Does the work on one key.
    package init(
        name: String,
        queue: WorkQueue<Key>,
        workers: Int,
        deadline: Duration = .seconds(60),
        grace: Duration = .seconds(5),
        clock: KubernetesClock = .system,
        registry: MetricsRegistry,
        logger: Logger,
        reconcile: @escaping @Sendable (Key) async -> ReconcileOutcome
    ) {
        self.queue = queue
        self.deadline = deadline
        self.grace = grace
        self.clock = clock
        self.logger = logger
        self.reconcile = reconcile
        metrics = ReconcileMetrics(registry: registry, controller: name, workers: workers)
    }

    /// Works until the queue is closed, then until what was begun has ended; cancellation ends that too.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while let key = await queue.next() {
                group.addTask { await work(on: key) }
            }
        }
    }

    private func work(on key: Key) async {
        metrics.activeWorkers.add(1)
        let start = clock.now()
        let outcome = await withTaskGroup(of: ReconcileOutcome?.self) { group in
            group.addTask { await reconcileUntilDeadline(key) }
            group.addTask {
                guard (try? await clock.sleep(deadline + grace)) != nil else { return nil }
                logger.error("a reconciliation does not end; its worker is replaced", ["sink.key": "\(key)"])
                queue.abandon(key)
                return nil
            }
            // The watchdog answers `nil`, whether it was cancelled or had to act; the work's outcome decides.
            var outcome: ReconcileOutcome?
            while outcome == nil, let next = await group.next() { outcome = next }
            group.cancelAll()
            return outcome ?? .failed("the reconciliation gave no outcome")
        }
        metrics.time.observe((clock.now() - start) / .seconds(1))
        metrics.activeWorkers.add(-1)
        // What is cut short because the process stops says nothing about the key.
        if !Task.isCancelled { finish(key, outcome) }
        queue.done(key)
    }

    private func reconcileUntilDeadline(_ key: Key) async -> ReconcileOutcome {
        await withTaskGroup(of: AttemptEvent.self) { group in
            group.addTask { .ended(await reconcile(key)) }
            group.addTask { (try? await clock.sleep(deadline)) == nil ? .cancelled : .deadline }
            var isLate = false
            while let event = await group.next() {
                switch event {
                case .ended(let outcome):
                    group.cancelAll()
                    guard isLate else { return outcome }
                    return .failed("the reconciliation took longer than \(deadline.components.seconds) s")
                case .deadline:
                    isLate = true
                    metrics.timeouts.increment()
                    logger.warning("a reconciliation is cut at its deadline", ["sink.key": "\(key)"])
                    group.cancelAll()
                case .cancelled: continue
                }
            }
            return .failed("the reconciliation gave no outcome")
        }
    }

    private func finish(_ key: Key, _ outcome: ReconcileOutcome) {
        metrics.count(outcome)
        switch outcome {
        case .settled(let delay):
            queue.forget(key)
            if let delay { queue.add(key, after: delay) }
        case .waiting(let delay):
            queue.forget(key)
            queue.add(key, after: delay)
        case .failed(let message, let atLeast):
            let delay = queue.retry(key, atLeast: atLeast)
            logger.warning(
                "a reconciliation failed",
                ["sink.key": "\(key)", "error": message, "retry.after_seconds": delay]
            )
        case .refused(let message, let delay):
            queue.forget(key)
            queue.add(key, after: delay)
            logger.warning("a reconciliation needs a person", ["sink.key": "\(key)", "error": message])
        }
    }
}

/// What happens to the work on one key.
private enum AttemptEvent: Sendable {
    case ended(ReconcileOutcome)
    case deadline
    case cancelled
}
