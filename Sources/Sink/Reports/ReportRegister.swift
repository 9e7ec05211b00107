internal import FoundationEssentials
internal import Kafka
internal import Kusto

/// Decides what a report of ADX means for this process.
///
/// Several processes of one sink find all their reports under one key. A report belongs to whoever follows its batch; if
/// nobody does, to whoever holds the batch's partition now, since the process that queued the batch is gone or has given
/// the partition away.
///
/// Pure: the caller reads, settles, recovers and removes.
struct ReportRegister {
    /// What to do about a report.
    enum Verdict {
        /// Another process sees to it, or it has to be looked at again.
        case leave
        /// There is nothing to do but to remove it.
        case forget
        /// It is about this batch.
        case followed(FollowedBatch)
        /// It is about a batch of another process, or of an earlier assignment, which this process has to see to.
        case takenUp(AssignedPartition, OffsetRange, rows: Int)
    }

    /// How long ADX may say nothing about a batch before its report is not waited for any more.
    ///
    /// A batching policy takes half an hour at most, and ADX may be behind; what it says after that is still seen to.
    static let deadline = Duration.seconds(6 * 3600)
    /// The most batches that are followed without a place in the buffers.
    static let light = 10_000
    /// How long a report about rows that are in their table may stand while nobody removes it.
    static let patience = Duration.seconds(3600)

    private(set) var followed: [UUID: FollowedBatch] = [:]
    /// Batches that are being posted, or will be again, and are not followed yet: ADX may report about one before the
    /// answer to its post is there.
    private var posted: [UUID: AssignedPartition] = [:]
    /// Batches that were delivered once more since ADX said nothing about them.
    private var repeated: Set<UUID> = []
    /// Reports whose batches are being recovered.
    private var recovering: Set<UUID> = []
    /// Reports that were seen to and may still stand in a table.
    private var done: Set<UUID> = []
    /// Reports about rows that are in their tables, which others have to remove, with the time when they were first seen.
    private var others: [UUID: Duration] = [:]
    /// Reports of this process's partitions that can be decided about when they are seen once more.
    private var seen: Set<UUID> = []
    private var look = Look()
    /// Whether there are reports that can be decided about only in another look.
    private(set) var wantsAnotherLook = false

    /// What one look at the tables has found so far.
    private struct Look {
        /// What was done with before the look, and was not found by it.
        var absent: Set<UUID> = []
        var others: [UUID: Duration] = [:]
        var seen: Set<UUID> = []
        /// How many of these were not known before the look.
        var newOthers = 0
        var newSeen = 0
    }

    /// The most names of each kind that are remembered between looks.
    ///
    /// What finds no room is decided about later: these are all decided about in the end, and then make room.
    static let names = 10_000

    /// Whether reports are waited for.
    var isBusy: Bool { !followed.isEmpty || wantsAnotherLook }

    /// Notes that a batch is about to be posted.
    mutating func post(_ batch: SealedBatch) { posted[batch.sourceID] = batch.slices[0].partition }

    /// Notes that a batch is not posted any more, unless it is followed.
    mutating func endPost(_ sourceID: UUID) { posted[sourceID] = nil }

    /// Adds a batch.
    /// - Parameter isLight: Whether a batch that finds no room is left to be taken up by what stands in the tables; else
    ///   it is followed, and keeps its place in the buffers.
    mutating func follow(_ batch: SealedBatch, since: Duration, isLight: Bool) -> FollowedBatch? {
        posted[batch.sourceID] = nil
        let isFull = followed.count >= Self.light
        if isFull, isLight { return nil }
        let entry = FollowedBatch(batch, since: since, isKept: isFull)
        followed[batch.sourceID] = entry
        return entry
    }

    /// Forgets batches whose partitions went to other members, and returns them.
    mutating func purge() -> [FollowedBatch] {
        let gone = followed.values.filter(\.isAbandoned)
        for batch in gone { followed[batch.sourceID] = nil }
        posted = posted.filter { !$0.value.isAbandoned }
        return gone
    }

    /// Stops following the oldest batches about which ADX has said nothing until ``deadline``, and returns them.
    ///
    /// Parts of refused batches have deadlines of their own.
    /// - Parameters:
    ///   - limit: The most batches.
    ///   - isRepeated: Whether they are delivered once more, so that a later report about them says nothing new.
    mutating func expire(now: Duration, limit: Int, isRepeated: Bool) -> [FollowedBatch] {
        let silent = followed.values.filter { now - $0.since >= Self.deadline && !$0.isPart }
        let expired = silent.sorted { $0.since < $1.since }.prefix(max(0, limit))
        for batch in expired {
            followed[batch.sourceID] = nil
            if isRepeated, repeated.count < Self.names { repeated.insert(batch.sourceID) }
        }
        return Array(expired)
    }

