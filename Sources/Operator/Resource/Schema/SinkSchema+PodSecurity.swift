internal import JSON

/// The security contexts of `spec.template`; what would lift the container out of its confinement is not in them.
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
            .flag("allowPrivilegeEscalation", "Whether a process may gain more rights. False by default."),
            .flag("readOnlyRootFilesystem", "Whether the image's files are read-only. True by default."),
            .object(
                "capabilities",
                "Rights of the kernel. By default all are dropped.",
                [
                    .texts(
                        "add",
                        "Rights to add.",
                        maximumCount: 8,
                        maximumLength: 63,
                        pattern: .propertyName,
                        identity: .atomic
                    ),
                    .texts(
                        "drop",
                        "Rights to drop.",
                        maximumCount: 64,
                        maximumLength: 63,
                        pattern: .propertyName,
                        identity: .atomic
                    ),
                ]
            ),
        ]
    )

    private static let identity = [
        SchemaField.integer("runAsUser", "The user's number.", 0...2_147_483_647),
        .integer("runAsGroup", "The group's number.", 0...2_147_483_647),
        .flag("runAsNonRoot", "Whether the user must not be root. True by default."),
        .object(
            "seccompProfile",
            "Which calls of the kernel are allowed. By default RuntimeDefault.",
            [
                .word("type", "The kind of profile.", ["RuntimeDefault", "Localhost", "Unconfined"]).required,
                .text("localhostProfile", "The profile's file on the node, for Localhost.", maximum: 1_024),
            ]
        ),
        .object(
            "seLinuxOptions",
            "The SELinux context.",
            ["user", "role", "type", "level"].map { .text($0, "The context's \($0).", maximum: 253) }
        ),
    ]
}
