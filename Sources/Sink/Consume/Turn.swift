internal import Kafka
internal import Logging
internal import Metrics
internal import Synchronization

/// The poll thread's state: which partitions are held, which are on their way out, and what is due when.
///
/// Thread-confined; see ``PollLoop`` for the rules.
struct Turn: ~Copyable {
    /// Partitions on their way out.
    private struct Leaving {
        /// What the group named, topics without a table included.
        var names: [TopicPartition]
        let partitions: [AssignedPartition]
        let deadline: Duration
        let sealed: SealReceipt
    }

    private var consumer: GroupMember
    private let settings: ConsumerSettings
    private let around: PollLoop.Surroundings
    private var held: [TopicPartition: AssignedPartition] = [:]
    private var leaving: [Leaving] = []
    private var isLeaving: Set<TopicPartition> = []
    private var isPaused = false
    private var isCommitting = false
    private var stopDeadline: Duration?
    private var stopReceipt: SealReceipt?
    private var nextCommit: Duration
    private var lag: LagReport
    private var client: ClientMetrics
    private var nextLane = 0
    private var turns: FetchTurns
    private var errors: ClientErrorLog

    init(consumer: consuming GroupMember, settings: ConsumerSettings, around: PollLoop.Surroundings) {
        self.settings = settings
        self.around = around
        client = around.client
        errors = ClientErrorLog(logger: around.logger)
        turns = FetchTurns(limits: settings.turns)
        lag = LagReport(
            offsets: consumer.offsets,
            metrics: around.metrics,
            beginsAtEnd: settings.beginsAtEnd,
            now: around.clock.now()
        )
        nextCommit = around.clock.now() + settings.commitInterval
        self.consumer = consumer
    }

    /// Joins the group.
    mutating func begin() throws(KafkaError) { try consumer.subscribe(to: settings.topics) }

    /// Leaves the group, at most within `timeout`.
    consuming func close(timeout: Duration) { consumer.close(timeout: timeout) }

    /// Polls once and does what is due.
    /// - Returns: Whether there is another turn.
    mutating func take() throws(KafkaError) -> Bool {
        around.onTurn()
        if stopDeadline == nil, around.stop.isRequested { beginStop() }
        if stopDeadline == nil, !isPaused { awaitRoom() }
        let isWaiting = stopDeadline != nil || !leaving.isEmpty || isPaused
        let polled = try consumer.poll(
            maximumMessages: settings.messagesPerPoll,
            timeout: .milliseconds(isWaiting ? 20 : 100)
        )
        for event in polled.events { try handle(event) }
        if let messages = polled.messages, stopDeadline == nil { dispatch(messages) }
        if stopDeadline == nil {
            try minimizeBuffers()
            try takeTurns()
        }
        try finishLeaving()
        try commitIfDue()
        lag.showIfDue(around.clock.now(), held.values, mayAsk: !around.stop.isRequested) {
            [isPaused, turns] in !isPaused && turns.isFetched($0)
        }
        return !isStopped
    }

    /// Commits the safe prefix once the loop has stopped.
    mutating func end() throws(KafkaError) {
        let left = held.values.filter { !$0.isDrained }
        for partition in left {
            around.logger.warning(
                "stopped before everything read was ingested; the next start reads it again",
                [
                    "kafka.topic": partition.topicPartition.topic,
                    "kafka.partition": String(partition.topicPartition.partition),
                    "kafka.offset": partition.committable.map(String.init) ?? "none",
                    "batches": String(partition.pendingBatches),
                ]
            )
        }
        try commitNow(Array(held.values))
        // A revocation that nobody answers keeps the client from ever closing.
        for group in leaving where !group.names.isEmpty { try? consumer.unassign(group.names) }
        abandonAll()
    }

    /// Gives up every partition without committing.
    mutating func abandonAll() {
        forget(Array(held.values))
    }

    // MARK: Records

