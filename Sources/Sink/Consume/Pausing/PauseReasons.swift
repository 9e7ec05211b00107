internal import Kafka

/// Which partitions are fetched: those for which there is no reason to pause them.
///
/// The one place that decides on pausing, so that no part can resume what another one has paused. Each part names its
/// reason, and later takes the same one back; ``takeChanges()`` then says what has to be done at the client.
///
/// Thread-confined to the poll thread, and pure.
struct PauseReasons {
    /// What is to be done at the client.
    struct Change {
        /// The partitions to pause.
        var pause: [TopicPartition] = []
        /// The partitions to resume.
        var resume: [TopicPartition] = []
        /// Whether nothing is to be done.
        var isEmpty: Bool { pause.isEmpty && resume.isEmpty }
    }

    private struct Entry {
        var reasons: PauseReason = []
        /// Whether the client has been told to pause it.
        var isPaused = false
    }

    private var entries: [TopicPartition: Entry] = [:]
    /// The reasons that hold for every partition, also for those that come later.
    private var common: PauseReason = []
    /// The partitions whose entries may differ from what the client was told.
    private var touched: Set<TopicPartition> = []

    init() {}

    /// Whether a partition is fetched; an unknown one is not.
    func isFetched(_ partition: TopicPartition) -> Bool {
        entries[partition].map { $0.reasons.isEmpty && common.isEmpty } ?? false
    }

    /// The reasons for which a partition is not fetched.
    func reasons(for partition: TopicPartition) -> PauseReason { common.union(entries[partition]?.reasons ?? []) }

    /// Whether this reason holds for every partition.
    func holds(_ reason: PauseReason) -> Bool { common.contains(reason) }

    /// Adds partitions, which the client fetches; reasons that hold for all hold for them too.
    mutating func add(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions where entries[partition] == nil {
            entries[partition] = Entry()
            touched.insert(partition)
        }
    }

    /// Forgets partitions.
    mutating func remove(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions {
            entries[partition] = nil
            touched.remove(partition)
        }
    }

    /// Adds a reason to pause these partitions; unknown ones are left out.
    mutating func pause(_ partitions: some Sequence<TopicPartition>, _ reason: PauseReason) {
        for partition in partitions where entries[partition]?.reasons.insert(reason).inserted == true {
            touched.insert(partition)
        }
    }

    /// Takes a reason back.
    mutating func resume(_ partitions: some Sequence<TopicPartition>, _ reason: PauseReason) {
        for partition in partitions where entries[partition]?.reasons.remove(reason) != nil {
            touched.insert(partition)
        }
    }

    /// Adds a reason to pause every partition.
    mutating func pauseAll(_ reason: PauseReason) {
        if common.insert(reason).inserted { touched.formUnion(entries.keys) }
    }

    /// Takes back a reason that held for every partition.
    mutating func resumeAll(_ reason: PauseReason) {
        if common.remove(reason) != nil { touched.formUnion(entries.keys) }
    }

    /// Returns what the client has to be told since the last call.
    mutating func takeChanges() -> Change {
        guard !touched.isEmpty else { return Change() }
        var change = Change()
        for partition in touched {
            guard let entry = entries[partition] else { continue }
            let isPaused = !entry.reasons.isEmpty || !common.isEmpty
            guard isPaused != entry.isPaused else { continue }
            entries[partition]?.isPaused = isPaused
            if isPaused { change.pause.append(partition) } else { change.resume.append(partition) }
        }
        touched.removeAll(keepingCapacity: true)
        return change
    }
}
