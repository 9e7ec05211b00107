import Testing

@testable import Operator

/// Keeps a machine where expectations may change it.
private final class QueueDriver<Key: Hashable & Sendable> {
    private var machine: WorkQueueMachine<Key>

    init(limit: Int) { machine = WorkQueueMachine(limit: limit) }

    var depth: Int { machine.depth }
    var nextDue: Duration? { machine.nextDue }

    func add(_ key: Key, now: Duration) -> Bool { machine.add(key, now: now) }
    func add(_ key: Key, due: Duration) { machine.add(key, due: due) }
    func promote(now: Duration) -> Int { machine.promote(now: now) }
    func take(now: Duration) -> (key: Key, waited: Duration)? { machine.take(now: now) }
    func done(_ key: Key, now: Duration) -> Duration? { machine.done(key, now: now) }
    func abandon(_ key: Key) { machine.abandon(key) }
    func forget(_ key: Key) { machine.forget(key) }
    func failureCount(_ key: Key) -> Int { machine.failureCount(key) }

    func retry(_ key: Key, now: Duration, random: Double, atLeast: Duration = .zero) -> Duration {
        machine.retry(key, now: now, random: random, atLeast: atLeast)
    }
}

@Suite("The rules of the work queue")
struct WorkQueueMachineTests {
    @Test("Keys come out in the order in which they went in, each once")
    func order() {
        let queue = QueueDriver<String>(limit: 10)
        #expect(queue.add("a", now: .zero))
        #expect(queue.add("b", now: .zero))
        #expect(!queue.add("a", now: .zero), "a request for a key that waits merges with the first")
        #expect(queue.depth == 2)
        #expect(queue.take(now: .zero)?.key == "a")
        #expect(queue.take(now: .zero)?.key == "b")
        #expect(queue.take(now: .zero) == nil)
    }

    @Test("A key that is asked for while it is worked on is worked on again afterwards, not beside")
    func neverTwiceAtOnce() {
        let queue = QueueDriver<String>(limit: 10)
        _ = queue.add("a", now: .zero)
        _ = queue.take(now: .zero)
        #expect(queue.add("a", now: .zero))
        #expect(!queue.add("a", now: .zero))
        #expect(queue.take(now: .zero) == nil)
        #expect(queue.done("a", now: .seconds(3)) == .seconds(3))
        let again = queue.take(now: .seconds(5))
        #expect(again?.key == "a")
        #expect(again?.waited == .seconds(2), "it joined the line when the work before ended")
        _ = queue.done("a", now: .seconds(6))
        #expect(queue.take(now: .seconds(6)) == nil)
    }

    @Test("No more keys are handed out than the limit, until one is done or abandoned")
    func limit() {
        let queue = QueueDriver<Int>(limit: 2)
        for key in 1...5 { _ = queue.add(key, now: .zero) }
        #expect(queue.take(now: .zero)?.key == 1)
        #expect(queue.take(now: .zero)?.key == 2)
        #expect(queue.take(now: .zero) == nil)
        queue.abandon(1)
        #expect(queue.take(now: .zero)?.key == 3)
        #expect(queue.take(now: .zero) == nil)
        _ = queue.add(1, now: .zero)
        _ = queue.done(2, now: .zero)
        #expect(queue.take(now: .zero)?.key == 4)
        _ = queue.done(3, now: .zero)
        #expect(queue.take(now: .zero)?.key == 5)
        _ = queue.done(4, now: .zero)
        #expect(queue.take(now: .zero) == nil, "an abandoned key is still taken")
        _ = queue.done(1, now: .zero)
        #expect(queue.take(now: .zero)?.key == 1, "and comes again when its work ended after all")
    }

    @Test("Of several delayed requests for a key the earliest holds")
    func delays() {
        let queue = QueueDriver<String>(limit: 10)
        queue.add("a", due: .seconds(9))
        queue.add("b", due: .seconds(5))
        queue.add("c", due: .seconds(5))
        queue.add("a", due: .seconds(4))
        queue.add("a", due: .seconds(7))
        #expect(queue.nextDue == .seconds(4))
        #expect(queue.promote(now: .seconds(3)) == 0)
        #expect(queue.promote(now: .seconds(5)) == 3)
        #expect(queue.nextDue == nil)
        #expect(["a", "b", "c"].map { _ in queue.take(now: .seconds(5))?.key } == ["a", "b", "c"])
    }

    @Test("Taking a key ends its delayed request, for who works on it says when to look again")
    func takingEndsDelay() {
        let queue = QueueDriver<String>(limit: 10)
        queue.add("a", due: .seconds(600))
        queue.add("b", due: .seconds(600))
        _ = queue.add("a", now: .seconds(1))
        _ = queue.take(now: .seconds(1))
        queue.add("a", due: .seconds(700))
        _ = queue.done("a", now: .seconds(1))
        #expect(queue.promote(now: .seconds(600)) == 1)
        #expect(queue.take(now: .seconds(600))?.key == "b")
        #expect(queue.nextDue == .seconds(700))
    }

    @Test("The delay after failures doubles from 5 ms to 5 minutes, and begins anew after a success")
    func backoff() {
        let queue = QueueDriver<String>(limit: 1)
        let delays = (0..<60).map { _ in queue.retry("a", now: .seconds(1000), random: 0) }
        #expect(delays[0] == .milliseconds(5))
        #expect(delays[1] == .milliseconds(10))
        #expect(delays[10] == .milliseconds(5120))
        #expect(delays[16] == .seconds(300))
        #expect(delays[59] == .seconds(300))
        #expect(queue.failureCount("a") == 60)
        queue.forget("a")
        #expect(queue.retry("a", now: .seconds(1000), random: 0) == .milliseconds(5))
    }

    @Test("The jitter shortens a delay by up to a tenth, and a wait that the peer asks for is kept")
    func jitter() {
        let queue = QueueDriver<String>(limit: 1)
        #expect(queue.retry("a", now: .zero, random: 1) == .milliseconds(4.5))
        #expect(queue.retry("a", now: .zero, random: 0.5) == .milliseconds(9.5))
        #expect(queue.retry("a", now: .zero, random: 0, atLeast: .seconds(30)) == .seconds(30))
    }

    @Test("All keys together are retried a hundred times at once, then ten times a second")
    func tokenBucket() {
        let queue = QueueDriver<Int>(limit: 1)
        for key in 0..<100 { #expect(queue.retry(key, now: .zero, random: 0) == .milliseconds(5)) }
        let held = (100..<110).map { queue.retry($0, now: .zero, random: 0) }
        #expect(abs(held[0] / .seconds(1) - 0.1) < 1e-9)
        #expect(abs(held[9] / .seconds(1) - 1.0) < 1e-9)
        #expect(queue.retry(500, now: .seconds(20), random: 0) == .milliseconds(5), "the bucket filled up meanwhile")
        _ = queue.add(999, now: .seconds(20))
        #expect(queue.take(now: .seconds(20))?.key == 999, "what is no retry is not held back")
    }

    @Test("A long line keeps its order while it is worked off")
    func longLine() {
        let queue = QueueDriver<Int>(limit: .max)
        for key in 0..<5000 { _ = queue.add(key, now: .zero) }
        var taken: [Int] = []
        for _ in 0..<4000 { if let next = queue.take(now: .zero) { taken.append(next.key) } }
        for key in 5000..<6000 { _ = queue.add(key, now: .zero) }
        while let next = queue.take(now: .zero) { taken.append(next.key) }
        #expect(taken == Array(0..<6000))
        #expect(queue.depth == 0)
    }
}
