internal import Dispatch
internal import Kafka
internal import KafkaClients
internal import Logging
internal import SinkConfiguration
internal import Synchronization
internal import Threads

/// The client that writes dead letters; queues with the same brokers and properties share one, and its room.
package final class DeadLetterProducer: Sendable {
    /// What became of a wish for room.
    enum Admission: Equatable {
        case admitted, full, closed
    }

    private struct State {
        var room: DeadLetterRoom
        var waiting: [@Sendable () -> Void] = []
        var waitingForEnd: [@Sendable () -> Void] = []
        var isClosed = false

        /// Returns those who are to be told now; each is told once.
        mutating func takeTold() -> [@Sendable () -> Void] {
            var told: [@Sendable () -> Void] = []
            if room.isHalfFree || isClosed { swap(&told, &waiting) }
            if room.letters == 0 || isClosed {
                told += waitingForEnd
                waitingForEnd = []
            }
            return told
        }
    }

    /// The brokers, for messages.
    let servers: String
    /// The client itself.
    let client: KafkaProducer
    private let state: Mutex<State>

    /// Creates a producer, which connects in the background.
    /// - Parameters:
    ///   - prepared: The client's properties, and all that it needs besides.
    ///   - limits: What may be on its way at a time, unless the properties bound the client's queue.
    ///   - logger: Takes the library's lines.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    init(
        _ prepared: PreparedClient,
        limits: DeadLetterRoom.Limits = .init(),
        logger: Logger
    ) throws(KafkaError) {
        var (limits, configuration) = (limits, prepared.configuration)
        let properties = prepared.properties
        if let kilobytes = properties["queue.buffering.max.kbytes"].flatMap(Int.init) { limits.bytes = kilobytes << 10 }
        if let messages = properties["queue.buffering.max.messages"].flatMap(Int.init), messages > 0 {
            limits.letters = messages
        }
        // The client's own queue must not be the tighter one: nobody could say when there is room in it again.
        configuration.values["queue.buffering.max.kbytes"] = "2097151"
        configuration.values["queue.buffering.max.messages"] = "10000000"
        client = try KafkaProducer(configuration: configuration, logger: logger)
        servers = properties["bootstrap.servers"] ?? ""
        state = Mutex(State(room: DeadLetterRoom(limits)))
    }

    /// Whether nothing is taken any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// How many letters are on their way.
    var letters: Int { state.withLock { $0.room.letters } }

    /// Takes room for a letter of this many bytes.
    func admit(_ bytes: Int) -> Admission {
        state.withLock { state in
            if state.isClosed { return .closed }
            return state.room.take(bytes) ? .admitted : .full
        }
    }

    /// Gives the room of a letter back, and tells those who wait when enough is free.
    func release(_ bytes: Int) {
        let told = state.withLock { state -> [@Sendable () -> Void] in
            state.room.giveBack(bytes)
            return state.takeTold()
        }
        for body in told { body() }
    }

    /// Calls `body` once, as soon as half of the room is free, or when the producer is closed; perhaps at once.
    func whenRoom(_ body: @escaping @Sendable () -> Void) {
        let told = state.withLock { state in
            state.waiting.append(body)
            return state.takeTold()
        }
        for body in told { body() }
    }

    /// Waits until nothing is on its way, at most for `timeout`.
    /// - Returns: How many letters are still on their way.
    func drain(timeout: Duration) async -> Int {
        guard letters > 0 else { return 0 }
        let deadline = DispatchTime.now() + .milliseconds(min(timeout.wholeMilliseconds, Int(Int32.max)))
        _ = try? await BlockingThread.run(name: "dead-letters") { [self] in
            // Sends what waits to be gathered; the last reports may still be on their way afterwards.
            _ = client.flush(timeout: timeout)
            let isOver = DispatchSemaphore(value: 0)
            whenOver { isOver.signal() }
            _ = isOver.wait(timeout: deadline)
        }
        return letters
    }

    /// Calls `body` once, as soon as nothing is on its way, or when the producer is closed; perhaps at once.
    private func whenOver(_ body: @escaping @Sendable () -> Void) {
        let told = state.withLock { state in
            state.waitingForEnd.append(body)
            return state.takeTold()
        }
        for body in told { body() }
    }

    /// Gives up what is on its way; blocks for a limited time, and nothing is acknowledged afterwards.
    package func close() {
        let told = state.withLock { state -> [@Sendable () -> Void]? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            return state.takeTold()
        }
        guard let told else { return }
        for body in told { body() }
        client.close()
    }
}
