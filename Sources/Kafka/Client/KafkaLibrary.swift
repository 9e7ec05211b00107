internal import CRdKafka

/// The librdkafka that is loaded.
package enum KafkaLibrary {
    /// Its version as text, such as `2.0.2`.
    package static var version: String { unsafe String(cString: rd_kafka_version_str()) }

    /// Whether a consumer may be destroyed that joined a group and was never assigned anything (since 2.3).
    ///
    /// Before, the assignor's state is freed without having been made, which aborts the process (librdkafka issue 4312).
    static var destroysUnassignedConsumers: Bool { rd_kafka_version() >= 0x0203_0000 }

    /// Whether it looks again soon at a queue that was full (`fetch.queue.backoff.ms`, since 2.2).
    static var looksAgainByItself: Bool { rd_kafka_version() >= 0x0202_00ff - 0xff }
}
