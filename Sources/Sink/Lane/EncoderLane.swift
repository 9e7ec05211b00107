internal import Kafka
internal import Threads

/// One thread that turns records into batches; every partition belongs to one lane while it is assigned.
///
/// Lanes share nothing that is written per record. The poll thread adds work. The lane takes all that is there, does it
/// in order, then seals the batches that have reached their age, and starts again.
package final class EncoderLane: Sendable {
    /// Records of one partition within a batch of messages.
    struct AssignedRun: Sendable {
        let partition: AssignedPartition
        let range: Range<Int>
    }

    enum Work: Sendable {
        case records(ReceivedMessages, [AssignedRun])
        /// Seal the open batches of these partitions, or of all.
        case seal([AssignedPartition]?, SealReason, done: @Sendable () -> Void)
        /// Go on with a partition's records that waited for something that is there now.
        case goOn(AssignedPartition)
        /// Take a partition's records again: those that follow begin with the first one that was dropped.
        case readAgain(AssignedPartition)
        /// Give back the memory of these partitions' open batches: no records of theirs are fetched for a while.
        case rest([AssignedPartition])
        /// Forget a partition with its open batch.
        case forget(AssignedPartition)
        case finish
    }

    private let queue = HandOverQueue<Work>(capacity: 2)
    private let maximumAge: Duration
    private let clock: SinkClock
    private let makeContext: @Sendable () -> LaneContext

    init(maximumAge: Duration, clock: SinkClock, makeContext: @escaping @Sendable () -> LaneContext) {
        self.maximumAge = maximumAge
        self.clock = clock
        self.makeContext = makeContext
    }

    /// Hands over records; waits at most `timeout` while the lane is behind.
    /// - Returns: Whether the lane has taken them.
    func add(_ messages: ReceivedMessages, _ runs: [AssignedRun], timeout: Duration) -> Bool {
        queue.add(.records(messages, runs), timeout: timeout)
    }

    /// Hands over anything else, after the records that were added before.
    func add(_ work: Work) { queue.addAtOnce(work) }

    /// Works until `finish`; blocks its thread.
    func run() {
        let context = makeContext()
        context.goOn = { [queue] in queue.addAtOnce(.goOn($0)) }
        var state = State(context: context, maximumAge: maximumAge)
        while true {
            // Reversed, so that the first is taken off the end and freed when it is done: messages hold the Kafka
            // client's memory.
            var taken = Array(queue.takeAll(timeout: state.timeToNextSeal(clock.now())).reversed())
            while let work = taken.popLast() {
                guard state.perform(work) else { return }
            }
            state.sealExpired(clock.now())
        }
    }

    private struct State {
        let context: LaneContext
        let maximumAge: Duration
        var encoders: [ObjectIdentifier: PartitionEncoder] = [:]
        /// Batches in the order in which they reach their age, those sealed meanwhile included.
        var deadlines: [(time: Duration, encoder: PartitionEncoder, batch: BatchID)] = []
        var head = 0

        mutating func perform(_ work: Work) -> Bool {
            switch work {
            case .records(let messages, let runs):
                for run in runs { append(messages, run) }
            case .seal(let partitions, let reason, let done):
                seal(partitions, reason)
                done()
            case .goOn(let partition):
                if let encoder = encoders[ObjectIdentifier(partition)] { track(encoder) { encoder.goOn() } }
            case .readAgain(let partition):
                encoders[ObjectIdentifier(partition)]?.readAgain()
            case .rest(let partitions):
                for partition in partitions { encoders[ObjectIdentifier(partition)]?.rest() }
            case .forget(let partition):
                encoders.removeValue(forKey: ObjectIdentifier(partition))?.discard()
            case .finish:
                return false
            }
            return true
        }

        private mutating func append(_ messages: ReceivedMessages, _ run: AssignedRun) {
            let key = ObjectIdentifier(run.partition)
            let encoder = encoders[key] ?? PartitionEncoder(partition: run.partition, context: context)
            encoders[key] = encoder
            track(encoder) { encoder.append(messages, run.range) }
        }

        /// Does something that may open a batch, and notes when that batch has its age.
        private mutating func track(_ encoder: PartitionEncoder, _ body: () -> Void) {
            let before = encoder.openBatch?.id
            body()
            if let open = encoder.openBatch, open.id != before {
                deadlines.append((open.openedAt + maximumAge, encoder, open.id))
                // Batches that were sealed by size long before their age would pile up.
                if deadlines.count > 1024 + 4 * encoders.count { dropSettled() }
            }
        }

        private mutating func dropSettled() {
            deadlines = deadlines[head...].filter { $0.encoder.openBatch?.id == $0.batch }
            head = 0
        }

        private func seal(_ partitions: [AssignedPartition]?, _ reason: SealReason) {
            if let partitions {
                for partition in partitions { encoders[ObjectIdentifier(partition)]?.seal(reason) }
            } else {
                for encoder in encoders.values { encoder.seal(reason) }
            }
        }

        func timeToNextSeal(_ now: Duration) -> Duration {
            guard head < deadlines.count else { return .seconds(1) }
            return min(max(deadlines[head].time - now, .zero), .seconds(1))
        }

        mutating func sealExpired(_ now: Duration) {
            while head < deadlines.count, deadlines[head].time <= now {
                let due = deadlines[head]
                if due.encoder.openBatch?.id == due.batch { due.encoder.seal(.age) }
                head += 1
            }
            if head > 1024 || head == deadlines.count {
                deadlines.removeFirst(head)
                head = 0
            }
        }
    }
}
