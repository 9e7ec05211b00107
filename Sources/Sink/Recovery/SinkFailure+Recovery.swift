internal import Kafka
internal import Kusto

extension SinkFailure {
    /// A batch that cannot be sent because of this process.
    static func localFault(_ batch: SealedBatch, _ error: KustoError) -> SinkFailure {
        SinkFailure(
            .localFault,
            "batch \(batch.id) of \(batch.origin) for table \(batch.route.qualifiedTable) cannot be sent because of "
                + "a fault of this process or its disk: \(error.message); nothing of it was committed, the next "
                + "start reads it from Kafka again"
        )
    }

    /// A queued batch that ADX refuses again, under `behavior.on.error=fail`.
    static func ingestion(_ batch: FailedBatch, _ fault: BatchFault) -> SinkFailure {
        SinkFailure(
            .ingestion,
            "batch \(batch.id) of \(batch.origin) was queued for table \(batch.route.qualifiedTable), and ADX could not "
                + "ingest it: \(fault.message); fix the cause and start again, the next start sends these records again"
        )
    }

    /// Records of a refused batch that cannot be read again.
    static func reading(
        _ batch: FailedBatch,
        _ error: OffsetRangeError,
        _ deadLetters: (any DeadLetterSending)?
    ) -> SinkFailure {
        let place =
            "topic \(batch.partition.topicPartition.topic) partition "
            + "\(batch.partition.topicPartition.partition) offsets \(batch.range)"
        let purpose = deadLetters.map { "to send what ADX refuses to topic \($0.topic)" } ?? "to send them again"
        switch error.code {
        case .expired, .endsEarly:
            return SinkFailure(
                .recordsGone,
                "the records at \(place), which ADX refused for table \(batch.route.qualifiedTable), are needed "
                    + "\(purpose), but not all of them are in Kafka any more: \(error.message); have the producer send "
                    + "them again if you need them, and raise retention.ms of the topic so that it is longer than a batch "
                    + "can fail; the next start goes on with what is there"
            )
        default:
            return SinkFailure(
                .kafka,
                "the records at \(place), which ADX refused for table \(batch.route.qualifiedTable), are needed "
                    + "\(purpose), but cannot be read from Kafka: \(error.message); fix the cause and start again, the "
                    + "next start reads them again"
            )
        }
    }
}