    private mutating func dispatch(_ messages: ReceivedMessages) {
        around.metrics.consumed.increment(by: messages.count)
        var work = Array(repeating: [EncoderLane.AssignedRun](), count: around.lanes.count)
        for run in messages.runs {
            guard let partition = held[run.topicPartition], !isLeaving.contains(run.topicPartition) else { continue }
            turns.note(
                run.topicPartition,
                next: messages.offset(at: run.range.upperBound - 1) + 1,
                records: run.range.count,
                bytes: run.bytes
            )
            work[partition.lane].append(EncoderLane.AssignedRun(partition: partition, range: run.range))
        }
        turns.noteEnd(ofFullPoll: messages.count == settings.messagesPerPoll, around.clock.now())
        for (lane, runs) in zip(around.lanes, work) where !runs.isEmpty { lane.add(messages, runs) }
    }

    /// Lets ingestion catch up before more is read, instead of sending to disk what will be gone in a moment.
    private func awaitRoom() {
        let pageBytes = PagePool.pageBytes
        let pool = around.buffers.pool
        let deadline = around.clock.now() + .milliseconds(500)
        while pool.isLow, around.queue.movingBytes > pool.capacity * pageBytes / 2, around.clock.now() < deadline {
            pool.awaitFreedPages(timeout: .milliseconds(20))
        }
    }

    /// Fetches from a few partitions at a time while most are behind; what the others have open needs little memory then.
    private mutating func takeTurns() throws(KafkaError) {
        let now = around.clock.now()
        guard !isPaused, turns.isDue(now) else { return }
        let before = turns.restingCount
        let change = turns.plan(now: now) { [offsets = consumer.offsets, held] name in
            guard let (low, high) = offsets.cachedWatermarks(name) else { return nil }
            return held[name]?.standing.committable.map { (max($0, low), high) }
        }
        guard !change.isEmpty else { return }
        try consumer.pause(change.pause)
        let resting = change.pause.compactMap { held[$0] }
        for index in around.lanes.indices { around.lanes[index].add(.rest(resting.filter { $0.lane == index })) }
        try consumer.resume(change.resume)
        around.metrics.resting.add(Double(turns.restingCount - before))
        if (before == 0) != (turns.restingCount == 0) {
            around.logger.debug(
                before == 0
                    ? "most partitions are behind, they are fetched in turn" : "all partitions are fetched again",
                ["partitions": String(held.count), "partitions.resting": String(turns.restingCount)]
            )
        }
    }

    private mutating func leaveTurns(_ partitions: [TopicPartition]) {
        let before = turns.restingCount
        turns.remove(partitions)
        around.metrics.resting.add(Double(turns.restingCount - before))
    }

    private mutating func minimizeBuffers() throws(KafkaError) {
        if !isPaused, around.buffers.isExhausted {
            isPaused = true
            try consumer.pause(fetched)
            around.metrics.paused.add(1)
            around.logger.warning(
                "buffers are full, consumption pauses until they are half empty",
                [
                    "buffer.memory_bytes": String(around.buffers.memoryBytes),
                    "buffer.disk_bytes": String(around.buffers.disk.usedBytes),
                    "buffer.disk_refusal": around.buffers.disk.refusals.reason ?? "none",
                ]
            )
            // Open batches are part of what fills the buffers.
            for lane in around.lanes { lane.add(.seal(nil, .pressure, done: {})) }
        } else if isPaused, around.buffers.isRelieved {
            isPaused = false
            try consumer.resume(fetched)
            around.metrics.paused.add(-1)
            around.logger.info("buffers are half empty, consumption goes on")
        }
    }

    private var fetched: [TopicPartition] {
        held.keys.filter { !isLeaving.contains($0) && turns.isFetched($0) }
    }

    // MARK: The group

    private mutating func handle(_ event: GroupMemberEvent) throws(KafkaError) {
        switch event {
        case .assigned(let partitions): try adopt(partitions)
        case .revoked(let partitions): beginLeaving(partitions)
        case .lost(let partitions): try lose(partitions)
        case .committed(let offsets):
            // The library also announces the commits that were waited for, which are counted where they are made.
            if isCommitting { around.metrics.commits.increment() }
            isCommitting = false
            noteCommitted(offsets)
        case .reachedEnd: break
        case .statistics(let statistics): client.show(statistics)
        case .commitFailed(let error):
            guard isCommitting else { break }
            isCommitting = false
            around.metrics.commitFailures.increment()
            around.logger.warning("offsets were not committed, will be tried again", ["error": error.message])
        case .error(let error), .topicError(_, let error), .partitionError(_, _, let error):
            if error.isFatal { throw error }
            if let remedy = Self.remedy(for: error) { throw KafkaError(error.code, "\(error.message); \(remedy)") }
            errors.note(error, around.clock.now())
        }
    }

