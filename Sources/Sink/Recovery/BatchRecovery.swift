internal import FoundationEssentials
internal import Kafka
internal import Kusto
internal import Logging
internal import Metrics
internal import SinkConfiguration
internal import Synchronization
internal import Threads

/// Sees to the records of one refused batch: reads them from Kafka again, finds those that ADX does not take if some of
/// them may be to blame, and sends these to the dead-letter topic.
struct BatchRecovery: Sendable {
    private let batch: FailedBatch
    private let around: RecoverySurroundings
    private let delivery: PieceDelivery
    private var tally = RecoveryTally()

    init(_ batch: FailedBatch, around: RecoverySurroundings) {
        self.batch = batch
        self.around = around
        delivery = PieceDelivery(around: around)
    }

    /// How many parts a refused part is split into while ADX answers at once, and while each answer takes as long as its
    /// batching policy says.
    static let (parts, partsOfQueued) = (2, 8)

    /// Works until every record is accounted for.
    mutating func run() async throws(RecoveryEnd) -> RecoveryTally {
        var fault = batch.fault
        if batch.isTriedAgain {
            guard let again = try await tryAgain() else { return tally }
            fault = again
            if around.behavior == .fail { throw .failed(.ingestion(batch, fault)) }
        }
        let whole = Halving.Piece(range: batch.range, rows: batch.rows, fault: fault)
        var halving = Halving(whole, parts: batch.wasQueued ? Self.partsOfQueued : Self.parts)
        while let step = halving.next() {
            switch step {
            case .split(let piece, let rows): halving.refused(try await split(piece, rows))
            case .giveUp(let piece): try await giveUp(piece)
            }
        }
        return tally
    }

    /// Delivers the whole batch once more, after a pause if ADX has only just reported a failure that may pass.
    /// - Returns: `nil` when ADX has it now, else why it has not.
    private mutating func tryAgain() async throws(RecoveryEnd) -> BatchFault? {
        if batch.wasQueued, !batch.fault.isPermanent { await around.waitAfterReport(failures: 1) }
        let whole = try await build(batch.range, rows: .max, of: batch.rows)
        tally.deliveries += whole.count
        var fault: BatchFault?
        for part in whole {
            if let refusal = try await delivery.deliver(part, failures: 1) {
                fault = refusal
            } else {
                tally.rows += part.rows
            }
        }
        // A batch is one part, unless records of another schema stand where its own were: then all of it is taken again.
        if fault != nil { tally.rows = 0 }
        return fault
    }

