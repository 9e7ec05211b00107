internal import Kafka
internal import Logging
internal import Metrics

extension Turn {
    /// Takes in what the group or the client tells.
    mutating func handle(_ event: GroupMemberEvent) throws(KafkaError) {
        switch event {
        case .assigned(let partitions):
            around.metrics.rebalances.increment()
            around.onJoined()
            if !hasJoined {
                hasJoined = true
                around.logger.info("ready: joined the group", ["kafka.partitions.count": partitions.count])
            }
            if !partitions.isEmpty { around.logger.info("partitions assigned", GroupWords.list(partitions)) }
            let unread = partitions.filter { around.router.route(for: $0.topic) == nil }
            unmapped.add(unread)
            try perform(assignment.assigned(partitions, unmapped: Set(unread), around.clock.now()))
        case .revoked(let partitions):
            around.metrics.rebalances.increment()
            if !partitions.isEmpty {
                around.logger.info("partitions revoked, finishing their batches", GroupWords.list(partitions))
            }
            flow.leave(partitions)
            try perform(assignment.revoked(partitions, around.clock.now()))
        // Nobody else can have partitions of a topic that was deleted, so what was read of them is ingested.
        case .lost(let partitions) where partitions.allSatisfy({ problems.isKnown("topic \($0.topic)") }):
            try handle(.revoked(partitions))
        case .lost(let partitions):
            around.metrics.rebalances.increment()
            around.logger.warning(
                "partitions lost: another member may have them, nothing is committed",
                GroupWords.list(partitions)
            )
            try perform(assignment.lost(partitions))
        case .committed(let offsets):
            committer.succeeded()
            for (name, offset) in offsets { readings[name]?.partition.noteCommitted(offset) }
        case .commitFailed(let error): committer.failed(error)
        case .statistics(let statistics): client.show(statistics)
        case .reachedEnd: break
        case .error(let error): try handle(error, of: nil, at: nil)
        // A pattern that matches no topic yet is waited for, as the start has said.
        case .topicError(let topic, let error) where error.code == .unknownTopic && topic.hasPrefix("^"): break
        case .topicError(let topic, let error) where error.code == .unknownTopic: noteDeletion(of: topic, error)
        case .topicError(_, let error): try handle(error, of: nil, at: nil)
        case .partitionError(let partition, let offset, let error): try handle(error, of: partition, at: offset)
        }
    }

    private mutating func handle(
        _ error: KafkaError,
        of partition: TopicPartition?,
        at offset: Int64?
    ) throws(KafkaError) {
        if error.isFatal { throw error }
        switch (error.code, partition) {
        case (.corruptData, let partition?) where PlantedFault.corruptPassed.isPlanted:
            try member.seek(to: [partition: (offset ?? 0) + 50])
        case (.corruptData, let partition?):
            around.stop.fail(GroupWords.corrupt(partition, at: offset, group: settings.group, error))
        case (.noOffset, let partition?), (.offsetReset, let partition?):
            if let reading = readings[partition] { positions.noteLoss(of: partition, at: offset ?? reading.next) }
        case (.authorization, _): around.stop.fail(GroupWords.failure(error))
        case (.unknownTopic, let partition?): noteDeletion(of: partition.topic, error)
        case (.stalled, let partition?): stalls.note(partition, at: offset, error, &problems)
        case (.brokerUnavailable, _), (.timedOut, _), (.authentication, _):
            if error.code == .authentication { around.onSignInRefused() }
            contact.suspect(error)
            errors.note(error, around.clock.now())
        default: errors.note(error, around.clock.now())
        }
    }

    private mutating func noteDeletion(of topic: String, _ error: KafkaError) {
        positions.noteDeletion(of: topic)
        problems.appeared(
            "topic \(topic)",
            "topic \(topic) is gone: \(error.message); create it again, or take it out of topics",
            ["kafka.topic": topic]
        )
    }
}