    private mutating func adopt(_ partitions: [TopicPartition]) throws(KafkaError) {
        around.metrics.rebalances.increment()
        around.onJoined()
        for topicPartition in partitions {
            guard let route = around.router.route(for: topicPartition.topic) else {
                around.stop.fail(
                    SinkFailure(
                        .unmappedTopic,
                        "topic \(topicPartition.topic) has no table: add it, or '*', to kusto.tables.topics.mapping, "
                            + "or narrow topics.regex"
                    )
                )
                continue
            }
            let partition = AssignedPartition(topicPartition, route: route, lane: nextLane)
            nextLane = (nextLane + 1) % around.lanes.count
            held[topicPartition] = partition
            lag.add(partition)
        }
        around.metrics.assigned.add(Double(partitions.count))
        around.logger.info("partitions assigned", Self.list(partitions))
        try consumer.assign(partitions, at: starts(of: partitions))
        turns.add(partitions.filter { held[$0] != nil })
        if isPaused || stopDeadline != nil { try consumer.pause(partitions) }
    }

    /// Where reading begins: at the group's offset, else where `auto.offset.reset` says; left out where it says nowhere.
    private func starts(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        let committed = try consumer.offsets.committed(partitions, timeout: .seconds(5)).mapValues(\.offset)
        guard settings.mayChooseOffsets else { return committed }
        let missing = partitions.filter { committed[$0] == nil }
        let ends = try consumer.offsets.watermarks(missing, timeout: .seconds(5))
        return committed.merging(ends.mapValues { settings.beginsAtEnd ? $0.high : $0.low }) { first, _ in first }
    }

    private mutating func beginLeaving(_ partitions: [TopicPartition]) {
        around.metrics.rebalances.increment()
        around.logger.info("partitions revoked, finishing their batches", Self.list(partitions))
        let assigned = partitions.compactMap { held[$0] }
        isLeaving.formUnion(partitions)
        leaveTurns(partitions)
        let deadline = around.clock.now() + settings.revokeTime
        leaving.append(
            Leaving(names: partitions, partitions: assigned, deadline: deadline, sealed: seal(assigned, .revoke))
        )
    }

    private mutating func finishLeaving() throws(KafkaError) {
        let now = around.clock.now()
        var index = 0
        while index < leaving.count {
            let group = leaving[index]
            if now >= group.deadline || group.sealed.isComplete && group.partitions.allSatisfy(\.isDrained) {
                leaving.remove(at: index)
                try commitNow(group.partitions)
                forget(group.partitions)
                try giveBack(group.names)
            } else {
                index += 1
            }
        }
    }

    private mutating func lose(_ partitions: [TopicPartition]) throws(KafkaError) {
        around.metrics.rebalances.increment()
        around.logger.warning(
            "partitions lost: another member may have them, nothing is committed",
            Self.list(partitions)
        )
        let lost = partitions.compactMap { held[$0] }
        forget(lost)
        isLeaving.subtract(partitions)
        for index in leaving.indices { leaving[index].names.removeAll { partitions.contains($0) } }
        leaving.removeAll { $0.names.isEmpty }
        try consumer.unassign(partitions)
    }

    private mutating func giveBack(_ names: [TopicPartition]) throws(KafkaError) {
        isLeaving.subtract(names)
        try consumer.unassign(names)
        around.logger.info("partitions given back", Self.list(names))
    }

