internal import Logging
internal import Metrics

/// Counts and logs batches that ADX has accepted.
struct Acceptance: Sendable {
    let metrics: PipelineMetrics
    let health: DeliveryHealth
    let clock: SinkClock
    let logger: Logger

    /// Notes that ADX has a batch.
    func note(_ batch: SealedBatch) {
        health.accepted(batch)
        let table = batch.route.metrics
        table.ingestionSuccesses.increment()
        table.rawBytes.increment(by: batch.rawBytes)
        table.compressedBytes.increment(by: batch.body.count)
        table.lastSuccess.set(Double(clock.wallMilliseconds()) / 1000)
        let taken = clock.now() - batch.sealedAt
        metrics.ingestTime.observe(taken.seconds)
        if let oldest = batch.oldestTimestamp {
            // A record from the future, of a producer whose clock is ahead, must not make the histogram's sum smaller.
            metrics.endToEndDelay.observe(max(0, Double(clock.wallMilliseconds()) - Double(oldest)) / 1000)
        }
        logger.debug(
            "batch accepted",
            batch.logData.merging([
                "batch.raw_bytes": batch.rawBytes, "batch.bytes": batch.body.count,
                "batch.ingest_ms": taken.wholeMilliseconds,
            ]) { $1 }
        )
    }
}
