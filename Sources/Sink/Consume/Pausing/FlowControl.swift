internal import Kafka
internal import Logging
internal import Metrics

/// Decides which partitions are fetched, as buffers, lanes and other threads allow and as turns come.
///
/// - **Buffers full.** Everything is paused until the buffers are half empty; polling goes on so that the group keeps
///   the member. A pause throws prefetched messages away, hence the distance between full and half.
/// - **A table whose batches cannot leave.** Its partitions are paused before it fills the buffers, see
///   ``BufferShares``.
/// - **Many partitions behind.** They are fetched in turn, see ``FetchTurns``.
///
/// Thread-confined to the poll thread, which tells the client.
struct FlowControl {
    /// What the lanes are to be told after a decision.
    struct Advice {
        /// Whether all open batches should leave: they are part of what fills the buffers.
        var sealsAll = false
        /// The partitions that will bring nothing for a while.
        var resting: [TopicPartition] = []
    }

    private(set) var reasons = PauseReasons()
    private var turns: FetchTurns
    private let around: PollLoop.Surroundings
    private var stuckLanes: [Int] = []
    private var shares: TableShares

    init(turns limits: FetchTurnLimits, around: PollLoop.Surroundings) {
        turns = FetchTurns(limits: limits)
        shares = TableShares(buffers: around.buffers, hasSeveralTables: around.router.hasSeveralTables)
        self.around = around
    }

    /// Whether nothing is fetched because the buffers are full.
    var isBlocked: Bool { reasons.holds(.buffers) }

    /// Whether a partition is fetched.
    func isFetched(_ partition: TopicPartition) -> Bool { reasons.isFetched(partition) }

    /// Adds partitions that the client was told to fetch.
    mutating func add(_ partitions: [AssignedPartition]) {
        let names = partitions.map(\.topicPartition)
        reasons.add(names)
        turns.add(names)
        for partition in partitions { shares.add(partition) }
        reasons.pause(names.filter(shares.isOver), .share)
    }

    /// Forgets partitions.
    mutating func remove(_ partitions: [TopicPartition]) {
        leaveTurns(partitions)
        reasons.remove(partitions)
        shares.remove(partitions)
    }

    /// Stops fetching partitions that the group has taken.
    mutating func leave(_ partitions: [TopicPartition]) {
        reasons.pause(partitions, .leaving)
        leaveTurns(partitions)
    }

    /// Notes what a partition has brought; see ``FetchTurns/note(_:next:records:bytes:)``.
    mutating func note(_ partition: TopicPartition, next: Int64, records: Int, bytes: Int) {
        turns.note(partition, next: next, records: records, bytes: bytes)
    }

    /// Notes that a poll's records were all noted.
    mutating func noteEnd(ofFullPoll isFull: Bool, _ now: Duration) { turns.noteEnd(ofFullPoll: isFull, now) }

    /// Pauses partitions for a reason of the poll thread's own.
    mutating func pause(_ partitions: [TopicPartition], _ reason: PauseReason) { reasons.pause(partitions, reason) }

    /// Takes such a reason back.
    mutating func resume(_ partitions: [TopicPartition], _ reason: PauseReason) { reasons.resume(partitions, reason) }

    /// Stops fetching everything: the worker stops.
    mutating func stop() { reasons.pauseAll(.stop) }

    /// Takes back what this task has shown as paused, since it ends; its partitions were removed before.
    mutating func end() {
        if isBlocked {
            reasons.resumeAll(.buffers)
            around.metrics.paused.add(-1)
        }
        around.metrics.pausedTables.add(-Double(shares.end()))
    }

    /// Pauses the partitions of lanes that take no more records, and resumes the others.
    mutating func note(stuckLanes: [Int], of partitions: [AssignedPartition]) {
        guard !stuckLanes.isEmpty || !self.stuckLanes.isEmpty else { return }
        if self.stuckLanes != stuckLanes {
            around.logger.warning(
                stuckLanes.isEmpty
                    ? "all lanes take records again" : "a lane takes no more records, its partitions pause",
                ["lanes": stuckLanes.map(String.init).joined(separator: ",")]
            )
        }
        self.stuckLanes = stuckLanes
        for partition in partitions {
            if stuckLanes.contains(partition.lane) {
                reasons.pause([partition.topicPartition], .lane)
            } else {
                reasons.resume([partition.topicPartition], .lane)
            }
        }
    }

