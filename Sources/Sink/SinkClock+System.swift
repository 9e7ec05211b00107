internal import FoundationEssentials

extension SinkClock {
    /// The machine's clocks.
    package static let system: SinkClock = {
        let start = ContinuousClock.now
        return SinkClock(
            now: { ContinuousClock.now - start },
            wallMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) },
            sleep: { duration in try? await Task.sleep(for: duration, clock: .continuous) }
        )
    }()
}
