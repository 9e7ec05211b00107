internal import JSON

/// `spec.template.affinity` and what it is made of.
extension SinkSchema {
    static let affinity = SchemaField.object(
        "affinity",
        "On which nodes, and near or far from which pods, the workers run.",
        [
            .object(
                "nodeAffinity",
                "On which nodes.",
                [
                    .object(
                        "requiredDuringSchedulingIgnoredDuringExecution",
                        "What must hold.",
                        [
                            .list(
                                "nodeSelectorTerms",
                                "Terms of which one must hold.",
                                of: nodeTerm("[]"),
                                ListLimits(minimumCount: 1, maximumCount: 16)
                            ).required
                        ]
                    ),
                    preferred(of: nodeTerm("preference").required),
                ]
            ),
            .object("podAffinity", "Near which pods.", podTerms),
            .object("podAntiAffinity", "Far from which pods.", podTerms),
        ]
    )

    private static let podTerms = [
        SchemaField.list(
            "requiredDuringSchedulingIgnoredDuringExecution",
            "Terms that must hold.",
            of: podTerm("[]"),
            ListLimits(maximumCount: 16)
        ),
        preferred(of: podTerm("podAffinityTerm").required),
    ]

    private static func preferred(of term: SchemaField) -> SchemaField {
        .list(
            "preferredDuringSchedulingIgnoredDuringExecution",
            "Terms that should hold, with weights.",
            of: .object("[]", "One term.", [.integer("weight", "How much it counts.", 1...100).required, term]),
            ListLimits(maximumCount: 16)
        )
    }

    private static func nodeTerm(_ name: String) -> SchemaField {
        .object(
            name,
            "What is asked of a node.",
            [requirements("matchExpressions", "By its labels.", ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])]
        )
    }

    private static func podTerm(_ name: String) -> SchemaField {
        .object(
            name,
            "What is asked of other pods.",
            [
                .text("topologyKey", "The label of nodes that says what near is.", maximum: 317, pattern: .labelKey)
                    .required,
                labelSelector("labelSelector", "Which pods."),
                .texts(
                    "namespaces",
                    "In which namespaces. By default the sink's own.",
                    maximumCount: 64,
                    pattern: .objectName,
                    identity: .atomic
                ),
            ]
        )
    }

    /// A selector of objects by their labels.
    static func labelSelector(_ name: String, _ summary: String) -> SchemaField {
        .object(
            name,
            summary,
            [
                .map(
                    "matchLabels",
                    "Labels that must be there.",
                    keys: TextLimits(maximumLength: 317),
                    values: TextLimits(maximumLength: 63, pattern: .labelValue),
                    maximumCount: 64
                ),
                requirements("matchExpressions", "What else is asked.", ["In", "NotIn", "Exists", "DoesNotExist"]),
            ]
        )
    }

    private static func requirements(_ name: String, _ summary: String, _ operators: [String]) -> SchemaField {
        .list(
            name,
            summary,
            of: .object(
                "[]",
                "One requirement.",
                [
                    .text("key", "What is compared.", maximum: 317, pattern: .labelKey).required,
                    .word("operator", "How it is compared.", operators).required,
                    .texts("values", "With what.", maximumCount: 64, pattern: .labelValue, identity: .atomic),
                ]
            ),
            ListLimits(maximumCount: 32)
        )
    }
}
