import Testing

@testable import Sink

@Suite("Holding back while ADX asks for less")
struct ThrottleTests {
    private var throttle = Throttle(places: 16)

    @Test("places that were used are halved, once for answers that come together, down to a slow pace")
    func halves() {
        var throttle = throttle
        #expect(throttle.slots == 16)
        #expect(throttle.asked(inFlight: 12, retryAfter: nil, now: .zero) == .began)
        #expect(throttle.share == 6 && throttle.growth == 2)
        #expect(throttle.asked(inFlight: 12, retryAfter: nil, now: .milliseconds(900)) == nil)
        #expect(throttle.share == 6 && throttle.growth == 2)
        var shares: [Double] = []
        for second in 1...12 {
            _ = throttle.asked(inFlight: 6, retryAfter: nil, now: .seconds(second))
            shares.append(throttle.share)
        }
        #expect(shares.prefix(4) == [3, 1.5, 0.75, 0.375])
        #expect(throttle.share == Throttle.leastShare && throttle.slots == 1)
        #expect(throttle.growth == Throttle.maximumGrowth)
        #expect(throttle.opening == .seconds(12 + 16))
        throttle.sent(now: .seconds(100))
        #expect(throttle.opening == .seconds(116))
    }

    @Test("ADX's own time is kept, within five minutes")
    func retryAfter() {
        for (asked, kept) in [(7, 7), (299, 299), (3600, 300), (-5, 0)] {
            var throttle = throttle
            _ = throttle.asked(inFlight: 16, retryAfter: .seconds(asked), now: .seconds(1))
            #expect(throttle.opening == .seconds(1 + kept))
            _ = throttle.asked(inFlight: 16, retryAfter: .zero, now: .seconds(1))
            #expect(throttle.opening == .seconds(1 + kept))
            throttle.hurry()
            #expect(throttle.opening == .zero)
        }
    }

    @Test("each accepted batch brings a little back, and more once ADX asks for nothing")
    func growsBack() {
        var throttle = throttle
        for second in 0..<8 { _ = throttle.asked(inFlight: 16, retryAfter: nil, now: .seconds(second)) }
        #expect(throttle.share == 1.0 / 16)
        var count = 0
        while throttle.share < 8, count < 10_000 {
            let before = throttle.share
            #expect(throttle.accepted(now: .seconds(8)) == nil)
            #expect(throttle.share > before && throttle.share - before <= 0.25)
            count += 1
        }
        // About 32 batches for one more place at 8, the less the more places there are.
        #expect((100...300).contains(count))
        // At a sixteenth of a place batches follow each other in 4 s, from the last answer at 7 s on.
        #expect(throttle.accepted(now: .seconds(40)) == nil)
        #expect(throttle.accepted(now: .seconds(41)) == .ended(after: .seconds(41)))
        #expect(throttle.growth == 1 && throttle.since == nil)
        for _ in 0..<8 { #expect(throttle.accepted(now: .seconds(41)) == nil) }
        #expect(throttle.slots == 16)
    }

    @Test("the state lasts while batches wait and none is accepted, and 30 s beyond the last answer and its time")
    func ends() {
        var throttle = throttle
        #expect(throttle.end == nil)
        _ = throttle.asked(inFlight: 16, retryAfter: .seconds(60), now: .seconds(10))
        #expect(throttle.end == .seconds(100))
        #expect(throttle.look(isIdle: false, now: .seconds(1000)) == nil)
        #expect(throttle.look(isIdle: true, now: .seconds(99)) == nil)
        #expect(throttle.look(isIdle: true, now: .seconds(100)) == .ended(after: .seconds(90)))
        #expect(throttle.look(isIdle: true, now: .seconds(100)) == nil)
        #expect(throttle.asked(inFlight: 1, retryAfter: nil, now: .seconds(101)) == .began)
    }

    @Test("whatever happens, something is sent at last")
    func neverStops() {
        var generator = SeededGenerator(seed: 11)
        var throttle = throttle
        var now = Duration.zero
        var faults = 0
        for _ in 0..<100_000 {
            now += .milliseconds(Int.random(in: 0...3000, using: &generator))
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: _ = throttle.asked(inFlight: .random(in: 0...16, using: &generator), retryAfter: nil, now: now)
            case 1: _ = throttle.accepted(now: now)
            case 2: _ = throttle.look(isIdle: .random(using: &generator), now: now)
            default: if throttle.opening <= now { throttle.sent(now: now) }
            }
            let isSound =
                (1...16).contains(throttle.slots) && (1...8).contains(throttle.growth)
                && throttle.opening <= now + .seconds(16)
            if !isSound { faults += 1 }
        }
        #expect(faults == 0)
    }
}
