package import Logging
package import Metrics
internal import SinkConfiguration
internal import Threads

/// The dead-letter queues of a sink, as far as they are configured.
package struct DeadLetterQueues: Sendable {
    /// Takes records that cannot be converted.
    package let errors: DeadLetterQueue?
    /// Takes records whose batch cannot be ingested.
    package let misc: DeadLetterQueue?
    private let producers: DeadLetterProducers

    /// Creates the queues over their producers.
    /// - Parameters:
    ///   - producers: The clients, which are made and checked at the start.
    ///   - connector: The sink's name.
    ///   - registry: Takes the metrics.
    ///   - stop: Stops the worker when a letter cannot be written.
    ///   - logger: Takes the queues' lines.
    package init(
        _ producers: DeadLetterProducers,
        connector: String,
        registry: MetricsRegistry,
        stop: StopSignal,
        logger: Logger
    ) {
        self.producers = producers
        func queue(_ kind: DeadLetterQueue.Kind) -> DeadLetterQueue? {
            guard let (settings, producer) = producers[kind] else { return nil }
            return DeadLetterQueue(
                kind,
                topic: settings.topic,
                addsContext: settings.addsContextHeaders,
                producer: producer,
                metrics: DeadLetterMetrics(registry: registry, connector: connector, queue: kind),
                logger: logger,
                onFailure: { stop.fail($0) }
            )
        }
        errors = queue(.errors)
        misc = queue(.misc)
    }

    /// Waits until every letter is acknowledged, at most for `timeout`.
    /// - Returns: Whether that was so.
    @discardableResult
    package func drain(timeout: Duration) async -> Bool {
        var left = 0
        let deadline = ContinuousClock.now + timeout
        for producer in producers.distinct {
            left += await producer.drain(timeout: max(.zero, deadline - ContinuousClock.now))
        }
        (errors ?? misc)?.noteLeft(left)
        return left == 0
    }

    /// Gives up what is on its way; nothing is acknowledged afterwards.
    package func close() async {
        // A system without threads left ends the clients on this one.
        if (try? await BlockingThread.run(name: "dead-letters") { [producers] in producers.close() }) == nil {
            producers.close()
        }
    }
}