    /// Stops following a batch.
    mutating func drop(_ sourceID: UUID) { followed[sourceID] = nil }

    /// Notes that a recovery has begun, or that it was left to somebody else.
    mutating func note(recovering sourceID: UUID, _ isRecovering: Bool) {
        if isRecovering { recovering.insert(sourceID) } else { recovering.remove(sourceID) }
    }

    /// Notes that a report was seen to.
    mutating func note(done sourceID: UUID) {
        recovering.remove(sourceID)
        done.insert(sourceID)
        look.absent.remove(sourceID)
    }

    /// Begins a look at the tables, whose pages ``judge(_:held:now:room:)`` gets one after the other.
    mutating func beginLook() {
        look = Look(absent: done)
        wantsAnotherLook = false
    }

    /// Ends a look that has seen all pages.
    /// - Parameter isComplete: Whether every table has answered.
    mutating func endLook(isComplete: Bool) {
        // What is not in the tables any more need not be remembered.
        if isComplete || done.count > Self.names { done.subtract(look.absent) }
        seen = look.seen
        others = look.others
        look = Look()
    }

    /// Decides about the reports of a page.
    /// - Parameter room: How many batches may be taken up; others are left to later looks.
    mutating func judge(
        _ reports: [IngestionReport],
        held: (TopicPartition) -> AssignedPartition?,
        now: Duration,
        room: Int
    ) -> [(IngestionReport, Verdict)] {
        var room = room
        return reports.map { report in (report, judge(report, held, now, &room)) }
    }

    private mutating func judge(
        _ report: IngestionReport,
        _ held: (TopicPartition) -> AssignedPartition?,
        _ now: Duration,
        _ room: inout Int
    ) -> Verdict {
        let name = report.sourceID
        guard report.status != .pending, report.status != .queued else { return .leave }
        if done.contains(name) {
            look.absent.remove(name)
            return .forget
        }
        if recovering.contains(name) { return .leave }
        if repeated.remove(name) != nil {
            note(done: name)
            return .forget
        }
        if let batch = followed.removeValue(forKey: name) { return .followed(batch) }
        if posted[name] != nil {
            wantsAnotherLook = true
            return .leave
        }
        guard let label = ReportLabel(report) else { return .leave }
        guard let partition = held(label.partition), let start = partition.start else {
            guard !report.isFailure else { return .leave }
            let known = others[name]
            if known == nil {
                guard others.count + look.newOthers < Self.names else { return .leave }
                look.newOthers += 1
            }
            let since = known ?? now
            look.others[name] = since
            return now - since > Self.patience ? .forget : .leave
        }
        // A batch of an earlier assignment may still be followed by whoever had that.
        guard seen.contains(name) else {
            wantsAnotherLook = true
            if seen.count + look.newSeen < Self.names {
                look.newSeen += 1
                look.seen.insert(name)
            }
            return .leave
        }
        let verdict = verdict(on: report, label, partition, start)
        switch verdict {
        case .takenUp where room <= 0:
            wantsAnotherLook = true
            look.seen.insert(name)
            return .leave
        case .takenUp: room -= 1
        case .leave: look.seen.insert(name)
        case .forget, .followed: break
        }
        return verdict
    }

    /// Decides about a report of a partition of this process that nobody here follows or recovers.
    private func verdict(
        on report: IngestionReport,
        _ label: ReportLabel,
        _ partition: AssignedPartition,
        _ start: Int64
    ) -> Verdict {
        // Whoever recovers the batch that it is a part of asks for it, now or in a moment, or does everything again.
        if label.partOf != nil { return label.assignment == partition.name ? .leave : .forget }
        if label.assignment == partition.name {
            return report.isFailure ? .takenUp(partition, label.range, rows: label.rows) : .forget
        }
        // Offsets from the start on are read again, and are in batches of their own.
        guard report.isFailure, label.range.lower < start else { return .forget }
        let range = OffsetRange(lower: label.range.lower, upper: min(label.range.upper, start))
        return .takenUp(partition, range, rows: min(label.rows, Int(clamping: range.upper - range.lower)))
    }
}
