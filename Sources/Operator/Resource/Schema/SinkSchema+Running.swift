internal import JSON

/// How many workers run, what guards them, and what is left behind.
extension SinkSchema {
    /// `spec.scaling`.
    package static let scaling = SchemaField.object(
        "scaling",
        "How the number of workers is decided.",
        [
            .word(
                "mode",
                "Who decides: Fixed takes spec.replicas; External leaves spec.replicas to an autoscaler, by the scale "
                    + "subresource; Lag lets the operator follow the group's lag. By default Fixed.",
                ["Fixed", "External", "Lag"]
            ),
            .integer(
                "minReplicas",
                "The fewest workers in the mode Lag; 0 lets an idle sink go to none. By default 1.",
                0...1_000
            ),
            .integer("maxReplicas", "The most workers in the mode Lag. By default 10.", 1...1_000),
            .integer(
                "lagThreshold",
                "How many records of lag one worker may have in the mode Lag, as long as its speed is not known. By "
                    + "default 10000.",
                1...1_000_000_000_000
            ),
            .integer(
                "activationLag",
                "The records of lag above which a sink without workers is woken. By default 0.",
                0...1_000_000_000_000
            ),
            .duration(
                "targetDrainTime",
                "In what time the lag is to be worked off. By default 60s.",
                from: .seconds(1),
                to: .seconds(86_400)
            ),
            .duration(
                "scaleUpStabilization",
                "How long a need for more workers must last. By default 15s.",
                from: .zero,
                to: .seconds(3_600)
            ),
            .duration(
                "scaleDownStabilization",
                "How long a need for fewer workers must last. By default 5m.",
                from: .zero,
                to: .seconds(86_400)
            ),
            .duration(
                "cooldown",
                "How long nothing may have come before the last worker goes. By default 5m.",
                from: .zero,
                to: .seconds(86_400)
            ),
        ]
    ).ruled(
        SchemaRule(
            "(has(self.minReplicas) ? self.minReplicas : 1) <= (has(self.maxReplicas) ? self.maxReplicas : 10)",
            "must be at most maxReplicas, which is 10 unless it is set",
            at: ".minReplicas"
        ) { ($0["minReplicas"]?.intValue ?? 1) <= ($0["maxReplicas"]?.intValue ?? 10) }
    )

    /// `spec.networkPolicy`.
    package static let networkPolicy = SchemaField.object(
        "networkPolicy",
        "Limits the workers' traffic by a NetworkPolicy; without this field there is none.",
        [
            labels(
                "metricsNamespaceLabels",
                "Labels of the namespaces from which metrics may be read, besides the operator's own. By default all."
            ),
            .list(
                "egressPorts",
                "Further TCP ports to which workers may connect, beside those of DNS, the brokers and 443.",
                of: .integer("[]", "One of them.", 1...65_535),
                ListLimits(maximumCount: 64, identity: .set)
            ),
        ]
    )

    /// `spec.deletionPolicy`.
    package static let deletionPolicy = SchemaField.object(
        "deletionPolicy",
        "What is removed outside Kubernetes when the resource is deleted.",
        [
            .word(
                "consumerGroup",
                "Whether the consumer group with its offsets is deleted too. By default Retain.",
                ["Delete", "Retain"]
            )
        ]
    )

    /// A map of labels.
    static func labels(_ name: String, _ summary: String) -> SchemaField {
        .map(
            name,
            summary,
            keys: TextLimits(minimumLength: 1, maximumLength: 317, pattern: .labelKey),
            values: TextLimits(maximumLength: 63, pattern: .labelValue),
            maximumCount: 64
        )
    }
}