    private mutating func forget(_ partitions: [AssignedPartition]) {
        leaveTurns(partitions.map(\.topicPartition))
        for partition in partitions {
            partition.abandon()
            held[partition.topicPartition] = nil
            isLeaving.remove(partition.topicPartition)
            lag.remove(partition.topicPartition)
            around.lanes[partition.lane].add(.forget(partition))
        }
        around.metrics.assigned.add(-Double(partitions.count))
        around.queue.purge()
    }

    private func seal(_ partitions: [AssignedPartition], _ reason: SealReason) -> SealReceipt {
        let receipt = SealReceipt(count: around.lanes.count)
        for index in around.lanes.indices {
            around.lanes[index].add(.seal(partitions.filter { $0.lane == index }, reason, done: receipt.check))
        }
        return receipt
    }

    // MARK: Stopping

    private mutating func beginStop() {
        stopDeadline = around.clock.now() + settings.drainTime
        around.logger.info("stopping: no more records are read, buffered ones are ingested")
        if !held.isEmpty, !isPaused { try? consumer.pause(Array(held.keys)) }
        stopReceipt = seal(Array(held.values), .stop)
        around.queue.hurry()
    }

    private var isStopped: Bool {
        guard let stopDeadline else { return false }
        if around.clock.now() >= stopDeadline || around.stop.isUrgent { return true }
        // The last commit waits for a rebalance that is under way.
        guard stopReceipt?.isComplete == true, consumer.mayCommit || held.isEmpty else { return false }
        // After a failure only what is on its way is waited for: the failed batch itself will never be done.
        if around.stop.failure != nil { return around.queue.count == 0 }
        return held.values.allSatisfy(\.isDrained)
    }

    // MARK: Offsets

    private mutating func commitIfDue() throws(KafkaError) {
        let now = around.clock.now()
        guard now >= nextCommit, !isCommitting, stopDeadline == nil, consumer.mayCommit else { return }
        nextCommit = now + settings.commitInterval
        let offsets = uncommitted(held.values)
        guard !offsets.isEmpty else { return }
        isCommitting = true
        do throws(KafkaError) {
            try consumer.commit(offsets.mapValues { CommittedOffset($0) }, mode: .async)
        } catch {
            isCommitting = false
            if error.isFatal { throw error }
            around.metrics.commitFailures.increment()
            around.logger.warning("offsets were not committed, will be tried again", ["error": error.message])
        }
    }

    private mutating func commitNow(_ partitions: [AssignedPartition]) throws(KafkaError) {
        let offsets = uncommitted(partitions)
        guard !offsets.isEmpty else { return }
        do throws(KafkaError) {
            try consumer.commit(
                offsets.mapValues { CommittedOffset($0) },
                mode: .sync(deadline: .seconds(5))
            )
            around.metrics.commits.increment()
            noteCommitted(offsets)
        } catch {
            if error.isFatal { throw error }
            around.metrics.commitFailures.increment()
            around.logger.warning(
                "offsets were not committed; the next reader repeats what lies behind them",
                ["error": error.message]
            )
        }
    }

    private func uncommitted(_ partitions: some Sequence<AssignedPartition>) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for partition in partitions {
            if let offset = partition.uncommitted { offsets[partition.topicPartition] = offset }
        }
        return offsets
    }

    private mutating func noteCommitted(_ offsets: [TopicPartition: Int64]) {
        for (partition, offset) in offsets {
            held[partition]?.noteCommitted(offset)
        }
    }

    /// What to do about an error after which the client would go on without ever reading the partition or topic again.
    private static func remedy(for error: KafkaError) -> String? {
        switch error.code {
        case .noOffset: "set consumer.override.auto.offset.reset to earliest or latest, or give the group an offset"
        case .offsetReset: "the topic was made anew, lost records at its end, or deletes them before they are read"
        case .corruptData: "the broker's copy of these records is broken; a restart stops at the same place"
        case .authorization: "grant the user the right to read the topic and the group"
        default: nil
        }
    }

    // MARK: Words

    private static func list(_ partitions: [TopicPartition]) -> [String: String] {
        let names = partitions.prefix(20).map { "\($0.topic)-\($0.partition)" }.joined(separator: ",")
        return ["kafka.partitions": partitions.count > 20 ? names + ",…" : names, "count": String(partitions.count)]
    }
}
