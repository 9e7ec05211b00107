internal import FoundationEssentials
internal import HTTP
internal import Logging
internal import Metrics

/// Streams batches as long as ADX takes them that way, and says which ones are to be queued.
struct ManagedStreaming: Sendable {
    private let sender: StreamingSender
    private let validator: TableValidator
    private let pauses: StreamingPauses
    private let clock: KustoClock
    private let metrics: MetricsRegistry
    private let logger: Logger

    init(
        _ sender: StreamingSender,
        _ validator: TableValidator,
        _ metrics: MetricsRegistry,
        _ clock: KustoClock,
        _ logger: Logger
    ) {
        self.sender = sender
        self.validator = validator
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        pauses = StreamingPauses(now: clock.now)
        // Shown from the start, so that whoever looks for the metric finds it.
        _ = counter("size")
    }

    /// Streams a batch, trying several times.
    /// - Returns: Whether the rows are in the table; else the batch is to be queued.
    /// - Throws: ``KustoError`` that queued ingestion would not change; `cancelled` when the batch is not wanted.
    func stream(
        _ body: any HTTPBodySource,
        _ properties: IngestionProperties,
        isCompressed: Bool,
        while isWanted: () -> Bool
    ) async throws(KustoError) -> Bool {
        let allows = StreamingEligibility.allows(
            bodyBytes: body.count,
            isCompressed: isCompressed,
            format: properties.format
        )
        guard allows else { return fallBack("size") }
        guard !pauses.isPaused(properties.target) else { return fallBack("pause") }
        var tries = StreamingTries()
        for attempt in 0... {
            guard isWanted(), !Task.isCancelled else { throw Self.unwanted }
            let failure: KustoError
            do throws(KustoError) {
                try await sender.send(body, properties, isCompressed: isCompressed, attempt: attempt)
                return true
            } catch {
                failure = error
            }
            switch tries.failed(failure, jitter: Double.random(in: 0...1)) {
            case .retry(let pause):
                guard await clock.sleep(pause) else { throw Self.unwanted }
            case .queue(let pause):
                return queue(properties, failure, pause)
            case .fail:
                guard await isPropagating(failure, properties) else { throw failure }
                return queue(properties, failure, StreamingTries.changePause)
            }
        }
        preconditionFailure("the tries end before the numbers do")
    }

    /// Whether a table or mapping that streaming ingestion does not know is there all the same: the nodes that stream learn
    /// of a change within five minutes.
    private func isPropagating(_ error: KustoError, _ properties: IngestionProperties) async -> Bool {
        guard [.tableNotFound, .mappingNotFound].contains(error.code) else { return false }
        return await validator.exists(properties.target)
    }

    private func queue(_ properties: IngestionProperties, _ error: KustoError, _ pause: Duration) -> Bool {
        if pauses.pause(properties.target, for: pause) {
            logger.warning(
                "batches of a table are queued for a while instead of streamed",
                [
                    "kusto.table": "\(properties.database).\(properties.table)", "error": error.message,
                    "error.code": "\(error.code)", "streaming.pause_seconds": pause.components.seconds,
                ]
            )
        }
        return fallBack("\(error.code)")
    }

    private func fallBack(_ reason: String) -> Bool {
        counter(reason).increment()
        return false
    }

    private func counter(_ reason: String) -> Counter {
        metrics.counter(
            "kusto_sink_streaming_fallbacks_total",
            help: "Batches for streaming ingestion that were queued instead, by reason.",
            labels: ["reason": reason]
        )
    }

    private static let unwanted = KustoError(
        .cancelled,
        "nothing is sent for a batch that was given up",
        leg: .streaming,
        disposition: .retry
    )
}

extension IngestionProperties {
    /// The table and the mapping that the rows go to.
    fileprivate var target: TableTarget { TableTarget(database: database, table: table, mapping: mapping) }
}
