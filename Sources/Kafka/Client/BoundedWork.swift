internal import Dispatch
internal import Threads

/// Runs work that may never end on a thread of its own, so that the caller waits for a limited time only.
enum BoundedWork {
    /// Runs `body` and returns when it has ended, at the latest after `limit`; unfinished work goes on by itself.
    ///
    /// Blocks. When the system has no thread left, `body` is not run.
    /// - Returns: Whether it has ended; `nil` when it was not run.
    @discardableResult
    static func run(name: String, limit: Duration, _ body: @escaping @Sendable () -> Void) -> Bool? {
        let ended = DispatchSemaphore(value: 0)
        do {
            _ = try BlockingThread(name: name) {
                body()
                ended.signal()
            }
        } catch {
            return nil
        }
        return ended.wait(timeout: .now() + .milliseconds(Int(limit.milliseconds))) == .success
    }
}
