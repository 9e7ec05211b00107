internal import Kafka
internal import Synchronization
internal import Threads

/// Asks Kafka for the ends of partitions that get no fetch response, because they pause, rest, or bring nothing.
///
/// Lag is what people look at in an outage, when nothing is fetched. librdkafka's call blocks, so a short-lived thread
/// makes it, one at a time; the poll thread never waits for it.
final class OffsetProbe: Sendable {
    private let reader: any OffsetReading
    private let isBusy = Atomic(false)

    init(reader: any OffsetReading) { self.reader = reader }

    /// Begins to ask, unless an earlier question is still unanswered; the answers are noted in the partitions.
    func ask(_ partitions: [AssignedPartition]) {
        guard !partitions.isEmpty, !isBusy.exchange(true, ordering: .acquiringAndReleasing) else { return }
        do {
            _ = try BlockingThread(name: "kafka-offsets") { [self] in
                answer(partitions.filter { !$0.isAbandoned })
                isBusy.store(false, ordering: .releasing)
            }
        } catch {
            isBusy.store(false, ordering: .releasing)
        }
    }

    private func answer(_ partitions: [AssignedPartition]) {
        guard let watermarks = try? reader.watermarks(partitions.map(\.topicPartition), timeout: .seconds(5)) else {
            return
        }
        for partition in partitions {
            if let ends = watermarks[partition.topicPartition] { partition.note(end: ends.high) }
        }
    }
}
