/// Samples of what `spec.template` may say about rights: what Kubernetes' restricted pods may, and no more.
extension RuleSample {
    static var confinement: [RuleSample] {
        get throws {
            func pod(_ title: String, refusedAt path: String? = nil, _ context: String) throws -> RuleSample {
                let place = path.map { "spec.template.podSecurityContext." + $0 }
                return try RuleSample(title, refusedAt: place, [("template.podSecurityContext", context)])
            }
            func container(_ title: String, refusedAt path: String? = nil, _ context: String) throws -> RuleSample {
                let place = path.map { "spec.template.securityContext." + $0 }
                return try RuleSample(title, refusedAt: place, [("template.securityContext", context)])
            }
            return [
                try pod(
                    "a user, a group and a level",
                    "{runAsUser: 1, runAsGroup: 0, fsGroup: 0, runAsNonRoot: true, seLinuxOptions: {level: 's0:c1,c2'}, "
                        + "seccompProfile: {type: Localhost, localhostProfile: worker.json}}"
                ),
                try pod("root", refusedAt: "runAsUser", "{runAsUser: 0}"),
                try pod("perhaps root", refusedAt: "runAsNonRoot", "{runAsNonRoot: false}"),
                try pod("every call", refusedAt: "seccompProfile.type", "{seccompProfile: {type: Unconfined}}"),
                try pod("a type of SELinux", refusedAt: "seLinuxOptions.type", "{seLinuxOptions: {type: spc_t}}"),
                try pod("a user of SELinux", refusedAt: "seLinuxOptions.user", "{seLinuxOptions: {user: system_u}}"),
                try pod("a role of SELinux", refusedAt: "seLinuxOptions.role", "{seLinuxOptions: {role: system_r}}"),
                try container(
                    "low ports",
                    "{allowPrivilegeEscalation: false, capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}}"
                ),
                try container("root", refusedAt: "runAsUser", "{runAsUser: 0}"),
                try container("perhaps root", refusedAt: "runAsNonRoot", "{runAsNonRoot: false}"),
                try container("every call", refusedAt: "seccompProfile.type", "{seccompProfile: {type: Unconfined}}"),
                try container("a type of SELinux", refusedAt: "seLinuxOptions.type", "{seLinuxOptions: {type: spc_t}}"),
                try container(
                    "more rights later",
                    refusedAt: "allowPrivilegeEscalation",
                    "{allowPrivilegeEscalation: true}"
                ),
                try container("a right", refusedAt: "capabilities.add[0]", "{capabilities: {add: [SYS_ADMIN]}}"),
                try container("nothing dropped", refusedAt: "capabilities.drop", "{capabilities: {drop: []}}"),
                try container("little dropped", refusedAt: "capabilities.drop[0]", "{capabilities: {drop: [KILL]}}"),
                try container("privilege", refusedAt: "privileged", "{privileged: true}"),
                try container("files of the kernel", refusedAt: "procMount", "{procMount: Unmasked}"),
            ]
        }
    }
}
