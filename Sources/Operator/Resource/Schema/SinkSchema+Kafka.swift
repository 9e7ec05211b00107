internal import JSON

extension SinkSchema {
    /// `spec.kafka`.
    package static let kafka = SchemaField.object(
        "kafka",
        "Where records come from: the brokers, the consumer group and the consumer.",
        [
            bootstrapServers("The brokers that are asked first for the rest of the cluster, each as host:port."),
            .object(
                "clusterRef",
                "A Kafka resource of Strimzi in the same namespace, whose status names the brokers and the authority "
                    + "that signed their certificates.",
                [
                    .text("name", "The name of the Kafka resource.", pattern: .objectName).required,
                    .text("listener", "The name of the listener to connect to.", maximum: 25).required,
                ]
            ),
            .object(
                "userRef",
                "A KafkaUser resource of Strimzi in the same namespace, whose Secret holds the credential.",
                [.text("name", "The name of the KafkaUser resource.", pattern: .objectName).required]
            ),
            .text(
                "groupId",
                "The consumer group, which keeps the offsets. By default connect-<metadata.name>, as a connector of "
                    + "that name has it. It cannot be changed.",
                maximum: 255
            ),
            security("How workers talk to the brokers and sign in there."),
            consumer,
        ]
    ).ruled(
        SchemaRule(
            "has(self.bootstrapServers) != has(self.clusterRef)",
            "must have exactly one of bootstrapServers and clusterRef",
            .required
        ) { ($0["bootstrapServers"] == nil) != ($0["clusterRef"] == nil) },
        SchemaRule(
            "!has(self.userRef) || has(self.clusterRef)",
            "needs clusterRef beside it: a KafkaUser belongs to a Kafka resource",
            at: ".userRef"
        ) { $0["userRef"] == nil || $0["clusterRef"] != nil },
        SchemaRule(
            "!has(self.userRef) || !has(self.security) || !has(self.security.sasl)",
            "cannot be used beside userRef, which brings the credential; leave out one of the two",
            .forbidden,
            at: ".security.sasl"
        ) { $0["userRef"] == nil || $0["security"]?["sasl"] == nil }
    )

    /// A list of brokers.
    static func bootstrapServers(_ summary: String) -> SchemaField {
        .texts("bootstrapServers", summary, maximumCount: 64, minimumCount: 1, pattern: .hostAndPort)
    }

    private static let consumer = SchemaField.object(
        "consumer",
        "How records are consumed. Other properties of the consumer stand in spec.config, under consumer.override.*.",
        [
            .word(
                "autoOffsetReset",
                "Where a partition begins that has no committed offset; none makes that an error. By default earliest "
                    + "(consumer.override.auto.offset.reset).",
                ["earliest", "latest", "none"]
            ),
            .duration(
                "maxPollInterval",
                "How long the group waits between two polls before it gives the partitions to others. By default 5m "
                    + "(consumer.override.max.poll.interval.ms).",
                from: .seconds(1),
                to: .seconds(86_400)
            ),
            .duration(
                "sessionTimeout",
                "How long the group waits for a heartbeat before it gives the partitions to others. By default 45s "
                    + "(consumer.override.session.timeout.ms).",
                from: .seconds(1),
                to: .seconds(3_600)
            ),
            .duration(
                "heartbeatInterval",
                "The time between two heartbeats, at most a third of the session timeout. By default 3s "
                    + "(consumer.override.heartbeat.interval.ms).",
                from: .milliseconds(100),
                to: .seconds(3_600)
            ),
            .word(
                "isolationLevel",
                "Whether records of transactions that are open or were aborted are read. By default read_committed "
                    + "(consumer.override.isolation.level).",
                ["read_committed", "read_uncommitted"]
            ),
            .text(
                "clientRack",
                "The rack or zone of the workers, for reading from the nearest replica "
                    + "(consumer.override.client.rack)."
            ),
            .word(
                "assignmentStrategy",
                "How the group's partitions are given to its members. By default cooperative-sticky; take range while "
                    + "workers share the group with the connector (consumer.override.partition.assignment.strategy).",
                ["cooperative-sticky", "range", "roundrobin"]
            ),
        ]
    ).ruled(
        SchemaRule(
            "!has(self.heartbeatInterval) || !has(self.sessionTimeout) || "
                + "duration(self.heartbeatInterval) < duration(self.sessionTimeout)",
            "must be shorter than sessionTimeout, best a third of it",
            at: ".heartbeatInterval"
        ) { isShorter($0["heartbeatInterval"], than: $0["sessionTimeout"]) },
        SchemaRule(
            "!has(self.sessionTimeout) || !has(self.maxPollInterval) || "
                + "duration(self.sessionTimeout) <= duration(self.maxPollInterval)",
            "must not be longer than maxPollInterval",
            at: ".sessionTimeout"
        ) { !isShorter($0["maxPollInterval"], than: $0["sessionTimeout"], ifMissing: false) }
    )

    private static func isShorter(_ left: JSONValue?, than right: JSONValue?, ifMissing: Bool = true) -> Bool {
        guard let left = left?.stringValue.flatMap({ Duration(resourceText: $0) }),
            let right = right?.stringValue.flatMap({ Duration(resourceText: $0) })
        else { return ifMissing }
        return left < right
    }
}
