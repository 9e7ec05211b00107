import Daemon
import HTTP
import JSON
import Kubernetes
import Logging
import Synchronization
import Testing

@testable import Operator

@Suite("Where a worker is asked")
struct WorkerProbeTargetTests {
    private typealias Fixture = WorkerFixture

    private static func urls(_ pod: KubernetesObject, asksForMetrics: Bool) -> [String] {
        ProbeTarget.targets(of: pod, asksForMetrics: asksForMetrics).map(\.url)
    }

    @Test("is its pod's address, in brackets when that is of version 6")
    func addresses() {
        #expect(Self.urls(Fixture.pod("a"), asksForMetrics: false) == ["http://10.0.0.7:9404/readyz"])
        let six = Fixture.pod("a", isReady: true, address: "fd00::7")
        #expect(Self.urls(six, asksForMetrics: true) == ["http://[fd00::7]:9404/metrics"])
    }

    @Test("is both paths when it is not ready and its metrics matter")
    func both() {
        let expected = ["http://10.0.0.7:9404/readyz", "http://10.0.0.7:9404/metrics"]
        #expect(Self.urls(Fixture.pod("a"), asksForMetrics: true) == expected)
    }

    @Test("is nowhere for a pod that has nothing to tell")
    func nobody() {
        #expect(Self.urls(Fixture.pod("a", isReady: true), asksForMetrics: false).isEmpty)
        #expect(Self.urls(Fixture.pod("a", phase: "Pending"), asksForMetrics: true).isEmpty)
        #expect(Self.urls(Fixture.pod("a", address: ""), asksForMetrics: true).isEmpty)
        #expect(Self.urls(Fixture.pod("a", isDeleted: true), asksForMetrics: true).isEmpty)
    }
}

@Suite("What a worker answers")
struct WorkerProbeAnswerTests {
    private static func answer(_ question: ProbeTarget.Question, _ status: Int, _ body: String) -> ProbeAnswer? {
        WorkerProbe.answer(question, HTTPResponse(status: status, body: Array(body.utf8)))
    }

    @Test("is a reason a line when it is not ready")
    func reasons() {
        let body = "partition orders-3 cannot advance: table missing\nbuffers are full\n"
        let expected = ["partition orders-3 cannot advance: table missing", "buffers are full"]
        #expect(Self.answer(.readiness, 503, body) == .readiness(expected))
        #expect(Self.answer(.readiness, 200, "ok\n") == .readiness([]))
    }

    @Test("is not believed when it is not a worker's")
    func strangers() {
        #expect(Self.answer(.readiness, 302, "elsewhere") == nil)
        #expect(Self.answer(.readiness, 404, "not found") == nil)
        #expect(Self.answer(.metrics, 500, "") == nil)
    }

    @Test("is cut when it is long")
    func long() throws {
        let body = (0..<90).map { _ in String(repeating: "x", count: 2000) }.joined(separator: "\n")
        guard case .readiness(let reasons) = try #require(Self.answer(.readiness, 503, body)) else { return }
        #expect(reasons.count == 50)
        #expect(reasons.allSatisfy { $0.count == 1000 })
    }

    @Test("tells in its metrics whether ADX throttles it")
    func throttling() {
        func page(_ samples: String...) -> String {
            "# TYPE kusto_sink_adx_throttled gauge\n" + samples.joined(separator: "\n") + "\n"
        }
        let still = #"kusto_sink_adx_throttled{connector="a"} 0"#
        let throttled = #"kusto_sink_adx_throttled{connector="b} 0"} 1"#
        let other = #"kusto_sink_adx_throttled_before{connector="a"} 1"#
        #expect(Self.answer(.metrics, 200, page(still)) == .throttled(false))
        #expect(Self.answer(.metrics, 200, page(still, throttled)) == .throttled(true))
        #expect(Self.answer(.metrics, 200, page(throttled, still)) == .throttled(true))
        #expect(Self.answer(.metrics, 200, "kusto_sink_adx_throttled 1") == .throttled(true))
        #expect(Self.answer(.metrics, 200, page(other)) == nil)
        #expect(Self.answer(.metrics, 200, "") == nil)
    }
}

@Suite("What workers said last")
struct WorkerProbeBookTests {
    private static let sink = SinkKey(namespace: "data", name: "telemetry")
    private static let target = ProbeTarget(pod: "a", address: "10.0.0.7", question: .readiness)
    private static let metrics = ProbeTarget(pod: "a", address: "10.0.0.7", question: .metrics)

    private static func known(_ target: ProbeTarget = target) -> ProbeBook {
        var book = ProbeBook()
        _ = book.observe(sink, pods: ["a"], targets: [target], now: .zero)
        return book
    }

