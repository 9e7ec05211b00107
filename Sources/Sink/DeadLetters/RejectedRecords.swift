internal import Converters
internal import Kafka
internal import Metrics

/// What becomes of records that cannot be converted: `errors.tolerance`, `errors.log.*` and `errors.deadletterqueue.*`.
///
/// As in Kafka Connect a record's letter is written even when nothing is tolerated, and again after each start.
struct RejectedRecords: Sendable {
    /// What the encoder does after a record.
    enum Verdict: Equatable {
        /// It was passed over, and its letter, if there is one, holds its offset back.
        case passed
        /// The letter finds no room: the record has to be offered again before any later one.
        case waits
        /// The worker stops.
        case stops(SinkFailure)
    }

    private let connector: String
    private let skips: Bool
    private let keyClass: String
    private let letters: DeadLetterQueue?
    private let log: SkippedRecordLog

    /// Creates a rule.
    /// - Parameters:
    ///   - connector: The sink's name.
    ///   - skips: Whether such records are passed over (`errors.tolerance=all`), rather than stop the worker.
    ///   - keyClass: The Java class of the key's converter, for the letters.
    ///   - letters: Takes the records; `nil` without a queue.
    ///   - log: Tells of records that are passed over.
    init(connector: String, skips: Bool, keyClass: String, letters: DeadLetterQueue?, log: SkippedRecordLog) {
        self.connector = connector
        self.skips = skips
        self.keyClass = keyClass
        self.letters = letters
        self.log = log
    }

    /// Deals with one of several records.
    func take(
        _ records: some RecordSource,
        at index: Int,
        of partition: AssignedPartition,
        _ error: ConverterError,
        _ side: MessageSide
    ) -> Verdict {
        let converter = side == .key ? keyClass : partition.route.conversion.converter.className
        let stage: DeadLetterContext.Stage = side == .key ? .keyConverter : .valueConverter
        let cause = DeadLetterContext.Cause(error.exceptionClass, error.message)
        let place = partition.topicPartition
        if let letters {
            var letter = DeadLetter(copying: records, at: index, from: place)
            if letters.addsContext {
                letter = letter.explained(
                    by: .conversion(
                        connector: connector,
                        task: partition.task,
                        stage: stage,
                        converter: converter,
                        causes: [cause]
                    )
                )
            }
            // Under errors.tolerance=none the offset stays where it is, so that nothing waits for the letter.
            let isTaken =
                skips
                ? letters.offer(letter, of: partition)
                : letters.offer(letter, table: partition.route.metrics, acknowledged: {})
            guard isTaken || !skips else { return .waits }
        }
        partition.route.metrics.recordsFailed.increment()
        let offset = records.offset(at: index)
        guard skips else {
            return .stops(
                SinkFailure(.conversion, Self.sentence(error, side, place, offset, hasLetters: letters != nil))
            )
        }
        log.note(
            SkippedRecord(
                source: place,
                offset: offset,
                timestamp: records.timestamp(at: index) >= 0 ? records.timestamp(at: index) : nil,
                timestampType: records.timestampType(at: index),
                stage: stage,
                converter: converter,
                cause: cause
            ),
            task: partition.task
        )
        return .passed
    }

    /// Returns the sentence with which a worker ends that tolerates no such record.
    static func sentence(
        _ error: ConverterError,
        _ side: MessageSide,
        _ place: TopicPartition,
        _ offset: Int64,
        hasLetters: Bool
    ) -> String {
        "the \(side.rawValue) of the record at topic \(place.topic) partition \(place.partition) offset \(offset) could not be "
            + "converted: \(error.message); errors.tolerance=all skips such records"
            + (hasLetters ? "" : ", and errors.deadletterqueue.topic.name keeps them")
    }

    /// Calls `body` once, from any thread, when a letter should find room; perhaps at once.
    func whenRoom(_ body: @escaping @Sendable () -> Void) { letters?.whenRoom(body) ?? body() }
}
