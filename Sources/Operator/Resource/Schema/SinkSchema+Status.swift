internal import JSON

extension SinkSchema {
    /// What the operator writes.
    package static let status = SchemaField.object(
        "status",
        "How the sink is doing, written by the operator.",
        [
            .integer(
                "observedGeneration",
                "The generation of the spec that this status is about.",
                0...SinkSchema.greatest
            ),
            .list(
                "conditions",
                "What is true of the sink: Ready sums it up; Reconciling and Stalled are there only while they are "
                    + "true.",
                of: condition,
                ListLimits(maximumCount: 32, identity: .map(["type"]))
            ),
            .integer("replicas", "How many workers there are.", 0...2_147_483_647),
            .integer("readyReplicas", "How many of them are ready.", 0...2_147_483_647),
            .text(
                "selector",
                "The labels of the workers' pods, as a selector.",
                maximum: 1_024,
                minimum: 0,
                pattern: nil
            ),
            .text(
                "configHash",
                "A digest of the configuration that the workers are given.",
                maximum: 64,
                minimum: 0,
                pattern: nil
            ),
            scalingStatus,
        ]
    )

    /// The greatest number that JSON readers everywhere keep exactly.
    private static let greatest: Int64 = 9_007_199_254_740_991

    private static let condition = SchemaField.object(
        "[]",
        "One condition.",
        [
            .text("type", "What is told.", maximum: 316, pattern: .conditionType).required,
            .word("status", "Whether it is so.", ["True", "False", "Unknown"]).required,
            .integer("observedGeneration", "The generation of the spec that this is about.", 0...greatest),
            SchemaField(
                "lastTransitionTime",
                "When the condition's status last changed.",
                .time
            ).required,
            .text("reason", "Why, in one word for programs.", maximum: 1_024, pattern: .conditionReason).required,
            .text("message", "Why, in sentences for people.", maximum: 32_768, minimum: 0, pattern: nil).required,
        ]
    )

    private static let scalingStatus = SchemaField.object(
        "scaling",
        "How the number of workers was decided last.",
        [
            .integer("currentReplicas", "How many workers there were.", 0...2_147_483_647),
            .integer("desiredReplicas", "How many there should be.", 0...2_147_483_647),
            .integer("lag", "How many records are not ingested yet.", 0...greatest),
            .integer("lagSeconds", "In how many seconds that is worked off at the present pace.", 0...greatest),
            .text("reason", "Why, in one word for programs.", maximum: 1_024, pattern: .conditionReason),
            .text("message", "Why, in sentences for people.", maximum: 32_768, minimum: 0, pattern: nil),
            SchemaField("lastScaleTime", "When the number of workers was last changed.", .time),
            .list(
                "history",
                "The latest decisions, from which an operator that starts anew goes on.",
                of: .object(
                    "[]",
                    "One decision.",
                    [
                        SchemaField("time", "When.", .time).required,
                        .integer("desiredReplicas", "How many workers there should be.", 0...2_147_483_647).required,
                    ]
                ),
                ListLimits(maximumCount: 64)
            ),
        ]
    )
}
