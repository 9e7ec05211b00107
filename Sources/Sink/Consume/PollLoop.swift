internal import Kafka
internal import Logging

/// One member of the group and the thread that makes it and polls it.
///
/// Only this thread assigns, gives back, pauses and resumes, always between two polls. Each turn polls, handles the
/// group's events, hands records to the lanes, and then looks after what is due:
///
/// - **Assign.** While polling goes on, a search finds out where reading begins; then the client is told, and the
///   positions are committed. The client never chooses a position itself, see ``Positions``.
/// - **Revoke.** The open batches of these partitions are sealed and further records ignored; polling goes on until
///   their batches are done or ``ConsumerSettings/revokeTime`` is over; what is settled is committed, then the
///   partitions are given back. When an assignment is *lost*, nothing is committed: other members may have its
///   partitions by now.
/// - **Flow.** Partitions are paused and resumed as buffers, lanes and turns ask, see ``FlowControl``.
/// - **Stop.** The same as revoke, for all partitions, within ``ConsumerSettings/drainTime``.
final class PollLoop: Sendable {
    /// What the loop needs of the rest of the pipeline.
    struct Surroundings: Sendable {
        /// The task's number.
        let task: Int
        let lanes: [EncoderLane]
        /// Gives each partition one of the lanes.
        let spread: LaneSpread
        let router: TopicRouter
        let buffers: BufferBudget
        let queue: IngestQueue
        /// Sees to batches that ADX refuses.
        let recoverer: Recoverer
        /// The partitions of the process, for those who get to know them by their names.
        let held: HeldPartitions
        /// What other threads ask of this one.
        let inbox: PollInbox
        let stop: StopSignal
        let metrics: PipelineMetrics
        let health: DeliveryHealth
        let client: ClientMetrics
        let observer: any PipelineObserver
        let clock: SinkClock
        let logger: Logger
        /// Called once a turn, so that a stuck loop is noticed.
        let onTurn: @Sendable () -> Void
        /// Called when the group first gave this consumer an assignment, empty or not.
        let onJoined: @Sendable () -> Void
        /// Called when brokers refuse the client's credential or certificate.
        let onSignInRefused: @Sendable () -> Void
    }

    private let client: KafkaClientConfiguration
    private let settings: ConsumerSettings
    private let around: Surroundings

    init(client: KafkaClientConfiguration, settings: ConsumerSettings, surroundings: Surroundings) {
        self.client = client
        self.settings = settings
        self.around = surroundings
    }

    /// Polls until the pipeline stops; blocks its thread.
    /// - Throws: ``SinkFailure`` with `kafka` when the client fails for good.
    func run() throws(SinkFailure) {
        var turn = try Turn(member: makeMember(), settings: settings, around: around)
        do throws(KafkaError) {
            try turn.begin()
            while try turn.take() {}
            try turn.end()
        } catch {
            // What is in flight cannot be committed any more; the next start reads it again.
            turn.abandonAll()
            turn.close(timeout: .seconds(1))
            throw GroupWords.failure(error)
        }
        // A member that does not say that it leaves stays in the group until its session timeout.
        turn.close(timeout: around.stop.isUrgent ? .seconds(1) : settings.closeTime)
    }

    private func makeMember() throws(SinkFailure) -> GroupMember {
        do throws(KafkaError) {
            return try GroupMember(configuration: client, logger: around.logger)
        } catch {
            throw SinkFailure(.clientConfiguration, error.message)
        }
    }
}
