internal import Kafka
internal import Synchronization
internal import Threads

/// Finds out whether any broker answers, once the client has reported that one is away.
///
/// librdkafka says when connections break, but not when they work again while nothing is fetched. So a short-lived
/// thread asks for the cluster's topics, one question at a time, until there is an answer.
final class BrokerContact: Sendable {
    /// What the answers so far say.
    enum Change: Sendable, Equatable {
        /// No broker has answered; the reason.
        case lost(String)
        /// A broker answers again.
        case regained
    }

    private struct State {
        var isAway = false
        var isAsking = false
        var suspects = false
        var nextQuestion = Duration.zero
        var reason: String?
        var change: Change?
    }

    /// The time from one question to the next.
    private static let interval = Duration.seconds(5)

    private let reader: any OffsetReading
    private let clock: SinkClock
    private let state = Mutex(State())

    init(reader: any OffsetReading, clock: SinkClock) {
        self.reader = reader
        self.clock = clock
    }

    /// Notes that the client cannot reach a broker.
    func suspect(_ error: KafkaError) {
        state.withLock { state in
            state.suspects = true
            state.reason = error.message
        }
    }

    /// Notes that a broker has sent something.
    func noteAnswer() { state.withLock { Self.note(isAnswered: true, &$0) } }

    /// Asks if there is a doubt, and returns what has changed since the last call.
    func check() -> Change? {
        let now = clock.now()
        let (asks, change) = state.withLock { state in
            defer { state.change = nil }
            let asks = state.suspects && !state.isAsking && now >= state.nextQuestion
            if asks {
                state.isAsking = true
                state.nextQuestion = now + Self.interval
            }
            return (asks, state.change)
        }
        if asks { ask() }
        return change
    }

    private func ask() {
        do {
            _ = try BlockingThread(name: "kafka-contact") { [self] in
                let isAnswered = (try? reader.partitionCounts(timeout: Self.interval)) != nil
                state.withLock { state in
                    state.isAsking = false
                    Self.note(isAnswered: isAnswered, &state)
                }
            }
        } catch {
            state.withLock { $0.isAsking = false }
        }
    }

    private static func note(isAnswered: Bool, _ state: inout State) {
        if isAnswered { state.suspects = false }
        guard isAnswered == state.isAway else { return }
        state.isAway = !isAnswered
        // A loss that nobody has heard of needs no recovery.
        if isAnswered, case .lost = state.change {
            state.change = nil
        } else {
            state.change = isAnswered ? .regained : .lost(state.reason ?? "no answer")
        }
    }
}
