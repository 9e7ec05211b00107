import Observability
import Synchronization
import Testing

@Suite("The health state")
struct HealthStateTests {
    private final class ManualClock: Clock {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        private let time = Mutex(Duration.zero)
        var now: Instant { Instant(offset: time.withLock { $0 }) }
        var minimumResolution: Duration { .nanoseconds(1) }
        func advance(by duration: Duration) { time.withLock { $0 += duration } }
        func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
    }

    @Test("finds a loop dead when it has not beaten for longer than the limit")
    func beats() {
        let clock = ManualClock()
        let health = HealthState(limit: .seconds(10), clock: clock)
        #expect(health.liveness.isHealthy)
        health.beat("poll-0")
        health.beat("poll-1")
        clock.advance(by: .seconds(10))
        #expect(health.liveness.isHealthy)
        health.beat("poll-1")
        clock.advance(by: .seconds(1))
        #expect(health.liveness.reasons == ["poll-0 has not gone round for 11 s"])
        health.forget("poll-0")
        #expect(health.liveness.isHealthy)
    }
}