    @Test("is asked again after an interval, and never twice at a time")
    func pace() {
        var book = ProbeBook()
        func ask(_ seconds: Int) -> Int {
            book.observe(Self.sink, pods: ["a"], targets: [Self.target], now: .seconds(seconds)).count
        }
        #expect(ask(0) == 1)
        #expect(ask(60) == 0)
        #expect(book.answered(Self.target, nil, now: .seconds(61)) == nil)
        #expect(ask(62) == 1)
        _ = book.answered(Self.target, nil, now: .seconds(62))
        #expect(ask(66) == 0)
        #expect(ask(67) == 1)
    }

    @Test("can be asked at once when the queue was full")
    func fullQueue() {
        var book = Self.known()
        book.dropped(Self.target)
        #expect(book.observe(Self.sink, pods: ["a"], targets: [Self.target], now: .seconds(1)).count == 1)
    }

    @Test("is told to the reconciler when it is something else")
    func changes() {
        var book = Self.known()
        #expect(book.answered(Self.target, .readiness(["x"]), now: .seconds(1)) == Self.sink)
        #expect(book.answered(Self.target, .readiness(["x"]), now: .seconds(7)) == nil)
        #expect(book.answered(Self.target, nil, now: .seconds(13)) == nil)
        #expect(book.readings(Self.sink, now: .seconds(14)) == ["a": WorkerReading(reasons: ["x"])])
        #expect(book.answered(Self.target, .readiness([]), now: .seconds(19)) == Self.sink)
    }

    @Test("is not believed for ever")
    func lifetime() {
        var book = Self.known()
        _ = book.answered(Self.target, .readiness(["x"]), now: .seconds(1))
        #expect(book.readings(Self.sink, now: .seconds(120))["a"]?.reasons == ["x"])
        #expect(book.readings(Self.sink, now: .seconds(121))["a"]?.reasons == nil)
    }

    @Test("goes with its pod, also when the answer comes later")
    func goneSinks() {
        var book = Self.known()
        _ = book.answered(Self.target, .readiness(["x"]), now: .zero)
        _ = book.observe(Self.sink, pods: ["b"], targets: [], now: .zero)
        #expect(book.answered(Self.target, .readiness(["y"]), now: .zero) == nil)
        #expect(book.readings(Self.sink, now: .zero) == ["b": WorkerReading()])
        _ = book.observe(Self.sink, pods: [], targets: [], now: .zero)
        #expect(book.readings(Self.sink, now: .zero).isEmpty)
    }

    @Test("is asked again without anybody asking, more often why a worker is not ready than what it counts")
    func period() {
        var book = ProbeBook()
        let targets = [Self.target, Self.metrics]
        #expect(Set(book.observe(Self.sink, pods: ["a"], targets: targets, now: .zero)) == Set(targets))
        #expect(book.due(now: .seconds(60)).isEmpty)
        for target in targets { _ = book.answered(target, nil, now: .seconds(1)) }
        #expect(book.due(now: .seconds(14)).isEmpty)
        #expect(book.due(now: .seconds(15)) == [Self.target])
        #expect(book.due(now: .seconds(30)) == [Self.metrics])
    }

    @Test("is not asked any more once a pod has nothing to tell, and forgets nothing of it")
    func nothingToAsk() {
        var book = Self.known(Self.metrics)
        #expect(book.answered(Self.metrics, .throttled(true), now: .zero) == Self.sink)
        #expect(book.observe(Self.sink, pods: ["a"], targets: [], now: .seconds(60)).isEmpty)
        #expect(book.due(now: .seconds(60)).isEmpty)
        #expect(book.readings(Self.sink, now: .seconds(60)) == ["a": WorkerReading(isThrottled: true)])
    }
}

@Suite("Asking workers", .timeLimit(.minutes(10)))
struct WorkerProbeTests {
    private static let sink = SinkKey(namespace: "data", name: "telemetry")

    /// Runs a probe over this answer until `body` returns.
    private static func withProbe(
        clock: any Clock<Duration> = ContinuousClock(),
        send: @escaping WorkerProbe.Send,
        _ body: (WorkerProbe, AsyncStream<SinkKey>) async throws -> Void
    ) async throws {
        let changes = AsyncStream<SinkKey>.makeStream(bufferingPolicy: .bufferingNewest(2000))
        let probe = WorkerProbe(
            clock: clock,
            logger: Logger(label: "probe", level: .error, sink: MemoryLogSink()),
            onChange: { changes.continuation.yield($0) },
            send: send
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            let shutdown = GracefulShutdown()
            group.addTask { try await GracefulShutdown.$current.withValue(shutdown) { try await probe.run() } }
            try await body(probe, changes.stream)
            shutdown.trigger()
            try await group.waitForAll()
        }
    }

