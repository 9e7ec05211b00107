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
        /// Whether nothing may be taken from it until it is read from another offset: the place where it stands is broken.
        var isHalted = false
        /// The position at the last check that found it changed, and the time of that check.
        var seen: (position: Int64, since: ContinuousClock.Instant)?
        /// Whether it was reported that the partition does not advance from where it stands.
        var isReported = false
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
    /// - Parameter end: The offset after the last one that a partition has, if that is known.
    mutating func standingStill(
        _ now: ContinuousClock.Instant,
        for limit: Duration,
        end: (TopicPartition) -> Int64?
    ) -> [TopicPartition: Int64] {
        var still: [TopicPartition: Int64] = [:]
        for (partition, entry) in entries where !entry.isPaused && !entry.isHalted {
            guard let position = entry.position else { continue }
            // The end is unknown until the first answer to a fetch, which may never come.
            guard let seen = entry.seen, seen.position == position, end(partition).map({ $0 > position }) ?? true else {
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
        }
    }
}
