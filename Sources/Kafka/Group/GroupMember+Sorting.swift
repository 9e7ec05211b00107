internal import CRdKafka

extension GroupMember {
    /// Records of one partition that follow each other in a poll.
    @safe private struct Flow {
        let topic: OpaquePointer?
        let number: Int32
        let partition: TopicPartition
        let isHalted: Bool
        /// The least offset that the next record may have, if that is known.
        var position: Int64?
    }

    /// Turns messages that are no records into events, drops what halted partitions still bring, and closes the gaps.
    /// - Returns: How many records are left.
    mutating func sort(
        _ array: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>,
        _ count: Int
    ) -> Int {
        var kept = 0
        var flow: Flow?
        for index in 0..<count {
            guard let message = unsafe array[index] else { continue }
            guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                end(&flow)
                unsafe note(noRecord: message)
                unsafe rd_kafka_message_destroy(message)
                continue
            }
            let (topic, number) = unsafe (message.pointee.rkt, message.pointee.partition)
            if unsafe flow?.topic != topic || flow?.number != number {
                end(&flow)
                let partition = unsafe names.name(topic, number)
                flow = unsafe Flow(
                    topic: topic,
                    number: number,
                    partition: partition,
                    isHalted: book.isHalted(partition),
                    position: book.position(of: partition)
                )
            }
            let offset = unsafe message.pointee.offset
            if flow?.isHalted == false, !isMisplaced(offset, flow) {
                flow?.position = offset.next
                unsafe array[kept] = message
                kept += 1
                continue
            }
            unsafe rd_kafka_message_destroy(message)
            if let broken = flow, !broken.isHalted {
                end(&flow)
                noteMisplaced(offset, in: broken)
            }
        }
        end(&flow)
        return kept
    }

    private mutating func end(_ flow: inout Flow?) {
        if let flow, !flow.isHalted, let position = flow.position { book.advance(flow.partition, to: position) }
        flow = nil
    }

    /// Whether a record's offset is impossible: a batch's first offset is not covered by its checksum.
    ///
    /// Offsets may be missing between two records, but none may lie before the last one or after the partition's end.
    private func isMisplaced(_ offset: Int64, _ flow: Flow?) -> Bool {
        guard let flow, let position = flow.position, offset != position else { return offset < 0 }
        return offset < position || offsets.cachedWatermarks(flow.partition).map { offset >= $0.high } ?? false
    }

    private mutating func noteMisplaced(_ offset: Int64, in flow: Flow) {
        let position = flow.position ?? 0
        halt(flow.partition)
        let message = """
            cannot read \(flow.partition) at offset \(position): the broker's next record says that it has offset \
            \(offset), which lies \(offset < position ? "before that" : "after the partition's end")
            """
        context.record(.partitionError(flow.partition, offset: position, KafkaError(.corruptData, message)))
    }

    private mutating func note(noRecord message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let code = unsafe message.pointee.err
        let reason = unsafe String(cString: rd_kafka_message_errstr(message))
        guard let topic = unsafe message.pointee.rkt else {
            let isOfGroup = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED
            let subject = isOfGroup ? "consumer group \(offsets.group)" : "the Kafka client"
            return context.record(.error(client.error(code, subject, reason: reason)))
        }
        // librdkafka reports an error of a whole topic as one of its partition 0.
        if unsafe message.pointee.partition < 0 || KafkaError.ofTopics.contains(code) {
            let name = unsafe String(cString: rd_kafka_topic_name(topic))
            return context.record(.topicError(name, client.error(code, "topic \(name)", reason: reason)))
        }
        let partition = unsafe names.name(topic, message.pointee.partition)
        // It belongs to an assignment that has ended, or to a place that is already known to be broken.
        guard book.holds(partition), !book.isHalted(partition) else { return }
        // librdkafka names the batch's offset, or the one that it wanted to fetch.
        let named = unsafe message.pointee.offset >= 0 ? message.pointee.offset : nil
        let needsOffset = code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET
        if code == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            guard let end = named, book.reachEnd(partition, at: end) else { return }
            return context.record(.reachedEnd(partition, offset: end))
        }
        let offset = needsOffset ? named : book.position(of: partition) ?? named
        let error = KafkaError(
            code,
            "cannot read \(partition)" + (offset.map { " at offset \($0)" } ?? ""),
            reason: reason,
            code: needsOffset && named != nil ? .offsetReset : nil
        )
        if error.code == .corruptData || needsOffset { halt(partition) }
        context.record(.partitionError(partition, offset: offset, error))
    }

    /// Takes nothing more from a partition until it is read from another offset: the library goes on after a broken
    /// place, even from the middle of what it cannot read.
    private mutating func halt(_ partition: TopicPartition) {
        guard book.halt(partition) else { return }
        // What comes nevertheless is thrown away.
        try? pauseFetching([partition])
    }
}
