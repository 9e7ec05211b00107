internal import CRdKafka

/// The queue that a consumer polls, filled by librdkafka; it is released with its last reference, before the client.
///
/// Unchecked because librdkafka's queues may be used from any thread.
@safe
final class ConsumerQueue: @unchecked Sendable {
    let pointer: OpaquePointer
    let client: ClientHandle

    /// - Throws: ``KafkaError`` when the client is in no group, and so has no such queue.
    init(client: ClientHandle) throws(KafkaError) {
        guard let pointer = unsafe rd_kafka_queue_get_consumer(client.pointer) else {
            throw KafkaError(.invalidConfiguration, "a consumer needs group.id")
        }
        unsafe self.pointer = unsafe pointer
        self.client = client
    }

    deinit { unsafe rd_kafka_queue_destroy(pointer) }
}
