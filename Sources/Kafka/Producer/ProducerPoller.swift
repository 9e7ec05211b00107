internal import CRdKafka
internal import Dispatch
internal import Synchronization
internal import Threads

/// Serves a producer's delivery reports on a thread of its own.
final class ProducerPoller: Sendable {
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread.
    /// - Throws: ``KafkaError`` when the system has no thread left.
    init(client: ClientHandle) throws(KafkaError) {
        do {
            _ = try BlockingThread(name: "kafka-producer") { [self] in
                while !isStopped.load(ordering: .acquiring) { unsafe rd_kafka_poll(client.pointer, 50) }
                ended.signal()
            }
        } catch {
            throw KafkaError(.other, error.message)
        }
    }

    /// Ends the thread and waits for it.
    func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        ended.wait()
    }
}