    /// Does what other threads have asked for.
    mutating func take(_ requests: [PollInbox.Request: Bool]) {
        for (request, isPaused) in requests {
            if isPaused {
                reasons.pause([request.partition], request.reason)
            } else {
                reasons.resume([request.partition], request.reason)
            }
        }
    }

    /// Looks at the buffers and at whose turn it is.
    /// - Parameter standing: What Kafka says about a partition, or `nil` while that is unknown.
    mutating func decide(_ now: Duration, standing: (TopicPartition) -> FetchTurns.Standing?) -> Advice {
        var advice = Advice()
        applyShares()
        minimizeBuffers(&advice, now)
        takeTurns(&advice, now, standing)
        return advice
    }

    private mutating func leaveTurns(_ partitions: [TopicPartition]) {
        let before = turns.restingCount
        turns.remove(partitions)
        reasons.resume(partitions, .turns)
        around.metrics.resting.add(Double(turns.restingCount - before))
    }

    /// Returns what the client has to be told.
    mutating func takeChanges() -> PauseReasons.Change { reasons.takeChanges() }

    /// Pauses tables whose batches cannot leave, so that the others have room.
    private mutating func applyShares() {
        for change in shares.decide() {
            let data: LogData = [
                "kusto.table": change.table, "kafka.partitions.count": change.partitions.count,
                "buffer.memory_bytes": change.held.memory, "buffer.disk_bytes": change.held.disk,
            ]
            if change.isOver {
                reasons.pause(change.partitions, .share)
                leaveTurns(change.partitions)
                around.logger.warning(
                    "a table's batches cannot be ingested and fill its share of the buffers, its partitions are paused",
                    data
                )
            } else {
                reasons.resume(change.partitions, .share)
                turns.add(change.partitions)
                around.logger.info(
                    "a table has freed most of its share of the buffers, its partitions are read again",
                    data
                )
            }
            around.metrics.pausedTables.add(change.isOver ? 1 : -1)
        }
    }

    private mutating func minimizeBuffers(_ advice: inout Advice, _ now: Duration) {
        if !isBlocked, around.buffers.isExhausted(beside: shares.kept) {
            reasons.pauseAll(.buffers)
            advice.sealsAll = true
            around.metrics.paused.add(1)
            around.logger.warning(
                "buffers are full, consumption pauses until they are half empty",
                [
                    "buffer.memory_bytes": around.buffers.memoryBytes,
                    "buffer.disk_bytes": around.buffers.disk.usedBytes,
                    "buffer.disk_refusal": around.buffers.disk.refusals.reason ?? "none",
                ]
            )
        } else if isBlocked, around.buffers.isRelieved(beside: shares.kept) {
            reasons.resumeAll(.buffers)
            // Small buffers fill up again before a poll could show that plenty comes.
            turns.noteRelief(now)
            around.metrics.paused.add(-1)
            around.logger.info("buffers are half empty, consumption goes on")
        }
    }

    /// Fetches from a few partitions at a time while most are behind; the open batches of the others then need little
    /// memory.
    private mutating func takeTurns(
        _ advice: inout Advice,
        _ now: Duration,
        _ standing: (TopicPartition) -> FetchTurns.Standing?
    ) {
        guard !isBlocked, turns.isDue(now) else { return }
        let before = turns.restingCount
        let change = turns.plan(now: now, standing: standing)
        guard !change.isEmpty else { return }
        reasons.pause(change.pause, .turns)
        reasons.resume(change.resume, .turns)
        advice.resting = change.pause
        around.metrics.resting.add(Double(turns.restingCount - before))
        if (before == 0) != (turns.restingCount == 0) {
            around.logger.debug(
                before == 0
                    ? "most partitions are behind, they are fetched in turn" : "all partitions are fetched again",
                ["partitions.resting": turns.restingCount]
            )
        }
    }
}
