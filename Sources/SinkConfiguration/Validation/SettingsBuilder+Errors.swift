extension SettingsBuilder {
    /// Reads what happens to what cannot be converted or ingested.
    mutating func errors(topics: TopicSelection, name: String) -> ErrorSettings {
        let timeout = number("errors.retry.timeout")
        let behavior: ErrorSettings.Behavior = word("behavior.on.error", default: .fail)
        let tolerance: ErrorSettings.Tolerance = word("errors.tolerance", default: .none)
        let errorsQueue = errorsQueue(topics: topics, name: name)
        let miscQueue = miscQueue(topics: topics, name: name)
        if errorsQueue != nil, tolerance == .none, !isOpaque("errors.tolerance") {
            warnings.append(
                """
                errors.deadletterqueue.topic.name: the first record that cannot be converted is written there, and then the \
                sink stops, since errors.tolerance is none; set errors.tolerance=all to go on
                """
            )
        }
        if miscQueue != nil, behavior == .fail, !isOpaque("behavior.on.error") {
            warnings.append(
                """
                misc.deadletterqueue.topic.name is never written to, since behavior.on.error is fail; set \
                behavior.on.error=log to send records there and go on
                """
            )
        }
        return ErrorSettings(
            behavior: behavior,
            retryMaximumTime: duration("errors.retry.max.time.ms"),
            retryBackoff: duration("errors.retry.backoff.time.ms"),
            tolerance: tolerance,
            conversionRetryTimeout: timeout < 0 ? nil : .milliseconds(timeout),
            conversionRetryMaximumDelay: duration("errors.retry.delay.max.ms"),
            logsFailures: flag("errors.log.enable"),
            logsMessages: flag("errors.log.include.messages"),
            deadLetterQueue: errorsQueue,
            miscDeadLetterQueue: miscQueue
        )
    }

    /// Reads what is asked of ADX after it has queued a batch.
    mutating func reports() -> ReportSettings {
        let settings = ReportSettings(
            report: word("ingestion.report", default: .none),
            commitPoint: word("commit.after", default: .queued)
        )
        if settings.commitPoint == .ingested, settings.report == .none {
            add("commit.after", "commit.after=ingested needs ADX's reports: set ingestion.report=failures, too")
        }
        return settings
    }

    private mutating func errorsQueue(topics: TopicSelection, name: String) -> DeadLetterSettings? {
        let prefix = "errors.deadletterqueue."
        let factor = number(prefix + "topic.replication.factor")
        if factor == 0 {
            refuse(prefix + "topic.replication.factor", "Value must be at least 1, or -1 for the broker's default")
        }
        guard let topic = queueTopic(prefix, topics: topics) else {
            if !isPresent(prefix + "topic.name"), isPresent(prefix + "bootstrap.servers") {
                warnings.append("\(prefix)bootstrap.servers is ignored: \(prefix)topic.name is not set")
            }
            return nil
        }
        return DeadLetterSettings(
            topic: topic,
            replicationFactor: factor,
            addsContextHeaders: flag(prefix + "context.headers.enable"),
            producer: client(.errorsDeadLetterQueue, name: name, topics: topics)
        )
    }

    private mutating func miscQueue(topics: TopicSelection, name: String) -> DeadLetterSettings? {
        let prefix = "misc.deadletterqueue."
        let hasBrokers = isPresent(prefix + "bootstrap.servers")
        guard let topic = queueTopic(prefix, topics: topics) else {
            if hasBrokers { pairing(missing: prefix + "topic.name") }
            return nil
        }
        if !hasBrokers { pairing(missing: prefix + "bootstrap.servers") }
        return DeadLetterSettings(
            topic: topic,
            replicationFactor: nil,
            addsContextHeaders: true,
            producer: client(.miscDeadLetterQueue, name: name, topics: topics)
        )
    }

    private mutating func pairing(missing name: String) {
        add(
            name,
            """
            To enable Miscellaneous Dead-Letter Queue configuration please configure both \
            misc.deadletterqueue.bootstrap.servers and misc.deadletterqueue.topic.name; \(name) is missing
            """
        )
    }

    private mutating func queueTopic(_ prefix: String, topics: TopicSelection) -> String? {
        let name = prefix + "topic.name"
        guard isPresent(name), let topic = text(name) else { return nil }
        if !KafkaName.isTopic(topic) {
            refuse(name, "must be a valid topic name: 1 to 249 letters, digits, '.', '_' and '-'")
        } else if topics.contains(topic) {
            refuse(name, "the dead-letter topic is among the topics consumed; its records would come back for ever")
        }
        return topic
    }
}
