internal import Kafka
internal import Logging

/// What is told of a turn: that brokers are away, that the buffers are full, and how far the group is behind.
extension Turn {
    /// Reports when no broker answers, or when nothing is read since the buffers stay full.
    mutating func watchSurroundings() {
        switch contact.check() {
        case .lost(let reason):
            client.show(isReachable: false)
            problems.appeared(
                "kafka",
                "no broker answers: \(reason); check that the brokers run and can be reached, reading goes on by itself"
            )
        case .regained:
            client.show(isReachable: true)
            problems.cleared("kafka")
        case nil: break
        }
        switch fullBuffers.note(isFull: flow.isBlocked, around.clock.now()) {
        case .lasts(let duration):
            let cause = around.health.lastError.map { ", since ADX does not accept batches: \($0)" } ?? ""
            problems.appeared(
                "buffers",
                "nothing has been read for \(duration.components.seconds) s, the buffers are full\(cause)"
            )
        case .isOver: problems.cleared("buffers")
        case nil: break
        }
    }

    /// Shows how far the group is behind, when that is due.
    mutating func showLag() {
        let now = around.clock.now()
        guard lag.isDue(now) else { return }
        let entries = readings.all.map { reading in
            let name = reading.partition.topicPartition
            return LagReport.Entry(
                partition: reading.partition,
                isFetched: flow.isFetched(name),
                fetchedEnd: member.offsets.cachedWatermarks(name)?.high,
                next: reading.next
            )
        }
        lag.show(entries, now, mayAsk: !around.stop.isRequested)
    }
}
