internal import Dispatch
internal import Synchronization

/// Lets one reader at a time have a partition: librdkafka can fetch a partition only once in a client.
final class PartitionTurns: Sendable {
    /// The right to read a partition, given back when nobody holds this any more.
    final class Turn: Sendable {
        private let turns: PartitionTurns
        private let partition: TopicPartition

        fileprivate init(_ turns: PartitionTurns, _ partition: TopicPartition) {
            self.turns = turns
            self.partition = partition
        }

        deinit { turns.give(back: partition) }
    }

    /// The readers that wait, in the order in which they came, for each partition that somebody has.
    private let waiting = Mutex<[TopicPartition: [DispatchSemaphore]]>([:])

    /// Takes a partition, or waits for it at most `timeout`; blocks.
    /// - Returns: The right to read it; `nil` when it did not become free.
    func take(_ partition: TopicPartition, timeout: Duration) -> Turn? {
        let semaphore = DispatchSemaphore(value: 0)
        let isFree = waiting.withLock { waiting in
            guard waiting[partition] != nil else {
                waiting[partition] = []
                return true
            }
            waiting[partition]?.append(semaphore)
            return false
        }
        if isFree { return Turn(self, partition) }
        if semaphore.wait(timeout: .now() + .milliseconds(Int(timeout.milliseconds))) == .success {
            return Turn(self, partition)
        }
        let wasWaiting = waiting.withLock { waiting in
            guard let place = waiting[partition]?.firstIndex(where: { $0 === semaphore }) else { return false }
            waiting[partition]?.remove(at: place)
            return true
        }
        // Whoever is not among those waiting any more was given the partition at the last moment.
        return wasWaiting ? nil : Turn(self, partition)
    }

    private func give(back partition: TopicPartition) {
        let next = waiting.withLock { waiting -> DispatchSemaphore? in
            guard var others = waiting[partition], !others.isEmpty else {
                waiting[partition] = nil
                return nil
            }
            let next = others.removeFirst()
            waiting[partition] = others
            return next
        }
        next?.signal()
    }
}
