internal import Kafka

/// The tables of one task's partitions, and which of them may not put more into the buffers.
///
/// Thread-confined to the poll thread.
struct TableShares {
    /// A table whose partitions have to pause, or may go on.
    struct Change {
        let table: String
        let partitions: [TopicPartition]
        let held: BufferShares.Usage
        let isOver: Bool
    }

    private struct Table {
        let name: String
        let account: BufferAccount
        var partitions: Set<TopicPartition> = []
        var isOver = false

        var held: BufferShares.Usage { BufferShares.Usage(memory: account.memoryBytes, disk: account.diskBytes) }
    }

    private let buffers: BufferBudget
    /// With one table there is nobody to leave room for.
    private let hasSeveralTables: Bool
    private var tables: [ObjectIdentifier: Table] = [:]
    private var homes: [TopicPartition: ObjectIdentifier] = [:]

    init(buffers: BufferBudget, hasSeveralTables: Bool) {
        self.buffers = buffers
        self.hasSeveralTables = hasSeveralTables
    }

    /// What the paused tables hold.
    var kept: BufferShares.Usage {
        var kept = BufferShares.Usage()
        for table in tables.values where table.isOver {
            kept.memory += table.held.memory
            kept.disk += table.held.disk
        }
        return kept
    }

    /// Whether a partition's table is paused.
    func isOver(_ partition: TopicPartition) -> Bool {
        homes[partition].flatMap { tables[$0]?.isOver } ?? false
    }

    /// Adds a partition.
    mutating func add(_ partition: AssignedPartition) {
        guard hasSeveralTables else { return }
        let key = ObjectIdentifier(partition.route.account)
        homes[partition.topicPartition] = key
        tables[key, default: Table(name: partition.route.qualifiedTable, account: partition.route.account)]
            .partitions.insert(partition.topicPartition)
    }

    /// Forgets partitions; a table stays known, with what it holds.
    mutating func remove(_ partitions: [TopicPartition]) {
        for partition in partitions {
            guard let key = homes.removeValue(forKey: partition) else { continue }
            tables[key]?.partitions.remove(partition)
        }
    }

    /// Forgets all tables, since the task ends.
    /// - Returns: How many of them were paused.
    mutating func end() -> Int {
        let paused = tables.values.count { $0.isOver }
        tables = [:]
        homes = [:]
        return paused
    }

    /// Compares what tables hold with what is free, and returns which of them change.
    mutating func decide() -> [Change] {
        guard !tables.isEmpty else { return [] }
        let free = buffers.free
        var changes: [Change] = []
        for (key, table) in tables where table.isOver || table.account.hasFailures {
            let held = table.held
            let isStuck = table.account.hasFailures
            table.account.setPrefersDisk(isStuck && BufferShares.prefersDisk(held, free: free))
            let isOver = isStuck && BufferShares.isOver(held, free: free, isPaused: table.isOver)
            guard isOver != table.isOver else { continue }
            tables[key]?.isOver = isOver
            changes.append(
                Change(table: table.name, partitions: Array(table.partitions), held: held, isOver: isOver)
            )
        }
        return changes
    }
}
