internal import JSON

extension SinkSchema {
    /// `spec.template`.
    package static let template = SchemaField.object(
        "template",
        "What of the workers' pods may be set, in the words of Kubernetes. The rest of the pod is the operator's.",
        [
            .text(
                "image",
                "The workers' image. By default the operator's --worker-image.",
                maximum: 1_024,
                pattern: .image
            ),
            .word(
                "imagePullPolicy",
                "When the image is fetched. By default as Kubernetes decides by the image's tag.",
                ["Always", "IfNotPresent", "Never"]
            ),
            .list(
                "imagePullSecrets",
                "Secrets with credentials for the image's registry.",
                of: .object("[]", "One Secret.", [.text("name", "Its name.", pattern: .objectName).required]),
                ListLimits(maximumCount: 16, identity: .map(["name"]))
            ),
            labels("labels", "Labels of the pods besides the operator's.").ruled(
                .eachName(
                    "!k.startsWith('kustosink.dev/') && !k.startsWith('app.kubernetes.io/') && "
                        + "k != 'pod-template-hash'",
                    "must leave labels of kustosink.dev and app.kubernetes.io and pod-template-hash to the operator",
                    .forbidden
                ) { name in
                    !name.hasPrefix("kustosink.dev/") && !name.hasPrefix("app.kubernetes.io/")
                        && name != "pod-template-hash"
                }
            ),
            annotations("annotations", "Annotations of the pods besides the operator's.").ruled(
                .eachName(
                    "!k.startsWith('kustosink.dev/')",
                    "must leave annotations of kustosink.dev to the operator",
                    .forbidden
                ) { !$0.hasPrefix("kustosink.dev/") },
                .eachName(
                    "!k.startsWith('container.apparmor.security.beta.kubernetes.io/')",
                    "must leave the profiles of AppArmor to the container runtime",
                    .forbidden
                ) { !$0.hasPrefix("container.apparmor.security.beta.kubernetes.io/") }
            ),
            .text(
                "serviceAccountName",
                "A ServiceAccount that exists already. By default the operator makes one of the sink's own.",
                pattern: .objectName
            ),
            annotations(
                "serviceAccountAnnotations",
                "Annotations of the sink's own ServiceAccount, such as a workload identity's client id."
            ),
            resources,
            .map(
                "nodeSelector",
                "Labels that a node must have.",
                keys: TextLimits(minimumLength: 1, maximumLength: 317, pattern: .labelKey),
                values: TextLimits(maximumLength: 63, pattern: .labelValue),
                maximumCount: 64
            ),
            tolerations, affinity, topologySpreadConstraints,
            .text("priorityClassName", "The pods' PriorityClass.", pattern: .objectName),
            .text("runtimeClassName", "The pods' RuntimeClass.", pattern: .objectName),
            podSecurityContext, securityContext, hostAliases, dnsConfig,
            .integer(
                "terminationGracePeriodSeconds",
                "How many seconds a worker has to stop. By default 10 more than buffers.shutdownDrain.",
                1...7_200
            ),
            .list(
                "env",
                "Environment variables with plain values. Credentials do not belong here.",
                of: .object(
                    "[]",
                    "One variable.",
                    [
                        .text("name", "Its name.", pattern: .environmentName).required,
                        .text("value", "Its value. Empty by default.", maximum: 4_096, minimum: 0, pattern: nil),
                    ]
                ),
                ListLimits(maximumCount: 64, identity: .map(["name"]))
            ).ruled(
                SchemaRule(
                    "self.all(e, !e.name.startsWith('CONNECT_'))",
                    "must not hold CONNECT_ variables, which are properties of the sink; use spec.config",
                    .forbidden
                ) { variables in
                    (variables.arrayValue ?? []).allSatisfy { $0["name"]?.stringValue?.hasPrefix("CONNECT_") != true }
                }
            ),
        ]
    ).ruled(
        SchemaRule(
            "!has(self.serviceAccountName) || !has(self.serviceAccountAnnotations)",
            "are for the sink's own ServiceAccount; leave out serviceAccountName or annotate that account itself",
            .forbidden,
            at: ".serviceAccountAnnotations"
        ) { $0["serviceAccountName"] == nil || $0["serviceAccountAnnotations"] == nil }
    )

