internal import Kafka
internal import KafkaClients
internal import Logging
internal import Metrics

/// The poll thread's state, and what one turn of its loop does with it.
///
/// It connects the parts that decide: ``Assignment`` about the group's partitions, ``Positions`` about where reading
/// begins and goes on, ``FlowControl`` about what is fetched, ``Committer`` about commits. Thread-confined; see
/// ``PollLoop``.
struct Turn: ~Copyable {
    var member: GroupMember
    let settings: ConsumerSettings
    let around: PollLoop.Surroundings
    var assignment: Assignment
    var positions: Positions
    var readings: Readings
    private var receipts: [Int: SealReceipt] = [:]
    var flow: FlowControl
    var feed: LaneFeed<ReceivedMessages>
    var committer: Committer
    var lag: LagReport
    var stalls: Stalls
    var problems: ProblemReport
    var unmapped: UnmappedTopics
    var client: ClientMetrics
    var errors: ClientErrorLog
    let contact: BrokerContact
    /// Whether the group has given this member an assignment, empty or not.
    var hasJoined = false
    var fullBuffers = FullBuffers()

    init(member: consuming GroupMember, settings: ConsumerSettings, around: PollLoop.Surroundings) {
        self.settings = settings
        self.around = around
        let now = around.clock.now()
        assignment = Assignment(
            revokeTime: settings.revokeTime,
            locateTime: settings.locateTime,
            drainTime: settings.drainTime
        )
        positions = Positions(reader: member.offsets, policy: settings.resetPolicy, clock: around.clock)
        readings = Readings(around: around)
        flow = FlowControl(turns: settings.turns, around: around)
        feed = LaneFeed(lanes: around.lanes.count, patience: settings.lanePatience)
        committer = Committer(
            interval: settings.commitInterval,
            metrics: around.metrics,
            logger: around.logger,
            now: now
        )
        lag = LagReport(reader: member.offsets, metrics: around.metrics, now: now)
        stalls = Stalls(metrics: around.metrics)
        problems = ProblemReport(observer: around.observer, clock: around.clock, logger: around.logger)
        unmapped = UnmappedTopics(metrics: around.metrics, logger: around.logger)
        client = around.client
        errors = ClientErrorLog(logger: around.logger)
        contact = BrokerContact(reader: member.offsets, clock: around.clock)
        client.show(isReachable: true)
        self.member = member
    }

    /// Joins the group.
    /// - Throws: ``KafkaError``.
    mutating func begin() throws(KafkaError) { try member.subscribe(to: settings.topics) }

    /// Polls once and does what is due.
    ///
    /// After an error that is not fatal the worker stops in good order: what was read is ingested and committed.
    /// - Returns: Whether there is another turn.
    /// - Throws: ``KafkaError`` when the client cannot be used any more.
    mutating func take() throws(KafkaError) -> Bool {
        around.onTurn()
        if around.stop.isRequested, !assignment.isStopping { try beginStop() }
        if !assignment.isStopping, !flow.isBlocked { awaitRoom() }
        try orStop { turn throws(KafkaError) in try turn.member.seekIfFree() }
        takeLogin()
        let polled = try member.poll(maximumMessages: settings.messagesPerPoll, timeout: patience)
        for event in polled.events {
            try orStop { turn throws(KafkaError) in try turn.handle(event) }
        }
        if !assignment.isStopping {
            if let messages = polled.messages { dispatch(messages) }
            noteEnds(polled.events)
            try orStop { turn throws(KafkaError) in try turn.controlFlow() }
            try orStop { turn throws(KafkaError) in try turn.readAgain() }
            try orStop { turn throws(KafkaError) in try turn.readOn() }
        }
        readings.settleEnds()
        let actions = dueActions()
        try orStop { turn throws(KafkaError) in try turn.perform(actions) }
        if !assignment.owesAnswer { member.noteAnswered() }
        if !assignment.isStopping {
            try committer.commitIfDue(readings.partitions, through: member, around.clock.now())
        }
        showLag()
        watchSurroundings()
        return !isStopped
    }

    /// Signs in with another user and password from now on, if there are new ones.
    private mutating func takeLogin() {
        guard let login = around.inbox.takeLogin() else { return }
        do throws(KafkaError) {
            try member.setCredentials(user: login.user, password: login.password)
        } catch {
            errors.note(error, around.clock.now())
        }
    }

    /// Commits what is settled once the loop has stopped, and gives up the rest.
    /// - Throws: ``KafkaError`` when the client cannot be used any more.
    mutating func end() throws(KafkaError) {
        for reading in readings.all where !reading.partition.isDrained {
            around.logger.warning(
                "stopped before everything read was ingested; the next start reads it again",
                GroupWords.place(reading.partition.topicPartition)
                    .merging(reading.partition.committable.map { ["kafka.offset": $0] } ?? [:]) { $1 }
                    .merging(["batches": reading.partition.pendingBatches]) { $1 }
            )
        }
        let partitions = readings.partitions
        abandon(partitions)
        readings.settleEnds()
        try committer.commitNow(partitions, through: member, timeout: settings.lastCommitTime)
        // An unanswered revocation would keep the client from ever closing.
        let owed = readings.partitions(of: assignment.end()).map(\.topicPartition)
        forget(partitions)
        if !owed.isEmpty { try? member.unassign(owed) }
        endReports()
    }

