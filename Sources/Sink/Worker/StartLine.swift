internal import Converters
internal import Daemon
internal import Kafka
internal import Logging
internal import SinkConfiguration

/// What the line says that a sink writes when nothing keeps it from reading: all that a reader of a log wants to know who
/// has nothing else.
enum StartLine {
    /// The most topics and tables that are named, and the most bytes of each list: container engines cut lines of 16 KiB.
    private static let (most, mostBytes) = (50, 4096)

    /// Returns the line's data.
    static func data(_ settings: SinkSettings) -> LogData {
        [
            "version": Release.version, "revision": Release.revision ?? "unknown", "librdkafka": KafkaLibrary.version,
            "sink.name": settings.name, "sink.tasks": settings.tasksMax,
            "kafka.servers": settings.consumer["bootstrap.servers"] ?? "",
            "kafka.group": settings.consumer["group.id"] ?? "",
            "kafka.topics": listed(settings.topics.subscription),
            "kusto.url": settings.kusto.ingestionURL, "kusto.tables": listed(settings.mappings.map(table)),
            "flush.bytes": settings.flush.sizeBytes, "flush.seconds": settings.flush.interval,
            "buffer.memory_limit_bytes": settings.buffers.memoryBytes,
            "buffer.disk_limit_bytes": settings.buffers.diskBytes,
            "metrics.address": settings.process.metricsAddress.map { "\($0)" } ?? "off",
        ]
    }

    /// A mapping as people say it: `orders -> shop.Orders json (OrdersMapping)`.
    private static func table(_ mapping: TopicMapping) -> String {
        "\(mapping.topic) -> \(mapping.database).\(mapping.table) \(mapping.format.rawValue)"
            + (mapping.mapping.map { " (\($0))" } ?? "")
    }

    private static func listed(_ texts: [String]) -> [String] {
        var (bytes, named) = (0, [String]())
        for text in texts.prefix(most) {
            bytes += text.utf8.count
            guard bytes <= mostBytes else { break }
            named.append(text)
        }
        return named.count < texts.count ? named + ["and \(texts.count - named.count) more"] : named
    }
}
