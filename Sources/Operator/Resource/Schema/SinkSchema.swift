internal import JSON

/// The one table of the resource: every field of KustoSink with its type, meaning, limits and rules.
///
/// The CustomResourceDefinition, the checks of the operator and the field reference are all made from it.
package enum SinkSchema {
    /// The resource as a whole, below which are `spec` and `status`.
    package static let resource = SchemaField.object(
        "KustoSink",
        "Moves records from topics of Apache Kafka into tables of Azure Data Explorer.",
        [spec.required, status]
    ).ruled(groupStays)

    /// What users write.
    package static let spec = SchemaField.object(
        "spec",
        "What the sink is to do.",
        [
            .flag(
                "paused",
                "Whether the sink rests: its workers drain and go to 0, and the offsets stay. False by default."
            ),
            .integer(
                "replicas",
                "How many workers run in the scaling modes Fixed and External; the mode Lag ignores it. Each is one "
                    + "member of the consumer group, so more of them than partitions are of no use.",
                0...1_000
            ).defaulting(to: 1),
            kafka.required, kusto.required, topics.required, converters, flush, errors, buffers, log, scaling, template,
            networkPolicy, deletionPolicy, config,
        ]
    ).ruled(deadLettersAreNotConsumed, failedBatchesAreNotConsumed)

    /// The name of the group must not change: the offsets would stay with the old one.
    private static let groupStays = SchemaRule(
        "(has(self.spec.kafka.groupId) ? self.spec.kafka.groupId : 'connect-' + self.metadata.name) == "
            + "(has(oldSelf.spec.kafka.groupId) ? oldSelf.spec.kafka.groupId : 'connect-' + oldSelf.metadata.name)",
        "the consumer group of a sink cannot be changed, since its offsets would stay behind; "
            + "make another KustoSink for another group",
        at: ".spec.kafka.groupId",
        isKeptByChange: { value, old in
            guard let old else { return true }
            return group(of: value) == group(of: old)
        }
    )

    private static func group(of object: JSONValue) -> String {
        object["spec"]?["kafka"]?["groupId"]?.stringValue
            ?? "connect-\(object["metadata"]?["name"]?.stringValue ?? "")"
    }

    private static let deadLettersAreNotConsumed = SchemaRule(
        "!has(self.errors) || !has(self.errors.deadLetterQueue) || "
            + "!self.topics.exists(t, t.topic == self.errors.deadLetterQueue.topic)",
        "must not be one of spec.topics, or records would go round in circles",
        at: ".errors.deadLetterQueue.topic",
        isKept: { doesNotConsume("deadLetterQueue", $0) }
    )

    private static let failedBatchesAreNotConsumed = SchemaRule(
        "!has(self.errors) || !has(self.errors.miscDeadLetterQueue) || "
            + "!self.topics.exists(t, t.topic == self.errors.miscDeadLetterQueue.topic)",
        "must not be one of spec.topics, or records would go round in circles",
        at: ".errors.miscDeadLetterQueue.topic",
        isKept: { doesNotConsume("miscDeadLetterQueue", $0) }
    )

    private static func doesNotConsume(_ queue: String, _ spec: JSONValue) -> Bool {
        guard let topic = spec["errors"]?[queue]?["topic"] else { return true }
        return !(spec["topics"]?.arrayValue ?? []).contains { $0["topic"] == topic }
    }
}
