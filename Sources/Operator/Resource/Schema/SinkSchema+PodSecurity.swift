internal import JSON

/// The security contexts of `spec.template`: they are as Kubernetes' restricted pods are,
/// since whoever may write a sink is not thereby to get a pod that leaves its confinement.
extension SinkSchema {
    static let podSecurityContext = SchemaField.object(
        "podSecurityContext",
        "The pods' security context, over the operator's.",
        identity + [
            .integer("fsGroup", "The group that owns volumes.", 0...2_147_483_647),
            .word("fsGroupChangePolicy", "When the owner of volumes is changed.", ["Always", "OnRootMismatch"]),
            .list(
                "supplementalGroups",
                "Further groups of the processes.",
                of: .integer("[]", "One of them.", 0...2_147_483_647),
                ListLimits(maximumCount: 32)
            ),
        ]
    )

    static let securityContext = SchemaField.object(
        "securityContext",
        "The container's security context, over the operator's.",
        identity + [
            .flag("allowPrivilegeEscalation", "Whether a process may gain more rights, which none may.").ruled(
                SchemaRule("!self", "must be false or left out: no process of a worker gains rights", .forbidden) {
                    $0.boolValue != true
                }
            ),
            .flag("readOnlyRootFilesystem", "Whether the image's files are read-only. True by default."),
            .object(
                "capabilities",
                "Rights of the kernel. By default all are dropped.",
                [
                    words("add", "Rights to add.", ["NET_BIND_SERVICE"]), words("drop", "Rights to drop.", ["ALL"]),
                ]
            ),
        ]
    )

    private static func words(_ name: String, _ summary: String, _ values: [String]) -> SchemaField {
        .list(
            name,
            summary,
            of: .word("[]", "One of them.", values),
            ListLimits(minimumCount: 1, maximumCount: values.count, identity: .atomic)
        )
    }

    private static let identity = [
        SchemaField.integer("runAsUser", "The user's number, not 0, which is root.", 1...2_147_483_647),
        .integer("runAsGroup", "The group's number.", 0...2_147_483_647),
        .flag("runAsNonRoot", "Whether the user must not be root, which it must not.").ruled(
            SchemaRule("self", "must be true or left out: workers never run as root", .forbidden) {
                $0.boolValue != false
            }
        ),
        .object(
            "seccompProfile",
            "Which calls of the kernel are allowed. By default RuntimeDefault.",
            [
                .word("type", "The kind of profile.", ["RuntimeDefault", "Localhost"]).required,
                .text("localhostProfile", "The profile's file on the node, for Localhost.", maximum: 1_024),
            ]
        ),
        .object(
            "seLinuxOptions",
            "The SELinux context.",
            [.text("level", "The context's level; its user, role and type are the runtime's.", maximum: 253)]
        ),
    ]
}
