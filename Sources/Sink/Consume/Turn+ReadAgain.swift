internal import Kafka
internal import Logging

extension Turn {
    /// Has the client fetch records again that lanes had no room for while their partitions waited.
    ///
    /// The partition and its ledger stay the same, since its log does. What is on its way to the lane is dropped there,
    /// until it is told that the records begin again; what is on its way from the client is thrown away by the seek.
    mutating func readAgain() throws(KafkaError) {
        var moves: [TopicPartition: Int64] = [:]
        for request in around.inbox.takeReturns() {
            let (partition, offset) = (request.partition, request.offset)
            let name = partition.topicPartition
            // Whoever reads the partition now begins where its ledger says, or at the start of another log.
            guard assignment.isRead(name), readings[name]?.partition === partition else { continue }
            feed.drop([partition])
            around.lanes[partition.lane].add(.readAgain(partition))
            readings.advance(name, to: offset)
            // Where a position that was refused leads says more than an earlier one that may not be refused: either
            // all these records are gone, or the log is another one and is read from its beginning.
            if !positions.isLost(name) { moves[name] = offset }
        }
        guard !moves.isEmpty else { return }
        around.logger.info(
            "records that found no room while they waited for a schema or a dead-letter queue are fetched again",
            GroupWords.list(Array(moves.keys))
        )
        try member.seek(to: moves)
    }
}
