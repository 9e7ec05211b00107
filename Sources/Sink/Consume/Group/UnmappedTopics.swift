internal import Kafka
internal import Logging
internal import Metrics

/// Partitions of topics that a pattern in `topics.regex` matches and that have no table: they are left unread.
///
/// Otherwise anyone who may create topics could stop the worker. Thread-confined to the poll thread.
struct UnmappedTopics {
    private let metrics: PipelineMetrics
    private let logger: Logger
    private var partitions: Set<TopicPartition> = []
    private var warned: Set<String> = []

    init(metrics: PipelineMetrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    /// Adds partitions that the group has given, and warns once about each of their topics.
    mutating func add(_ names: [TopicPartition]) {
        let before = partitions.count
        partitions.formUnion(names)
        metrics.unmapped.add(Double(partitions.count - before))
        for topic in Set(names.map(\.topic)).subtracting(warned).sorted() {
            warned.insert(topic)
            logger.warning(
                "a topic has no table and is not read: add it, or '*', to kusto.tables.topics.mapping, or narrow topics.regex",
                ["kafka.topic": topic]
            )
        }
    }

    /// Forgets partitions.
    mutating func remove(_ names: [TopicPartition]) {
        let before = partitions.count
        partitions.subtract(names)
        metrics.unmapped.add(Double(partitions.count - before))
    }

    /// Forgets all partitions, since the task ends.
    mutating func end() { remove(Array(partitions)) }
}