    /// Gives up every partition without committing.
    mutating func abandonAll() {
        let partitions = readings.partitions
        abandon(partitions)
        forget(partitions)
        endReports()
    }

    /// Takes back what this task has shown: the process may go on with other tasks.
    private mutating func endReports() {
        lag.end()
        unmapped.end()
        flow.end()
        client.end()
        problems.end()
    }

    /// Leaves the group, at most within `timeout`.
    consuming func close(timeout: Duration) {
        positions.cancel()
        member.close(timeout: timeout)
    }

    /// Runs a step; an error that is not fatal stops the worker in good order.
    private mutating func orStop(_ step: (inout Turn) throws(KafkaError) -> Void) throws(KafkaError) {
        do throws(KafkaError) {
            try step(&self)
        } catch {
            if error.isFatal { throw error }
            around.stop.fail(GroupWords.failure(error))
        }
    }

    /// How long the next poll may wait for records.
    private var patience: Duration {
        // What is asked for is not done any more while the worker stops.
        if !assignment.isStopping, around.inbox.isAwake { return .zero }
        let isWaiting = assignment.isStopping || assignment.owesAnswer || flow.isBlocked || feed.isStuck
        return .milliseconds(isWaiting ? 20 : 100)
    }

    // MARK: Records

    private mutating func dispatch(_ messages: ReceivedMessages) {
        contact.noteAnswer()
        around.metrics.consumed.increment(by: messages.count)
        var work = Array(repeating: [EncoderLane.AssignedRun](), count: around.lanes.count)
        for run in messages.runs {
            let name = run.topicPartition
            guard assignment.isRead(name) else { continue }
            let first = messages.offset(at: run.range.lowerBound)
            if let expected = readings[name]?.next, first < expected {
                // Offsets only go back when the log is another one.
                readings.goOn(name, after: .truncated(from: expected, to: first))
                committer.hasten()
            }
            guard let partition = readings[name]?.partition else { continue }
            let next = messages.offset(at: run.range.upperBound - 1) + 1
            readings.advance(name, to: next)
            stalls.advance(name, &problems)
            flow.note(name, next: next, records: run.range.count, bytes: run.bytes)
            work[partition.lane].append(EncoderLane.AssignedRun(partition: partition, range: run.range))
        }
        flow.noteEnd(ofFullPoll: messages.count == settings.messagesPerPoll, around.clock.now())
        feed.add(messages, work, hand: hand)
    }

    private var hand: LaneFeed<ReceivedMessages>.Hand {
        { [lanes = around.lanes] lane, messages, runs, timeout in lanes[lane].add(messages, runs, timeout: timeout) }
    }

    /// Notes which partitions have nothing more for the moment; called after the records of the same poll were handled.
    private mutating func noteEnds(_ events: [GroupMemberEvent]) {
        for case .reachedEnd(let name, let offset) in events {
            // Records of other partitions were not taken, so their ends say nothing.
            guard assignment.isRead(name) else { continue }
            readings.note(name, end: offset)
            flow.note(name, next: offset, records: 0, bytes: 0)
        }
    }

    // MARK: What is fetched

    /// Lets ingestion catch up before more is read, instead of writing to disk what will be ingested in a moment.
    private func awaitRoom() {
        let pageBytes = PagePool.pageBytes
        let pool = around.buffers.pool
        let deadline = around.clock.now() + .milliseconds(500)
        while pool.isLow, around.queue.movingBytes > pool.capacity * pageBytes / 2, around.clock.now() < deadline {
            pool.awaitFreedPages(timeout: .milliseconds(20))
        }
    }

    private mutating func controlFlow() throws(KafkaError) {
        feed.retry(hand: hand)
        flow.note(stuckLanes: around.lanes.indices.filter(feed.isStuck), of: readings.partitions)
        flow.take(around.inbox.take())
        let advice = flow.decide(around.clock.now()) { [offsets = member.offsets, readings] name in
            guard let (low, high) = offsets.cachedWatermarks(name) else { return nil }
            return readings[name]?.partition.committable.map { (max($0, low), high) }
        }
        if advice.sealsAll { readings.sealAll() }
        try applyFlow()
        readings.rest(advice.resting)
    }

    private mutating func applyFlow() throws(KafkaError) {
        let change = flow.takeChanges()
        try member.pause(change.pause)
        try member.resume(change.resume)
    }

    // MARK: The group

