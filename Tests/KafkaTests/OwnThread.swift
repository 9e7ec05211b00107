import Foundation

/// Runs what blocks on a thread of its own, so that it takes none from other tests.
enum OwnThread {
    /// Returns what `body` returns.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}
