internal import Daemon
package import Logging
package import Metrics
internal import Synchronization

/// Writes events about objects, for `kubectl describe` and whoever collects them.
///
/// ``record(type:reason:action:note:regarding:)`` never waits and never fails. What repeats is counted, not written
/// again (``EventBook``); what cannot be written is tried twelve times in two minutes and then dropped, and what does
/// not fit into a queue of 1,000 is dropped at once. Dropped events are counted in
/// `kusto_sink_operator_events_dropped_total`.
package final class EventRecorder: Service {
    private struct State {
        var book = EventBook()
        /// The first one is being written.
        var queue: [EventBook.Write] = []
        var hasWarned = false
    }

    private static let capacity = 1000
    private static let attempts = 12
    private static let retryPeriod = Duration.seconds(10)
    private static let requestLimit = Duration.seconds(15)
    private static let drainLimit = Duration.seconds(5)

    private let api: any KubernetesAPI
    private let controller: String
    private let instance: String
    private let clock: KubernetesClock
    private let logger: Logger
    private let dropped: @Sendable (String) -> Counter
    private let state = Mutex(State())
    private let wake = WakeSignal()

    /// Creates a recorder; nothing is written before ``run()``.
    /// - Parameters:
    ///   - controller: Who reports, as `GROUP/NAME`.
    ///   - instance: Which process of it, such as the pod's name.
    package init(
        api: any KubernetesAPI,
        controller: String,
        instance: String,
        registry: MetricsRegistry,
        clock: KubernetesClock = .system,
        logger: Logger
    ) {
        self.api = api
        self.controller = controller
        self.instance = instance
        self.clock = clock
        self.logger = logger
        dropped = { reason in
            registry.counter(
                "kusto_sink_operator_events_dropped_total",
                help: "Kubernetes events that were not written, by why.",
                labels: ["reason": reason]
            )
        }
    }

    package var name: String { "event recorder" }

    /// Records that something happened to an object.
    /// - Parameters:
    ///   - type: Whether a person should look.
    ///   - reason: Why, in one word for programs: part of the interface.
    ///   - action: What was being done, as a verb.
    ///   - note: What happened, for people; at most 1,024 bytes of it are kept.
    ///   - regarding: The object, with its apiVersion, kind and uid.
    package func record(
        type: EventType,
        reason: String,
        action: String,
        note: String,
        regarding: KubernetesObject
    ) {
        let key = RecordedEvent.Key(
            type: type,
            reason: reason,
            action: action,
            apiVersion: regarding.apiVersion,
            kind: regarding.kind,
            namespace: regarding.namespace,
            name: regarding.name,
            uid: regarding.uid
        )
        let now = clock.now()
        let time = clock.unixMicroseconds()
        let lost = state.withLock { state in
            Self.enqueue(state.book.record(key, note: note, at: now, unixMicroseconds: time), &state)
        }
        drop(lost, "queue_full")
        wake.signal()
    }

    /// Writes events until the service is told to stop, and then for a few seconds what is left.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gracefulShutdown() }
            group.addTask { try await self.write() }
            defer { group.cancelAll() }
            try await group.next()
        }
        let lost = state.withLock { state in Self.enqueue(state.book.close(), &state) }
        _ = try await clock.limit(Self.drainLimit) { await self.drain() }
        drop(lost + state.withLock { $0.queue.count }, "shutdown")
    }

    private func write() async throws {
        while true {
            try Task.checkCancellation()
            if let write = state.withLock({ $0.queue.first }) {
                try await deliver(write)
                // Removed only now: a write that a shutdown interrupts is made again.
                state.withLock { state in if !state.queue.isEmpty { state.queue.removeFirst() } }
                continue
            }
            let next = state.withLock { $0.book.nextDue }
            let pause = next.map { max(.zero, $0 - clock.now()) } ?? .seconds(3600)
            _ = try await clock.limit(pause) { [wake] in await wake.wait() }
            let now = clock.now()
            let time = clock.unixMicroseconds()
            let lost = state.withLock { state in
                Self.enqueue(state.book.due(at: now, unixMicroseconds: time), &state)
            }
            drop(lost, "queue_full")
        }
    }

    private func drain() async {
        while !Task.isCancelled, let write = state.withLock({ $0.queue.isEmpty ? nil : $0.queue.removeFirst() }) {
            do { try await attempt(write) } catch { drop(1, "shutdown") }
        }
    }

    private func deliver(_ write: EventBook.Write) async throws {
        for attempt in 1...Self.attempts {
            do throws(APIError) {
                try await self.attempt(write)
                state.withLock { $0.hasWarned = false }
                return
            } catch {
                try Task.checkCancellation()
                guard Self.mayRetry(error) else { return refuse(error, "refused") }
                if attempt == Self.attempts { return refuse(error, "unreachable") }
                let wait = Self.retryPeriod * (0.75 + 0.5 * clock.random())
                try await clock.sleep(max(wait, min(error.retryAfter ?? .zero, .seconds(60))))
            }
        }
    }

    private func attempt(_ write: EventBook.Write) async throws(APIError) {
        switch write {
        case .post(let event): try await post(event)
        case .count(let event):
            do throws(APIError) {
                _ = try await limited { [api, controller] in
                    try await api.patch(event.reference, subresource: nil, event.patch, manager: controller)
                }
            } catch {
                guard error.code == .notFound else { throw error }
                // The server keeps events for an hour only.
                try await post(event)
            }
        }
    }

    private func post(_ event: RecordedEvent) async throws(APIError) {
        let object = event.object(controller: controller, instance: instance)
        do throws(APIError) {
            _ = try await limited { [api] in try await api.create(object) }
        } catch {
            // It was written before, and the answer was lost.
            guard error.code == .alreadyExists else { throw error }
        }
    }

    private func limited(
        _ body: @escaping @Sendable () async throws -> KubernetesObject
    ) async throws(APIError) -> KubernetesObject {
        do {
            if let object = try await clock.limit(Self.requestLimit, body) { return object }
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.cancelled, "the writing of an event was cancelled")
        }
        throw APIError(.unreachable, "the API server did not answer within \(Self.requestLimit)")
    }

    private static func mayRetry(_ error: APIError) -> Bool {
        switch error.code {
        case .unreachable, .unavailable, .tooManyRequests, .unauthorized: true
        default: false
        }
    }

    private func refuse(_ error: APIError, _ reason: String) {
        dropped(reason).increment()
        // A namespace that is being deleted takes no events, and nobody misses them.
        guard error.code != .namespaceTerminating, error.code != .notFound else { return }
        let isFirst = state.withLock { state in
            defer { state.hasWarned = true }
            return !state.hasWarned
        }
        if isFirst { logger.warning("events cannot be written", ["error": error.message]) }
    }

    /// Puts writes into the queue; returns how many found no room.
    private static func enqueue(_ writes: [EventBook.Write], _ state: inout State) -> Int {
        let room = max(0, capacity - state.queue.count)
        state.queue += writes.prefix(room)
        return max(0, writes.count - room)
    }

    private func drop(_ count: Int, _ reason: String) {
        if count > 0 { dropped(reason).increment(by: count) }
    }
}
