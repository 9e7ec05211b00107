internal import CRdKafka
internal import Foundation
internal import Synchronization

/// Serves a producer's delivery reports on a thread of its own.
final class ProducerPoller: Sendable {
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    init(client: ClientHandle) {
        let thread = Thread { [self] in
            while !isStopped.load(ordering: .acquiring) { unsafe rd_kafka_poll(client.pointer, 50) }
            ended.signal()
        }
        thread.name = "kafka-producer"
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// Ends the thread and waits for it.
    func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        ended.wait()
    }
}
