internal import Synchronization
internal import Threads

/// Finds out why partitions stand still: because nothing may be read yet, or because the client cannot get on.
///
/// The end that comes with a fetch response counts records of undecided transactions, which a member may not read yet.
/// Only the partitions' leaders know the difference, and librdkafka's call blocks, so a short-lived thread asks them.
final class StallCheck: Sendable {
    private struct State {
        var isBusy = false
        var excused: [TopicPartition] = []
    }

    private let offsets: OffsetReader
    private let context: ClientContext
    private let limit: Duration
    private let state = Mutex(State())

    /// - Parameter limit: How long partitions stood still, for the message.
    init(offsets: OffsetReader, context: ClientContext, limit: Duration) {
        self.offsets = offsets
        self.context = context
        self.limit = limit
    }

    /// Begins to ask about partitions and where they stand, unless an earlier question is still unanswered.
    /// - Returns: Whether it began.
    func begin(_ still: [TopicPartition: Int64]) -> Bool {
        let isFree = state.withLock { state in
            defer { state.isBusy = true }
            return !state.isBusy
        }
        guard isFree else { return false }
        do {
            _ = try BlockingThread(name: "kafka-stalls") { [self] in ask(still) }
            return true
        } catch {
            state.withLock { $0.isBusy = false }
            return false
        }
    }

    /// Returns partitions that turned out to have nothing to read, or whose leader does not answer, since the last call.
    func takeExcused() -> [TopicPartition] {
        state.withLock { state in
            defer { state.excused.removeAll() }
            return state.excused
        }
    }

    private func ask(_ still: [TopicPartition: Int64]) {
        let ends = (try? offsets.watermarks(still.keys, timeout: .seconds(5))) ?? [:]
        let refusal = context.takeRefusal()
        var excused: [TopicPartition] = []
        for (partition, position) in still {
            let end = ends[partition]?.high
            // A leader that does not answer is away, unless the client refuses its answers, which ends the connection
            // each time.
            guard end.map({ $0 > position }) ?? (refusal != nil) else {
                excused.append(partition)
                continue
            }
            let message = """
                cannot read \(partition) past offset \(position)\(end.map { ", although it ends at \($0)" } ?? ""): \
                nothing came for \(limit.components.seconds) s; \
                \(refusal ?? "the batch there may be damaged, or look for the client's other errors")
                """
            context.record(.partitionError(partition, offset: position, KafkaError(.stalled, message)))
        }
        state.withLock { state in
            state.excused += excused
            state.isBusy = false
        }
    }
}
