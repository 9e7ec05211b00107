internal import Dispatch

/// Threads for work that reads files for a long time, so that the threads of Swift concurrency stay free.
struct BlockingWork: Sendable {
    private let queue = DispatchQueue(label: "kusto-emulator.blocking", attributes: .concurrent)

    /// Does the work on another thread and waits for it.
    func run<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
