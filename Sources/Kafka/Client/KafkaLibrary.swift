internal import CRdKafka

/// The librdkafka that is loaded.
package enum KafkaLibrary {
    /// Its version as text, such as `2.0.2`.
    package static var version: String { unsafe String(cString: rd_kafka_version_str()) }

    /// Whether a consumer that joined a group and was never assigned anything may be destroyed (since 2.3).
    ///
    /// Earlier versions free the assignor's state, which was never made, and abort the process (librdkafka issue 4312).
    static var destroysUnassignedConsumers: Bool { rd_kafka_version() >= 0x0203_0000 }

    /// Whether brokers that are strict about SCRAM let the library in (since 2.6.1).
    ///
    /// Earlier versions repeat their own nonce in the last message (librdkafka issue 4895), and Apache Kafka 4 refuses that
    /// in the same words as a wrong password.
    package static var signsInBySCRAM: Bool { rd_kafka_version() >= 0x0206_0100 }

    /// Whether the library looks again soon at a queue that was full (`fetch.queue.backoff.ms`, since 2.2).
    static var looksAgainByItself: Bool { rd_kafka_version() >= 0x0202_0000 }
}
