internal import CRdKafka
internal import Logging

/// The client of all ranges that are open, and why it last failed to do what was asked.
final class RangeClient: Sendable {
    let handle: ClientHandle
    private let context: ClientContext

    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    init(configuration: KafkaClientConfiguration, logger: Logger) throws(KafkaError) {
        context = ClientContext(configuration, logger: logger)
        handle = try ConfigurationHandle(configuration, context: context).makeClient(
            RD_KAFKA_CONSUMER,
            context: context
        )
    }

    /// The client's newest error, such as why no broker can be reached; any thread may ask.
    var lastFailure: KafkaError? {
        _ = unsafe rd_kafka_poll(handle.pointer, 0)
        return context.lastFailure()
    }

    /// Why a partition cannot be fetched, as far as the cluster says so; the library reports this only to a group.
    func refusal(of partition: TopicPartition, timeout: Duration) -> KafkaError? {
        switch try? TopicMetadata.read(handle, topic: partition.topic, timeout: timeout) {
        case .success(let count):
            partition.partition < count
                ? nil : KafkaError(.unknownTopic, "topic \(partition.topic) has only \(count) partitions")
        case .failure(let error): error.isRetriable ? nil : error
        case nil: nil
        }
    }

    /// The first offset of a partition and the one after its last, or `nil` when its leader does not say.
    func watermarks(_ partition: TopicPartition, timeout: Duration) -> (low: Int64, high: Int64)? {
        // The library asks for both ends one after the other.
        try? OffsetReader(member: handle, group: "").watermarks([partition], timeout: timeout)[partition]
    }

    /// Has the library look at once at a queue that was full, which one before 2.2 does only after a second.
    func nudge(_ partition: TopicPartition) {
        guard !KafkaLibrary.looksAgainByItself else { return }
        let list = PartitionList([partition], offset: Int64(RD_KAFKA_OFFSET_END))
        _ = unsafe rd_kafka_offsets_for_times(handle.pointer, list.pointer, 200)
    }
}
