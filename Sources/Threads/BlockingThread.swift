internal import CGlibc
internal import Glibc
internal import Synchronization

/// A thread of the system for code that blocks, which must not run on Swift's cooperative pool.
@safe
package final class BlockingThread: Sendable {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// The thread's name, as debuggers show its first 15 bytes.
    package let name: String
    /// The handle until somebody joins.
    private let handle: Mutex<pthread_t?>

    /// Starts a thread.
    /// - Throws: ``ThreadStartError`` when the system has no thread left.
    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadStartError) {
        self.name = name
        var thread = pthread_t()
        let start = unsafe Unmanaged.passRetained(Start(name, body))
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            unsafe start.release()
            throw ThreadStartError(name: name, code: code)
        }
        handle = Mutex(thread)
    }

    deinit {
        if let thread = handle.withLock({ $0.take() }) { pthread_detach(thread) }
    }

    /// Waits until the thread's body has returned; blocks, and only the first call waits.
    package func join() {
        guard let thread = handle.withLock({ $0.take() }) else { return }
        pthread_join(thread, nil)
    }

    /// Runs `body` on a thread of its own and suspends the caller until it returns.
    /// - Throws: What `body` throws, or ``ThreadStartError`` when the system has no thread left.
    package static func run<Result: Sendable>(
        name: String,
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                // Detached at once: the continuation says when the body has ended.
                _ = try BlockingThread(name: name) {
                    continuation.resume(with: Swift.Result { try body() })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Runs `body` on a thread of its own and suspends the caller until it returns, or until the task is cancelled.
    ///
    /// After a cancellation the thread goes on alone, and what comes of it is dropped: for work that may be cut off at any
    /// time and that nothing can interrupt, in a process that must end quickly.
    /// - Throws: What `body` throws, `CancellationError`, or ``ThreadStartError`` when the system has no thread left.
    package static func runUntilCancelled<Result: Sendable>(
        name: String,
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let outcome = ThreadOutcome<Result>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard outcome.wait(with: continuation) else { return }
                do {
                    _ = try BlockingThread(name: name) { outcome.end(with: Swift.Result { try body() }) }
                } catch {
                    outcome.end(with: .failure(error))
                }
            }
        } onCancel: {
            outcome.end(with: .failure(CancellationError()))
        }
    }
}
