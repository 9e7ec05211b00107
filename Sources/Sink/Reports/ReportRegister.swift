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

    /// The most batches that are followed without a place in the buffers.
    static let light = 10_000
    /// How long a report about rows that are in their table may stand while nobody removes it.
    static let patience = Duration.seconds(3600)

    private(set) var followed: [UUID: FollowedBatch] = [:]
    /// Reports whose batches are being recovered.
    private var recovering: Set<UUID> = []
    /// Reports that were seen to and may still stand in a table.
    private var done: Set<UUID> = []
    /// Reports of others, with the time when they were first seen.
    private var others: [UUID: Duration] = [:]
    private var seen: Set<UUID> = []
    /// Whether there are reports that can be decided about only when they are seen once more.
    private(set) var wantsAnotherLook = false

    /// Whether reports are waited for.
    var isBusy: Bool { !followed.isEmpty || wantsAnotherLook }

    /// Adds a batch.
    /// - Parameter isLight: Whether a batch that finds no room is left to be taken up by what stands in the tables; else
    ///   it is followed, and keeps its place in the buffers.
    mutating func follow(_ batch: SealedBatch, since: Duration, isLight: Bool) -> FollowedBatch? {
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
        return gone
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
    }

    /// Decides about the reports of one look at the tables.
    mutating func judge(
        _ reports: [IngestionReport],
        held: (TopicPartition) -> AssignedPartition?,
        now: Duration
    ) -> [(IngestionReport, Verdict)] {
        let known = others
        let before = seen
        others = [:]
        // What is not in the tables any more need not be remembered.
        let names = Set(reports.map(\.sourceID))
        done.formIntersection(names)
        seen = names
        wantsAnotherLook = false
        return reports.map { report in
            (report, judge(report, wasSeen: before.contains(report.sourceID), held, known, now))
        }
    }

    private mutating func judge(
        _ report: IngestionReport,
        wasSeen: Bool,
        _ held: (TopicPartition) -> AssignedPartition?,
        _ known: [UUID: Duration],
        _ now: Duration
    ) -> Verdict {
        let name = report.sourceID
        guard report.status != .pending, report.status != .queued else { return .leave }
        if done.contains(name) { return .forget }
        if recovering.contains(name) { return .leave }
        if let batch = followed.removeValue(forKey: name) { return .followed(batch) }
        // A batch of this process may be about to be followed.
        guard let label = ReportLabel(report) else { return .leave }
        guard wasSeen else {
            wantsAnotherLook = true
            return .leave
        }
        guard let partition = held(label.partition), let start = partition.start else {
            let since = known[name] ?? now
            others[name] = since
            return !report.isFailure && now - since > Self.patience ? .forget : .leave
        }
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
