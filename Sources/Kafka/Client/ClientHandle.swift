internal import CRdKafka
internal import Synchronization

/// Owns one `rd_kafka_t`.
///
/// Unchecked because librdkafka's INTRODUCTION.md promises that its functions are thread-safe.
@safe
final class ClientHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let opaque: UnsafeMutableRawPointer
    private let isAbandoned = Atomic(false)

    init(adopting pointer: OpaquePointer, opaque: UnsafeMutableRawPointer) {
        unsafe self.pointer = pointer
        unsafe self.opaque = opaque
    }

    /// Leaves the client's memory and threads to the end of the process.
    func abandon() { isAbandoned.store(true, ordering: .releasing) }

    deinit {
        guard !isAbandoned.load(ordering: .acquiring) else { return }
        // Closing is the consumer's own, bounded work. Afterwards no thread of librdkafka calls back.
        unsafe rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        unsafe Unmanaged<ClientContext>.fromOpaque(opaque).release()
    }
}
