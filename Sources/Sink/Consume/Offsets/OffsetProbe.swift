internal import Kafka
internal import Synchronization
internal import Threads

/// Asks Kafka where partitions end that no fetch response tells of, since they pause, rest, or bring nothing.
///
/// Lag is what people look at in an outage, when nothing is fetched. The library can only ask and wait, so one short-lived
/// thread at a time does; the poll thread never waits for it.
final class OffsetProbe: Sendable {
    private let reader: any OffsetReading
    private let isBusy = Atomic(false)

    init(reader: any OffsetReading) { self.reader = reader }

    /// Begins to ask, unless the last question is still open; the partitions are told the answers.
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
