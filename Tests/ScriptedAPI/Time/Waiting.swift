/// A condition that did not come true in time.
package struct ConditionTimeout: Error, CustomStringConvertible {
    package let description: String
}

/// Waits until a condition holds, looking at it again and again; the deadline only guards against a hang.
///
/// Where hundreds of tests share the two threads of a busy machine, each turn of a task may be seconds after the one before.
/// - Throws: ``ConditionTimeout`` after the limit, `CancellationError` when the task is cancelled.
package func eventually(
    _ what: String = "the condition",
    within limit: Duration = .seconds(500),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw ConditionTimeout(description: "\(what) did not come true") }
        try await Task.sleep(for: .milliseconds(10))
    }
}
