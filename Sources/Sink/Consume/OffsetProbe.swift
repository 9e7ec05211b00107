internal import Kafka
internal import Synchronization
internal import Threads

/// Asks Kafka where partitions stand that no fetch response tells of: before their first record, and while they pause or rest.
///
/// Lag is what people look at in an outage, when nothing is fetched. The library can only ask and wait, so one short-lived
/// thread at a time does; the poll thread never waits for it.
final class OffsetProbe: Sendable {
    private let offsets: OffsetReader
    private let beginsAtEnd: Bool
    private let isBusy = Atomic(false)

    /// - Parameter beginsAtEnd: Where a partition without a committed offset is read from (`auto.offset.reset=latest`).
    init(offsets: OffsetReader, beginsAtEnd: Bool) {
        self.offsets = offsets
        self.beginsAtEnd = beginsAtEnd
    }

    /// Begins to ask, unless the last question is still open; the partitions are told the answers.
    func ask(_ partitions: [AssignedPartition]) {
        guard !partitions.isEmpty, !isBusy.exchange(true, ordering: .acquiringAndReleasing) else { return }
        do {
            _ = try BlockingThread(name: "kafka-offsets") { [self] in
                answer(partitions)
                isBusy.store(false, ordering: .releasing)
            }
        } catch {
            isBusy.store(false, ordering: .releasing)
        }
    }

    private func answer(_ partitions: [AssignedPartition]) {
        let unknown = partitions.filter { !$0.hasPosition }.map(\.topicPartition)
        // Without this answer a partition would look as if nothing of it had ever been ingested.
        guard let committed = unknown.isEmpty ? [:] : try? offsets.committed(unknown, timeout: .seconds(5)) else {
            return
        }
        let asked = partitions.filter { !$0.isAbandoned }
        guard let watermarks = try? offsets.watermarks(asked.map(\.topicPartition), timeout: .seconds(5)) else {
            return
        }
        for partition in asked {
            guard let ends = watermarks[partition.topicPartition] else { continue }
            let offset = committed[partition.topicPartition]?.offset
            let start = offset.map { max($0, ends.low) } ?? (beginsAtEnd ? ends.high : ends.low)
            partition.note(start: start, end: ends.high, committed: offset)
        }
    }
}
