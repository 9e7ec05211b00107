internal import CRdKafka
internal import Synchronization

/// Is told how the delivery of one record ended; given to librdkafka with the record.
final class Delivery: Sendable {
    let report: @Sendable (Result<Void, KafkaError>) -> Void

    init(report: @escaping @Sendable (Result<Void, KafkaError>) -> Void) { self.report = report }
}

/// Keeps the first failure of many deliveries.
final class DeliverySink: Sendable {
    private let first = Mutex<KafkaError?>(nil)

    var failure: KafkaError? { first.withLock { $0 } }

    func note(_ outcome: Result<Void, KafkaError>) {
        guard case .failure(let error) = outcome else { return }
        first.withLock { if $0 == nil { $0 = error } }
    }
}

/// Passes a delivery report on to whoever sent the record.
func deliveryCallback(
    _: OpaquePointer?,
    _ message: UnsafePointer<rd_kafka_message_t>?,
    _: UnsafeMutableRawPointer?
) {
    guard let message = unsafe message, let opaque = unsafe message.pointee._private else { return }
    let delivery = unsafe Unmanaged<Delivery>.fromOpaque(opaque).takeRetainedValue()
    let error = unsafe message.pointee.err
    delivery.report(
        error == RD_KAFKA_RESP_ERR_NO_ERROR
            ? .success(())
            : .failure(
                unsafe KafkaError(
                    error,
                    "a record was not written to topic \(String(cString: rd_kafka_topic_name(message.pointee.rkt)))"
                )
            )
    )
}
