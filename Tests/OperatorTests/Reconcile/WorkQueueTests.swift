import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Operator

@Suite("The work queue and its controller", .timeLimit(.minutes(10)))
struct WorkQueueTests {
    private struct Name: Hashable, Sendable, CustomStringConvertible {
        let description: String
        init(_ text: String) { description = text }
    }

    /// Lets work wait until the test opens the gate; a closed gate does not care about cancellation.
    private final class Gate: Sendable {
        private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

        func open() {
            let waiters = state.withLock { state in
                state.isOpen = true
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiters.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }
    }

    private static func until(_ condition: @Sendable () -> Bool) async {
        try? await eventually { condition() }
        #expect(condition())
    }

    private static func controller(
        _ queue: WorkQueue<Name>,
        _ registry: MetricsRegistry,
        workers: Int,
        deadline: Duration = .seconds(60),
        clock: KubernetesClock = .system,
        _ reconcile: @escaping @Sendable (Name) async -> ReconcileOutcome
    ) -> Controller<Name> {
        Controller(
            name: "test",
            queue: queue,
            workers: workers,
            deadline: deadline,
            grace: .zero,
            clock: clock,
            registry: registry,
            logger: Logger(label: "test", level: .error, sink: MemoryLogSink()),
            reconcile: reconcile
        )
    }

    @Test("says how long the oldest work goes on, also when its worker was replaced")
    func longestWork() async {
        let time = ManualClock()
        let queue = WorkQueue<Name>(limit: 2, registry: MetricsRegistry(), controller: "k", clock: time.clock)
        #expect(queue.longestWork == .zero)
        queue.add(Name("hung"))
        queue.add(Name("quick"))
        let hung = await queue.next()
        time.advance(by: .seconds(60))
        let quick = await queue.next()
        queue.abandon(Name("hung"))
        time.advance(by: .seconds(60))
        #expect(hung == Name("hung") && queue.longestWork == .seconds(120))
        queue.done(Name("hung"))
        #expect(quick == Name("quick") && queue.longestWork == .seconds(60))
    }

    @Test("A key that hangs for good delays no other, even with one worker, and is counted")
    func hungKey() async {
        let registry = MetricsRegistry()
        let queue = WorkQueue<Name>(limit: 1, registry: registry, controller: "test")
        let gate = Gate()
        let seen = Mutex<[String]>([])
        // Of the controller alone: on a busy machine the other keys would take longer than a deadline that is soon over.
        let time = ManualClock()
        let controller = Self.controller(queue, registry, workers: 1, clock: time.clock) { key in
            seen.withLock { $0.append(key.description) }
            if key.description == "hung" { await gate.wait() }
            return .settled(lookAgain: nil)
        }
        queue.add(Name("hung"))
        for index in 0..<5 { queue.add(Name("fine \(index)")) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            // The deadline, and the watch over whoever does not keep it.
            await Self.until { time.sleepers == 2 }
            time.advance(by: .seconds(60))
            await Self.until { seen.withLock { $0.count } == 6 }
            queue.add(Name("hung"))
            queue.add(Name("last"))
            await Self.until { seen.withLock { $0.last } == "last" }
            #expect(seen.withLock { $0.count { $0 == "hung" } } == 1, "the hung key is not worked on twice at once")
            gate.open()
            await Self.until { seen.withLock { $0.count { $0 == "hung" } } >= 2 }
            queue.close()
        }
        #expect(registry.render().contains("controller_runtime_reconcile_timeouts_total{controller=\"test\"} 1"))
    }

    @Test("A failure is tried again until it works, and the results are counted")
    func retries() async {
        let registry = MetricsRegistry()
        let queue = WorkQueue<Name>(limit: 4, registry: registry, controller: "test")
        let attempts = Mutex(0)
        let controller = Self.controller(queue, registry, workers: 4) { _ in
            attempts.withLock { count in
                count += 1
                return count < 4 ? .failed("not yet") : .settled(lookAgain: nil)
            }
        }
        queue.add(Name("a"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            await Self.until { registry.render().contains("result=\"success\"} 1") }
            queue.close()
        }
        let text = registry.render()
        #expect(text.contains("controller_runtime_reconcile_total{controller=\"test\",result=\"error\"} 3"))
        #expect(text.contains("controller_runtime_reconcile_total{controller=\"test\",result=\"requeue\"} 0"))
        #expect(text.contains("controller_runtime_reconcile_errors_total{controller=\"test\"} 3"))
        #expect(text.contains("controller_runtime_terminal_reconcile_errors_total{controller=\"test\"} 0"))
        #expect(text.contains("workqueue_retries_total{controller=\"test\",name=\"test\"} 3"))
        #expect(text.contains("workqueue_adds_total{controller=\"test\",name=\"test\"} 4"))
        #expect(text.contains("workqueue_depth{controller=\"test\",name=\"test\",priority=\"\"} 0"))
        #expect(text.contains("workqueue_work_duration_seconds_count{controller=\"test\",name=\"test\"} 4"))
        #expect(
            text.contains("workqueue_queue_duration_seconds_bucket{controller=\"test\",name=\"test\",le=\"1000\"} 4")
        )
        #expect(text.contains("controller_runtime_reconcile_time_seconds_bucket{controller=\"test\",le=\"60\"} 4"))
        #expect(text.contains("controller_runtime_max_concurrent_reconciles{controller=\"test\"} 4"))
        #expect(text.contains("controller_runtime_active_workers{controller=\"test\"} 0"))
    }

    @Test("A key that waits is looked at again without any event")
    func lookAgain() async {
        let registry = MetricsRegistry()
        let queue = WorkQueue<Name>(limit: 1, registry: registry, controller: "test")
        let looks = Mutex(0)
        let controller = Self.controller(queue, registry, workers: 1) { _ in
            looks.withLock { $0 += 1 }
            return .waiting(lookAgain: .milliseconds(1))
        }
        queue.add(Name("a"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            await Self.until { looks.withLock { $0 } >= 3 }
            queue.close()
        }
    }

    @Test("Closing the queue ends the controller when what was begun has ended")
    func closing() async {
        let registry = MetricsRegistry()
        let queue = WorkQueue<Name>(limit: 2, registry: registry, controller: "test")
        let gate = Gate()
        let started = Mutex(false)
        let ended = Mutex(false)
        let controller = Self.controller(queue, registry, workers: 2) { _ in
            started.withLock { $0 = true }
            await gate.wait()
            ended.withLock { $0 = true }
            return .settled(lookAgain: .seconds(600))
        }
        queue.add(Name("a"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            await Self.until { started.withLock { $0 } }
            queue.close()
            queue.add(Name("b"))
            gate.open()
        }
        #expect(ended.withLock { $0 })
    }
}
