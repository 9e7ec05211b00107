internal import FoundationEssentials

extension KubernetesClock {
    /// The machine's clocks and chance.
    package static let system: KubernetesClock = {
        let start = ContinuousClock.now
        return KubernetesClock(
            now: { ContinuousClock.now - start },
            unixMicroseconds: { Int64(Date().timeIntervalSince1970 * 1_000_000) },
            sleep: { duration in try await Task.sleep(for: duration, clock: .continuous) },
            random: { Double.random(in: 0..<1) }
        )
    }()

    /// Runs `body`, and cancels it when it takes longer than `limit`.
    /// - Returns: What `body` returned, or `nil` when its time was over.
    /// - Throws: What `body` throws.
    package func limit<Result: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask { [sleep] in
                try await sleep(limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
