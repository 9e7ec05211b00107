/// What a member knows of the partitions that it holds: where it stands in each, and which are not fetched for a while.
///
/// The positions are the member's own. They say where to go on after an error, when the library's positions have
/// already moved on.
struct PartitionBook {
    private struct Entry {
        /// The next offset that poll returns; `nil` until it is known from a start, a record or an end.
        var position: Int64?
        /// Whether the user of the member does not want records for a while.
        var isPaused = false
        /// Whether nothing may be taken from it until it is read from another offset: the place where it stands is
        /// broken.
        var isHalted = false
        /// The position at the last check that found it changed, and the time of that check.
        var seen: (position: Int64, since: ContinuousClock.Instant)?
        /// Whether it was reported that the partition does not advance from where it stands.
        var isReported = false
        /// The position at the last look for partitions that bring nothing, and the time since when it brings nothing
        /// or since its leader was last asked.
        var quiet: (position: Int64, since: ContinuousClock.Instant)?
        /// What its leader said about its end, and the position when it was asked.
        var told: (position: Int64, end: ToldEnd)?

        /// What its leader said, unless something has come since then.
        var toldEnd: ToldEnd? { told.flatMap { $0.position == position ? $0.end : nil } }

        /// Whether its leader lets expect more than what was read.
        var isToldMore: Bool {
            switch toldEnd {
            case .offset(let end): position.map { end > $0 } ?? false
            case .refused: true
            case nil: false
            }
        }
    }

    /// What came of the question where a partition ends.
    enum ToldEnd: Equatable {
        /// The offset after its last record that may be read.
        case offset(Int64)
        /// No answer, because the client refuses what the broker sends.
        case refused
    }

    private var entries: [TopicPartition: Entry] = [:]
    private var haltedCount = 0

    /// The partitions held.
    var held: Set<TopicPartition> { Set(entries.keys) }

    /// The next offset that poll returns, for each partition for which it is known.
    var positions: [TopicPartition: Int64] { entries.compactMapValues(\.position) }

    /// Whether any partition is halted; while none is, messages need not be checked one by one.
    var hasHalted: Bool { haltedCount > 0 }

    /// Whether a partition is held.
    func holds(_ partition: TopicPartition) -> Bool { entries[partition] != nil }

    /// The next offset that poll returns, if that is known.
    func position(of partition: TopicPartition) -> Int64? { entries[partition]?.position }

    /// Whether nothing may be taken from a partition.
    func isHalted(_ partition: TopicPartition) -> Bool { entries[partition]?.isHalted ?? false }

    /// Adds partitions, some of which begin at known offsets.
    mutating func add(_ partitions: [TopicPartition], at starts: [TopicPartition: Int64]) {
        remove(partitions)
        for partition in partitions { entries[partition] = Entry(position: starts[partition]) }
    }

    /// Forgets partitions.
    mutating func remove(_ partitions: [TopicPartition]) {
        for partition in partitions where entries.removeValue(forKey: partition)?.isHalted == true { haltedCount -= 1 }
    }

    /// Notes that records up to an offset were returned.
    mutating func advance(_ partition: TopicPartition, to position: Int64) { entries[partition]?.position = position }

    /// Notes that a partition has nothing more up to `offset`.
    /// - Returns: Whether offsets without records lie between there and the last record, or nothing was known before.
    mutating func reachEnd(_ partition: TopicPartition, at offset: Int64) -> Bool {
        guard let entry = entries[partition], entry.position.map({ $0 < offset }) ?? true else { return false }
        entries[partition]?.position = offset
        return true
    }

    /// Stops taking records from a partition until it is read from another offset.
    /// - Returns: Whether the library still fetches it.
    mutating func halt(_ partition: TopicPartition) -> Bool {
        guard let entry = entries[partition], !entry.isHalted else { return false }
        entries[partition]?.isHalted = true
        haltedCount += 1
        return !entry.isPaused
    }

    /// Notes that partitions go on at other offsets.
    /// - Returns: Those which the library has to fetch again.
    mutating func move(to offsets: [TopicPartition: Int64]) -> [TopicPartition] {
        var fetched: [TopicPartition] = []
        for (partition, offset) in offsets {
            guard let old = entries[partition] else { continue }
            entries[partition] = Entry(position: offset, isPaused: old.isPaused)
            guard old.isHalted else { continue }
            haltedCount -= 1
            if !old.isPaused { fetched.append(partition) }
        }
        return fetched
    }

    /// Notes that no records are wanted from partitions.
    /// - Returns: Those that the library has to stop fetching.
    mutating func pause(_ partitions: [TopicPartition]) -> [TopicPartition] {
        partitions.filter { partition in
            guard let entry = entries[partition], !entry.isPaused else { return false }
            entries[partition]?.isPaused = true
            entries[partition]?.seen = nil
            return !entry.isHalted
        }
    }

    /// Notes that records are wanted again.
    /// - Returns: Those that the library has to fetch again.
    mutating func resume(_ partitions: [TopicPartition]) -> [TopicPartition] {
        partitions.filter { partition in
            guard let entry = entries[partition], entry.isPaused else { return false }
            entries[partition]?.isPaused = false
            return !entry.isHalted
        }
    }

    /// Returns partitions that have stood still for `limit` before their end, each once for a position, with that
    /// position.
    /// - Parameter end: The offset after the last one that a partition has according to the last answer to a fetch, if
    ///   that is known.
    mutating func standingStill(
        _ now: ContinuousClock.Instant,
        for limit: Duration,
        end: (TopicPartition) -> Int64?
    ) -> [TopicPartition: Int64] {
        var still: [TopicPartition: Int64] = [:]
        for (partition, entry) in entries where !entry.isPaused && !entry.isHalted {
            guard let position = entry.position else { continue }
            // The end is unknown until the first answer to a fetch, which may never come.
            let hasMore = entry.isToldMore || end(partition).map { $0 > position } ?? true
            guard let seen = entry.seen, seen.position == position, hasMore else {
                entries[partition]?.seen = (position, now)
                entries[partition]?.isReported = false
                continue
            }
            guard !entry.isReported, now - seen.since >= limit else { continue }
            entries[partition]?.isReported = true
            still[partition] = position
        }
        return still
    }

    /// Watches partitions from the start again, since there is an explanation for their standstill.
    mutating func excuse(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions {
            entries[partition]?.seen = nil
            entries[partition]?.isReported = false
            entries[partition]?.told = nil
        }
    }

    /// Returns fetched partitions that have brought nothing for `limit`, and where they stand, once in that time.
    ///
    /// Fetches tell where a partition ends only for as long as they are answered.
    mutating func quiet(_ now: ContinuousClock.Instant, for limit: Duration) -> [TopicPartition: Int64] {
        var found: [TopicPartition: Int64] = [:]
        for (partition, entry) in entries where !entry.isPaused && !entry.isHalted {
            guard let position = entry.position else { continue }
            guard let quiet = entry.quiet, quiet.position == position else {
                entries[partition]?.quiet = (position, now)
                continue
            }
            guard now - quiet.since >= limit else { continue }
            entries[partition]?.quiet = (position, now)
            found[partition] = position
        }
        return found
    }

    /// Notes what leaders said about the ends of partitions, and where these stood when they were asked about.
    mutating func note(_ ends: [TopicPartition: (position: Int64, end: ToldEnd)]) {
        for (partition, told) in ends { entries[partition]?.told = told }
    }

    /// Where a partition ends, if its leader was asked since something came.
    func toldEnd(of partition: TopicPartition) -> Int64? {
        guard case .offset(let end) = entries[partition]?.toldEnd else { return nil }
        return end
    }
}
