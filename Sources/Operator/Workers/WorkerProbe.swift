internal import Daemon
package import HTTP
package import Kubernetes
package import Logging
internal import Synchronization

/// Asks workers what keeps them from being ready, and whether ADX throttles them; outside every reconciliation.
///
/// The reconciler says which pods there are and reads the newest answers; neither ever waits. What can be asked is asked at
/// once, and again from time to time as long as the pod is named. Questions wait in a queue with a bound; one that finds it
/// full comes again a little later.
package final class WorkerProbe: Service {
    /// How long a worker has for its answer, connecting included.
    static let deadline = Duration.seconds(2)
    /// How often it is looked what is to be asked again.
    static let period = Duration.seconds(5)
    /// The most workers that are asked at a time.
    static let concurrency = 16
    /// The most questions that wait.
    static let queueLimit = 1024
    /// The most bytes of the answer why a worker is not ready.
    static let readinessLimit = 16 << 10
    /// The most bytes of a page of metrics, which grows with a worker's partitions.
    static let metricsLimit = 1 << 20
    /// The most reasons that are kept, and the most characters of each.
    static let reasonLimits = (count: 50, characters: 1000)

    /// Sends one request.
    package typealias Send = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse

    private let send: Send
    private let now: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let onChange: @Sendable (SinkKey) -> Void
    private let logger: Logger
    private let book = Mutex(ProbeBook())
    private let questions: AsyncStream<ProbeTarget>
    private let queue: AsyncStream<ProbeTarget>.Continuation

    /// Creates a probe; nobody is asked before ``run()``.
    /// - Parameters:
    ///   - onChange: Called when a sink's workers have said something else than before; must not wait.
    ///   - send: Sends one request, as `HTTPClient.execute` does.
    package init<C: Clock>(
        clock: C = ContinuousClock(),
        logger: Logger,
        onChange: @escaping @Sendable (SinkKey) -> Void,
        send: @escaping Send
    ) where C.Duration == Duration {
        self.send = send
        self.onChange = onChange
        self.logger = logger
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
        (questions, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.queueLimit))
    }

    /// Creates the client with which workers are asked: few connections stay open, since pods come and go.
    /// - Throws: ``HTTPError`` when there can be no client.
    package static func makeClient(logger: Logger) throws(HTTPError) -> HTTPClient {
        let configuration = HTTPClientConfiguration(connectTimeout: deadline, idleConnections: 4, connectionsPerHost: 1)
        return try HTTPClient(configuration: configuration, logger: logger)
    }

    /// Takes down which pods a sink has, and lets those be asked that have something to tell; never waits.
    /// - Parameter asksForMetrics: Whether it matters if ADX throttles.
    package func observe(_ sink: SinkKey, pods: [KubernetesObject], asksForMetrics: Bool) {
        let targets = pods.flatMap { ProbeTarget.targets(of: $0, asksForMetrics: asksForMetrics) }
        let now = now()
        let asked = book.withLock { book in
            book.observe(sink, pods: Set(pods.map(\.uid)), targets: targets, now: now)
        }
        enqueue(asked)
    }

    private func enqueue(_ targets: [ProbeTarget]) {
        for target in targets {
            if case .enqueued = queue.yield(target) { continue }
            book.withLock { $0.dropped(target) }
        }
    }

    /// Drops what is known about a sink's workers.
    package func forget(_ sink: SinkKey) { observe(sink, pods: [], asksForMetrics: false) }

    /// Returns what a sink's workers said last, by the pods' uids; never waits.
    package func readings(_ sink: SinkKey) -> [String: WorkerReading] {
        let now = now()
        return book.withLock { $0.readings(sink, now: now) }
    }

    /// Returns whether ADX throttles any of a sink's workers; `nil` when no worker could say.
    package func isThrottled(_ sink: SinkKey) -> Bool? {
        let answers = readings(sink).values.compactMap(\.isThrottled)
        return answers.isEmpty ? nil : answers.contains(true)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                let slots = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(Self.concurrency))
                for _ in 0..<Self.concurrency { slots.continuation.yield() }
                group.addTask { [self] in await askAgain() }
                var free = slots.stream.makeAsyncIterator()
                for await target in questions {
                    // Who still waits in the queue then is asked by the next operator.
                    guard GracefulShutdown.current?.isTriggered != true, await free.next() != nil else { break }
                    group.addTask { [self] in
                        await ask(target)
                        slots.continuation.yield()
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: { [queue] in
            queue.finish()
        }
    }

    private func askAgain() async {
        while (try? await sleep(Self.period)) != nil {
            let now = now()
            enqueue(book.withLock { $0.due(now: now) })
        }
    }

    private func ask(_ target: ProbeTarget) async {
        let limit = target.question == .readiness ? Self.readinessLimit : Self.metricsLimit
        let request = HTTPRequest(url: target.url, timeout: Self.deadline, maximumResponseBytes: limit)
        var answer: ProbeAnswer?
        do throws(HTTPError) {
            answer = Self.answer(target.question, try await send(request))
        } catch {
            // Kubernetes' own probe is the judge of a worker; ours only adds words where it can.
            logger.debug(
                "worker does not answer",
                ["http.url": target.url, "error": error.message, "error.code": "\(error.code)"]
            )
        }
        let now = now()
        let changed = book.withLock { $0.answered(target, answer, now: now) }
        if let changed { onChange(changed) }
    }

    /// Reads an answer; `nil` when it is not one of a worker.
    static func answer(_ question: ProbeTarget.Question, _ response: HTTPResponse) -> ProbeAnswer? {
        let body = String(decoding: response.body, as: UTF8.self)
        switch (question, response.status) {
        case (.readiness, 200): return .readiness([])
        case (.readiness, 503):
            let lines = WorkerText.cleaned(body).split(separator: "\n")
            return .readiness(lines.prefix(reasonLimits.count).map { String($0.prefix(reasonLimits.characters)) })
        case (.metrics, 200): return ThrottleGauge.read(body).map { .throttled($0) }
        default: return nil
        }
    }
}