    private static func annotations(_ name: String, _ summary: String) -> SchemaField {
        .map(
            name,
            summary,
            keys: TextLimits(minimumLength: 1, maximumLength: 317, pattern: .labelKey),
            values: TextLimits(maximumLength: 4_096),
            maximumCount: 64
        )
    }

    private static let resources = SchemaField.object(
        "resources",
        "What a worker's container needs and may use. By default the operator asks for little and limits memory.",
        [quantities("requests", "What it needs."), quantities("limits", "What it may use.")]
    )

    private static func quantities(_ name: String, _ summary: String) -> SchemaField {
        SchemaField(
            name,
            summary,
            .map(
                SchemaField("{}", "A quantity.", .quantity),
                keys: TextLimits(minimumLength: 1, maximumLength: 317, pattern: .labelKey),
                maximumCount: 16
            )
        )
    }

    private static let tolerations = SchemaField.list(
        "tolerations",
        "Taints of nodes that the pods tolerate.",
        of: .object(
            "[]",
            "One toleration.",
            [
                .text("key", "The taint's key; without it, every taint.", maximum: 317, pattern: .labelKey),
                .word("operator", "How the value is compared. By default Equal.", ["Equal", "Exists"]),
                .text("value", "The taint's value.", maximum: 63, minimum: 0, pattern: .labelValue),
                .word(
                    "effect",
                    "The taint's effect; without it, every effect.",
                    ["NoSchedule", "PreferNoSchedule", "NoExecute"]
                ),
                .integer(
                    "tolerationSeconds",
                    "For how many seconds NoExecute is tolerated. By default for ever.",
                    0...2_147_483_647
                ),
            ]
        ),
        ListLimits(maximumCount: 64)
    )

    private static let topologySpreadConstraints = SchemaField.list(
        "topologySpreadConstraints",
        "How the pods spread over nodes and zones. By default evenly where that can be done.",
        of: .object(
            "[]",
            "One constraint.",
            [
                .integer("maxSkew", "How uneven the spread may be.", 1...1_000).required,
                .text(
                    "topologyKey",
                    "The label of nodes over whose values they spread.",
                    maximum: 317,
                    pattern: .labelKey
                )
                .required,
                .word(
                    "whenUnsatisfiable",
                    "What happens when it cannot be kept.",
                    ["DoNotSchedule", "ScheduleAnyway"]
                ).required,
                labelSelector("labelSelector", "Which pods are counted."),
                .texts(
                    "matchLabelKeys",
                    "Labels of the pod whose values also select.",
                    maximumCount: 16,
                    maximumLength: 317,
                    pattern: .labelKey
                ),
                .integer("minDomains", "The fewest values that count.", 1...1_000),
                .word("nodeAffinityPolicy", "Whether nodes that affinity excludes count.", ["Honor", "Ignore"]),
                .word("nodeTaintsPolicy", "Whether nodes with taints count.", ["Honor", "Ignore"]),
            ]
        ),
        ListLimits(maximumCount: 16)
    )

    private static let hostAliases = SchemaField.list(
        "hostAliases",
        "Lines of the pods' /etc/hosts.",
        of: .object(
            "[]",
            "One address and its names.",
            [
                .text("ip", "The address.", maximum: 45, pattern: .address).required,
                .texts("hostnames", "Its names.", maximumCount: 16, minimumCount: 1, pattern: .host, identity: .atomic)
                    .required,
            ]
        ),
        ListLimits(maximumCount: 64, identity: .map(["ip"]))
    )

    private static let dnsConfig = SchemaField.object(
        "dnsConfig",
        "The pods' resolver, over what the cluster gives it.",
        [
            .texts("nameservers", "Addresses of servers.", maximumCount: 3, pattern: .address, identity: .atomic),
            .texts("searches", "Domains in which short names are looked up.", maximumCount: 32, identity: .atomic),
            .list(
                "options",
                "Options of resolv.conf, such as ndots.",
                of: .object(
                    "[]",
                    "One option.",
                    [
                        .text("name", "Its name.", maximum: 63, pattern: .propertyName).required,
                        .text("value", "Its value.", maximum: 63, pattern: .propertyName),
                    ]
                ),
                ListLimits(maximumCount: 16)
            ),
        ]
    )
}
