internal import Dispatch
internal import Synchronization

/// Runs tasks on one thread of its own, for asynchronous code that makes blocking C calls between its awaits.
///
/// Used with `withTaskExecutorPreference`. Its queue needs no bound: it holds at most one job for each task that
/// prefers it.
package final class ThreadExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopping = false
    }

    private let name: String
    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)
    private let thread = Mutex<BlockingThread?>(nil)

    /// Starts the thread.
    /// - Throws: ``ExitError`` with `software` when the system has no thread left.
    package init(name: String) throws(ExitError) {
        self.name = name
        let started = try BlockingThread(name: name) { [self] in loop() }
        thread.withLock { $0 = started }
    }

    /// Takes a job of the Swift runtime.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { state in
            precondition(!state.isStopping, "executor \(name) has been stopped")
            state.jobs.append(job)
        }
        ready.signal()
    }

    /// Runs `body` on the thread and suspends the caller until it returns.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withTaskExecutorPreference(self) { try await Self.call(body) }
    }

    /// Ends the thread after the jobs it has; blocks.
    ///
    /// No task may prefer this executor any more.
    package func stop() {
        state.withLock { $0.isStopping = true }
        ready.signal()
        thread.withLock { $0.take() }?.join()
    }

    @concurrent
    private static func call<Result: Sendable>(_ body: @Sendable () throws -> Result) async throws -> Result {
        try body()
    }

    private func loop() {
        while true {
            ready.wait()
            let (jobs, isStopping) = state.withLock { state in
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return (state.jobs, state.isStopping)
            }
            for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
            if isStopping, jobs.isEmpty { return }
        }
    }
}