    @Test("keeps the newest answers and says which sink they are about")
    func answers() async throws {
        let requests = Mutex<[HTTPRequest]>([])
        try await Self.withProbe { request throws(HTTPError) in
            requests.withLock { $0.append(request) }
            return HTTPResponse(status: 503, body: Array("buffers are full\n".utf8))
        } _: { probe, changes in
            probe.observe(Self.sink, pods: [WorkerFixture.pod("a")], asksForMetrics: false)
            var iterator = changes.makeAsyncIterator()
            #expect(await iterator.next() == Self.sink)
            #expect(probe.readings(Self.sink) == ["uid-a": WorkerReading(reasons: ["buffers are full"])])
            #expect(probe.isThrottled(Self.sink) == nil)
            probe.forget(Self.sink)
            #expect(probe.readings(Self.sink).isEmpty)
        }
        let request = try #require(requests.withLock { $0.first })
        #expect(request.url == "http://10.0.0.7:9404/readyz")
        #expect(request.timeout == .seconds(2))
        #expect(request.maximumResponseBytes == 16 << 10)
    }

    @Test("goes on after a worker that does not answer")
    func failures() async throws {
        try await Self.withProbe { request throws(HTTPError) in
            guard request.url.contains("10.0.0.2") else {
                throw HTTPError(.refused, "nobody listens", url: request.url)
            }
            return HTTPResponse(status: 503, body: Array("starting\n".utf8))
        } _: { probe, changes in
            let pods = (1...2).map { WorkerFixture.pod("p\($0)", address: "10.0.0.\($0)") }
            probe.observe(Self.sink, pods: pods, asksForMetrics: false)
            var iterator = changes.makeAsyncIterator()
            #expect(await iterator.next() == Self.sink)
            #expect(probe.readings(Self.sink)["uid-p2"]?.reasons == ["starting"])
            #expect(probe.readings(Self.sink)["uid-p1"] == WorkerReading())
        }
    }

    @Test("asks no more than sixteen at a time, and all of them in the end")
    func bounds() async throws {
        let counts = Mutex((now: 0, most: 0, all: 0))
        let gate = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let opened = GracefulShutdown()
        try await Self.withProbe { _ throws(HTTPError) in
            let isFull = counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
                counts.all += 1
                return counts.now == WorkerProbe.concurrency
            }
            if isFull { gate.continuation.finish() }
            try? await opened.wait()
            counts.withLock { $0.now -= 1 }
            return HTTPResponse(status: 503, body: Array("x".utf8))
        } _: { probe, changes in
            let pods = (0..<50).map { WorkerFixture.pod("p\($0)", address: "10.0.0.\($0)") }
            probe.observe(Self.sink, pods: pods, asksForMetrics: false)
            for await _ in gate.stream {}
            opened.trigger()
            var answers = 0
            for await _ in changes {
                answers += 1
                if answers == pods.count { break }
            }
        }
        #expect(counts.withLock { $0.most } == WorkerProbe.concurrency)
        #expect(counts.withLock { $0.all } == 50)
    }

    @Test("asks again as time passes, without anybody asking")
    func again() async throws {
        let clock = TickingClock()
        let count = Mutex(0)
        try await Self.withProbe(clock: clock) { _ throws(HTTPError) in
            let turn = count.withLock { count in
                count += 1
                return count
            }
            return HTTPResponse(status: 503, body: Array("reason \(turn)\n".utf8))
        } _: { probe, changes in
            probe.observe(Self.sink, pods: [WorkerFixture.pod("a")], asksForMetrics: false)
            var iterator = changes.makeAsyncIterator()
            _ = await iterator.next()
            #expect(probe.readings(Self.sink)["uid-a"]?.reasons == ["reason 1"])
            clock.advance(by: .seconds(15))
            _ = await iterator.next()
            #expect(probe.readings(Self.sink)["uid-a"]?.reasons == ["reason 2"])
        }
    }
}

/// A clock whose one sleeper wakes when time is made to pass.
private final class TickingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Duration.zero)
    private let ticks = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    var now: Instant { Instant(offset: time.withLock { $0 }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func advance(by duration: Duration) {
        time.withLock { $0 += duration }
        ticks.continuation.yield()
    }

    func sleep(until _: Instant, tolerance _: Duration?) async throws {
        for await _ in ticks.stream { return }
        throw CancellationError()
    }
}