    /// Does what the assignment asks for, in order.
    mutating func perform(_ actions: [Assignment.Action]) throws(KafkaError) {
        for action in actions {
            switch action {
            case .locate(let partitions): positions.locate(partitions, until: around.clock.now() + settings.locateTime)
            case .read(let partitions): try read(partitions)
            case .seal(let partitions, let reason, let number):
                let assigned = readings.partitions(of: partitions)
                // Records that no lane has taken yet are read again by the partitions' next owner.
                feed.drop(assigned)
                receipts = receipts.filter { !$0.value.isComplete }
                receipts[number] = readings.seal(assigned, reason)
            case .stopReading: flow.stop()
            case .leave(let partitions, let commits): try leave(partitions, commits: commits)
            }
        }
        try applyFlow()
    }

    private mutating func read(_ partitions: [TopicPartition]) throws(KafkaError) {
        let found = positions.takeStarts()
        if let name = found.refused.first { around.stop.fail(GroupWords.noOffset(name)) }
        var starts: [TopicPartition: Int64] = [:]
        let wanted = partitions.filter { !found.refused.contains($0) }
        for name in wanted {
            guard let route = around.router.route(for: name.topic) else { continue }
            let start = found.starts[name]
            starts[name] = start?.offset
            lag.add(readings.begin(name, route: route, at: start))
        }
        try member.assign(wanted, at: starts)
        flow.add(readings.partitions(of: wanted))
        let unknown = wanted.filter { starts[$0] == nil }
        if !starts.isEmpty {
            around.logger.info("partitions are read", GroupWords.list(Array(starts.keys), from: starts))
        }
        if !unknown.isEmpty { beginLater(unknown, found.failure) }
        for topic in Set(wanted.map(\.topic)) { problems.cleared("topic \(topic)") }
        committer.hasten()
    }

    /// Lets partitions wait until it is known where they begin; only the worker decides that, never the client.
    private mutating func beginLater(_ names: [TopicPartition], _ failure: KafkaError?) {
        around.logger.warning(
            "it is not known yet where partitions begin, they wait until Kafka says so",
            GroupWords.list(names).merging(["error": failure?.message ?? "no answer in time"]) { $1 }
        )
        for name in names { positions.noteLoss(of: name, at: nil) }
        flow.pause(names, .position)
    }

    /// Moves partitions whose next offset is not in their log to where reading goes on, as far as that is known.
    private mutating func readOn() throws(KafkaError) {
        if let name = positions.takeRefused().first { around.stop.fail(GroupWords.noOffset(name)) }
        for (name, reset) in positions.takeResets(around.clock.now()) where assignment.isRead(name) {
            if settings.resetPolicy == .refuse, let refused = reset.refused {
                around.stop.fail(GroupWords.noOffset(name, at: refused))
                return
            }
            readings.goOn(name, after: reset)
            try member.seek(to: [name: reset.offset])
            flow.resume([name], .position)
            committer.hasten()
        }
    }

    private mutating func leave(_ names: [TopicPartition], commits: Bool) throws(KafkaError) {
        let partitions = readings.partitions(of: names)
        abandon(partitions)
        if commits {
            readings.settleEnds()
            try committer.commitNow(partitions, through: member, timeout: settings.commitTime)
        }
        unmapped.remove(names)
        forget(partitions)
        try member.unassign(partitions.map(\.topicPartition))
        if !names.isEmpty { around.logger.info("partitions given back", GroupWords.list(names)) }
    }

    /// Ends all work for partitions.
    ///
    /// This comes before the decision what to commit: the next owner reads again whatever is accepted after it.
    private mutating func abandon(_ partitions: [AssignedPartition]) {
        for partition in partitions { partition.abandon() }
        feed.drop(partitions)
        for batch in around.queue.purge() { around.health.abandoned(batch) }
        around.recoverer.purge()
    }

    private mutating func forget(_ partitions: [AssignedPartition]) {
        let names = partitions.map(\.topicPartition)
        readings.forget(partitions)
        flow.remove(names)
        positions.forget(names)
        lag.remove(names)
        for name in names { stalls.advance(name, &problems) }
    }

    private mutating func dueActions() -> [Assignment.Action] {
        var actions: [Assignment.Action] = []
        if positions.takeAnswers() { actions += assignment.located() }
        actions += assignment.tick(
            around.clock.now(),
            isSealed: { [receipts] in receipts[$0]?.isComplete ?? true },
            isSettled: { [readings] in readings[$0]?.partition.isDrained ?? true }
        )
        return actions
    }

    // MARK: Stopping

    private mutating func beginStop() throws(KafkaError) {
        around.logger.info("stopping: no more records are read, buffered ones are ingested")
        let actions = assignment.beginStop(around.clock.now())
        try orStop { turn throws(KafkaError) in try turn.perform(actions) }
        around.queue.hurry()
    }

    private var isStopped: Bool {
        if assignment.isStopping, around.stop.isUrgent { return true }
        return assignment.isStopped(
            around.clock.now(),
            mayCommit: member.mayCommit,
            isSealed: { [receipts] in receipts[$0]?.isComplete ?? true },
            isDone: { [around, readings] in
                // After a failure, wait only for what is on its way: the failed batch itself will never be done.
                around.stop.failure != nil ? around.queue.count == 0 : readings.areDrained
            }
        )
    }
}
