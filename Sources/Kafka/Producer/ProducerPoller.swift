internal import CRdKafka
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import Threads

/// Serves a producer's delivery reports on a thread of its own.
final class ProducerPoller: Sendable {
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)
    private let thread = Mutex<pthread_t?>(nil)

    /// Starts the thread.
    /// - Throws: ``KafkaError`` when the system has no thread left.
    init(client: ClientHandle) throws(KafkaError) {
        do {
            _ = try BlockingThread(name: "kafka-producer") { [self] in
                thread.withLock { $0 = pthread_self() }
                while !isStopped.load(ordering: .acquiring) { unsafe rd_kafka_poll(client.pointer, 50) }
                ended.signal()
            }
        } catch {
            throw KafkaError(.other, error.message)
        }
    }

    /// Ends the thread and waits for it, unless this is the thread itself, which a delivery report may be the last to
    /// hold the producer on.
    func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        if let thread = thread.withLock({ $0 }), pthread_equal(thread, pthread_self()) != 0 { return }
        ended.wait()
    }
}