    /// Delivers a piece in parts of at most so many rows.
    /// - Returns: The parts that ADX refuses.
    private mutating func split(_ piece: Halving.Piece, _ rows: Int) async throws(RecoveryEnd) -> [Halving.Piece] {
        let parts: [SealedBatch]
        do throws(RecoveryEnd) {
            parts = try await build(piece.range, rows: rows, of: piece.rows)
        } catch .gone(let error) where around.deadLetters == nil && !batch.isTakenUp {
            drop(piece, because: SinkFailure.reading(batch, error, nil).message)
            return []
        }
        tally.deliveries += parts.count
        let delivery = delivery
        let outcomes = await withTaskGroup(of: (Int, Result<BatchFault?, RecoveryEnd>).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask {
                    do throws(RecoveryEnd) {
                        return (index, .success(try await delivery.deliver(part)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var outcomes: [(Int, Result<BatchFault?, RecoveryEnd>)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }
        }
        var refused: [Halving.Piece] = []
        for (index, outcome) in outcomes {
            let part = parts[index]
            if let fault = try outcome.get() {
                refused.append(Halving.Piece(range: part.slices[0].range, rows: part.rows, fault: fault))
            } else {
                tally.rows += part.rows
            }
        }
        return refused
    }

    /// Sends the records of a piece to the dead-letter topic, or drops them when there is none.
    private mutating func giveUp(_ piece: Halving.Piece) async throws(RecoveryEnd) {
        guard let deadLetters = around.deadLetters else { return drop(piece, because: piece.fault.message) }
        let (sent, refused) = try await letters(of: piece, onlyRefused: false, to: deadLetters)
        // Some could be converted when the batch was made, and nobody knows which: a letter too many loses nothing.
        if sent < piece.rows, refused > 0 { _ = try await letters(of: piece, onlyRefused: true, to: deadLetters) }
    }

    /// Sends the letters of a piece's records.
    /// - Returns: How many were sent, and how many records the converter refuses.
    private mutating func letters(
        of piece: Halving.Piece,
        onlyRefused: Bool,
        to deadLetters: any DeadLetterSending
    ) async throws(RecoveryEnd) -> (sent: Int, refused: Int) {
        let context = context(of: piece)
        var (sent, refused) = (0, 0)
        var rest: OffsetRange? = piece.range
        while let range = rest {
            let (batch, builder) = (batch, around.builder)
            let found = try await read { isCancelled throws(OffsetRangeError) in
                try builder.letters(batch, range, onlyRefused: onlyRefused, isCancelled: isCancelled)
            }
            let letters = deadLetters.addsContext ? found.letters.map { $0.explained(by: context) } : found.letters
            try await send(letters, to: deadLetters)
            tally.letters += letters.count
            sent += letters.count
            refused += found.refused
            rest = found.next.map { OffsetRange(lower: $0, upper: range.upper) }
        }
        return (sent, refused)
    }

    private func send(_ letters: [DeadLetter], to deadLetters: any DeadLetterSending) async throws(RecoveryEnd) {
        let table = batch.route.metrics
        let failure = await withTaskGroup(of: SinkFailure?.self) { group in
            for letter in letters {
                group.addTask {
                    do throws(SinkFailure) {
                        try await deadLetters.send(letter, table: table)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            var first: SinkFailure?
            for await failure in group where first == nil { first = failure }
            return first
        }
        guard let failure else { return }
        // A queue that is closed while the worker stops takes nothing more, and has not failed.
        throw batch.isAbandoned || Task.isCancelled ? .abandoned : .failed(failure)
    }

    private func context(of piece: Halving.Piece) -> DeadLetterContext {
        .ingestion(
            connector: around.connector,
            task: batch.partition.task,
            reasons: [piece.fault.message],
            DeadLetterContext.Ingestion(
                database: batch.route.database,
                table: batch.route.table,
                code: piece.fault.code,
                isPermanent: piece.fault.isPermanent,
                batch: batch.sourceID.uuidString.lowercased(),
                attempts: batch.attempts + tally.deliveries
            )
        )
    }

    private mutating func drop(_ piece: Halving.Piece, because reason: String) {
        tally.dropped += piece.rows
        batch.route.metrics.recordsDropped.increment(by: piece.rows)
        around.acceptance.health.dropped(rows: piece.rows)
        around.logger.error(
            "batch dropped in part: these records are not in ADX and will not be read again (behavior.on.error)",
            batch.logData.merging([
                "kafka.offsets": piece.range.description, "batch.rows": piece.rows, "error": reason,
                "error.code": piece.fault.code,
            ]) { $1 }
        )
    }

    // MARK: Kafka

    private func build(_ range: OffsetRange, rows: Int, of expected: Int) async throws(RecoveryEnd) -> [SealedBatch] {
        let (batch, builder) = (batch, around.builder)
        let expected = batch.isCut ? 0 : expected
        return try await read { isCancelled throws(OffsetRangeError) in
            try builder.build(batch, range, rows: rows, of: expected, isCancelled: isCancelled)
        }
    }

    /// Reads on a thread of its own, and again after failures that may pass, for as long as a batch is tried.
    private func read<Records: Sendable>(
        _ body: @escaping @Sendable (@escaping @Sendable () -> Bool) throws(OffsetRangeError) -> Records
    ) async throws(RecoveryEnd) -> Records {
        let begin = around.clock.now()
        var failures = 0
        while true {
            let failure: OffsetRangeError
            switch await onThread(body) {
            case .success(let records): return records
            case .failure(let error): failure = error
            }
            guard !batch.isAbandoned, !Task.isCancelled, failure.code != .cancelled else { throw .abandoned }
            switch failure.code {
            case .expired, .endsEarly: throw .gone(failure)
            default: failures += 1
            }
            let pause = around.policy.pause(
                failures: failures,
                elapsed: around.clock.now() - begin,
                retryAfter: nil,
                jitter: Double.random(in: 0...1)
            )
            guard failure.isRetriable, let pause else { throw .failed(.reading(batch, failure, around.deadLetters)) }
            around.logger.warning(
                "records of a refused batch cannot be read again, will retry",
                batch.logData.merging([
                    "error": failure.message, "retry.after_ms": pause.wholeMilliseconds,
                ]) { $1 }
            )
            await around.clock.sleep(pause)
        }
    }

    private func onThread<Records: Sendable>(
        _ body: @escaping @Sendable (@escaping @Sendable () -> Bool) throws(OffsetRangeError) -> Records
    ) async -> Result<Records, OffsetRangeError> {
        let isOver = CancelFlag()
        let partition = batch.partition
        return await withTaskCancellationHandler {
            do {
                return try await BlockingThread.run(name: "recovery") {
                    do throws(OffsetRangeError) {
                        return .success(try body { isOver.isSet || partition.isAbandoned })
                    } catch {
                        return .failure(error)
                    }
                }
            } catch {
                return .failure(
                    OffsetRangeError(
                        code: .client(.other),
                        message: "no thread to read \(partition.topicPartition) again: \(error)",
                        position: batch.range.lower
                    )
                )
            }
        } onCancel: {
            isOver.set()
        }
    }
}

/// Tells a thread that its task was cancelled.
private final class CancelFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
