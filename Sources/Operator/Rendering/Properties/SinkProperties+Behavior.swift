/// When batches are sealed, what happens to failures, and the process around the sink.
extension SinkProperties {
    /// Adds flushing, buffers and the log.
    mutating func addBehavior(_ spec: SinkSpec) {
        set("flush.size.bytes", spec.flush.sizeBytes, "spec.flush.sizeBytes")
        set("flush.interval.ms", spec.flush.interval, "spec.flush.interval")
        let buffers = spec.buffers
        set("buffer.memory.bytes", buffers.memoryBytes, "spec.buffers.memoryBytes")
        set("buffer.disk.bytes", buffers.diskBytes, "spec.buffers.diskBytes")
        set("shutdown.drain.ms", buffers.shutdownDrain, "spec.buffers.shutdownDrain")
        set("commit.interval.ms", buffers.commitInterval, "spec.buffers.commitInterval")
        set("startup.timeout.ms", buffers.startupTimeout, "spec.buffers.startupTimeout")
        set("compression.type", buffers.compressionType, "spec.buffers.compressionType")
        set("compression.level", buffers.compressionLevel, "spec.buffers.compressionLevel")
        set("log.level", spec.log.level, "spec.log.level")
        set("log.format", spec.log.format ?? "json", "spec.log.format")
    }

    /// Adds what happens to what cannot be converted or ingested.
    mutating func addErrors(_ errors: ErrorsSpec) {
        let path = "spec.errors"
        set("behavior.on.error", errors.behavior, "\(path).behavior")
        set("errors.tolerance", errors.tolerance, "\(path).tolerance")
        set("errors.retry.max.time.ms", errors.retryMaxTime, "\(path).retry.maxTime")
        set("errors.retry.backoff.time.ms", errors.retryBackoff, "\(path).retry.backoff")
        set("errors.retry.timeout", errors.conversionRetryTimeout, "\(path).conversionRetry.timeout")
        set("errors.retry.delay.max.ms", errors.conversionRetryMaxDelay, "\(path).conversionRetry.maxDelay")
        set("errors.log.enable", errors.logsFailures, "\(path).log.enable")
        set("errors.log.include.messages", errors.logsMessages, "\(path).log.includeMessages")
        if let queue = errors.deadLetterQueue {
            let prefix = "errors.deadletterqueue."
            let inner = "\(path).deadLetterQueue"
            addQueue(queue, prefix, inner)
            set(prefix + "topic.replication.factor", queue.replicationFactor, "\(inner).replicationFactor")
            set(prefix + "context.headers.enable", queue.contextHeaders, "\(inner).contextHeaders")
        }
        if let queue = errors.miscDeadLetterQueue { addMiscQueue(queue, "\(path).miscDeadLetterQueue") }
    }

    private mutating func addMiscQueue(_ queue: DeadLetterQueueSpec, _ path: String) {
        let prefix = "misc.deadletterqueue."
        addQueue(queue, prefix, path)
        // Unlike the other queue's, its brokers must be named.
        if queue.bootstrapServers.isEmpty, let brokers = values["bootstrap.servers"] {
            put(prefix + "bootstrap.servers", brokers, "\(path).bootstrapServers")
        }
        if queue.replicationFactor != nil {
            refuse(.invalidSpec, "\(path).replicationFactor", "this topic is never created; create it, and remove this")
        }
        if queue.contextHeaders == false {
            refuse(.invalidSpec, "\(path).contextHeaders", "this queue always has the headers; remove this")
        }
    }

    private mutating func addQueue(_ queue: DeadLetterQueueSpec, _ prefix: String, _ path: String) {
        set(prefix + "topic.name", queue.topic, "\(path).topic")
        set(prefix + "bootstrap.servers", queue.bootstrapServers, "\(path).bootstrapServers")
        if let security = queue.security { addSecurity(security, prefix: prefix, path: "\(path).security") }
    }
}
