internal import Cryptography
internal import Daemon

/// What the command line says about identities.
enum AuthenticationArguments {
    /// The options.
    static let options: [CommandLineOption] = [
        .flag("allow-any-token", help: "Take any bearer token."),
        .flag("no-auth", help: "Take requests without a token."),
        .value(
            "application",
            "ID=SECRET",
            isRepeatable: true,
            help: "An application that gets tokens, and a secret of it; without any application, all do."
        ),
        .value(
            "expired-secret",
            "ID=SECRET",
            isRepeatable: true,
            help: "A secret of an application that has expired."
        ),
        .value(
            "application-certificate",
            "ID=FILE",
            isRepeatable: true,
            help: "An application that gets tokens, and a PEM certificate whose key signs its assertions."
        ),
        .value(
            "federated-identity",
            "ID=ISSUER,SUBJECT,FILE",
            isRepeatable: true,
            help: "Whose tokens are taken for an application, and the PEM certificate of the key that signs them."
        ),
        .value("tenant", "NAME", isRepeatable: true, help: "A tenant of Entra; without any, all are there."),
        .value(
            "machine-identity",
            "CLIENT_ID[,OBJECT_ID[,RESOURCE_ID]]",
            isRepeatable: true,
            help: "A managed identity that is assigned to the machine; without any, all applications are."
        ),
        .value(
            "machine-secret",
            "TEXT",
            help: "What App Service and Azure ML want in IDENTITY_HEADER and MSI_SECRET. Default 'emulated'."
        ),
        .value(
            "arc-key-folder",
            "DIR",
            .directory,
            help: "Where the agent of Azure Arc writes its keys; without it there is none."
        ),
        .value(
            "oidc-audience",
            "TEXT",
            help: "Whom the tokens of the identity provider for Kafka are for. Default 'kafka'."
        ),
        .value(
            "static-token",
            "TOKEN",
            isRepeatable: true,
            help: "A bearer token that is good without being issued."
        ),
        .value("token-lifetime", "SECONDS", help: "How long an issued token is good. Default 3599."),
        .value(
            "identity-token-lifetime",
            "SECONDS",
            help: "How long an identity token for queue messages is good. Default 86400."
        ),
        .value(
            "deny-ingest",
            "ID",
            isRepeatable: true,
            help: "An application that may not ingest; .show principal access says so, and what it queues fails."
        ),
    ]

    /// Makes a policy of a command line.
    /// - Throws: `ExitError` with `usage` for a value that cannot be used.
    static func policy(_ arguments: Arguments) throws(ExitError) -> AuthenticationPolicy {
        var policy = AuthenticationPolicy()
        if arguments.has("allow-any-token") { policy.mode = .anyToken }
        if arguments.has("no-auth") { policy.mode = .none }
        policy.staticTokens = Set(arguments.values("static-token"))
        policy.tokenLifetimeSeconds = try EmulatorArguments.number("token-lifetime", arguments) ?? 3599
        policy.identityTokenLifetimeSeconds =
            try EmulatorArguments.number("identity-token-lifetime", arguments) ?? 86_400
        policy.applicationsWithoutIngestRight = Set(arguments.values("deny-ingest"))
        policy.tenants = Set(arguments.values("tenant").map { $0.lowercased() })
        if let audience = arguments.value("oidc-audience") { policy.openIDAudience = audience }
        policy.machine = try machine(arguments)
        for (id, secret) in try pairs("application", arguments) {
            policy.applications[id, default: EmulatedApplication()].secrets.insert(secret)
        }
        for (id, secret) in try pairs("expired-secret", arguments) {
            policy.applications[id, default: EmulatedApplication()].expiredSecrets.insert(secret)
        }
        for (id, file) in try pairs("application-certificate", arguments) {
            policy.applications[id, default: EmulatedApplication()].certificates
                .append(try certificate(in: file, "application-certificate"))
        }
        for (id, text) in try pairs("federated-identity", arguments) {
            let parts = text.split(separator: ",", maxSplits: 2).map(String.init)
            guard parts.count == 3 else {
                throw ExitError(.usage, "--federated-identity needs ID=ISSUER,SUBJECT,FILE")
            }
            policy.applications[id, default: EmulatedApplication()].federations
                .append(
                    FederatedIdentity(
                        issuer: parts[0],
                        subject: parts[1],
                        certificate: try certificate(in: parts[2], "federated-identity")
                    )
                )
        }
        return policy
    }

    private static func machine(_ arguments: Arguments) throws(ExitError) -> MachineIdentities {
        var machine = MachineIdentities()
        if let secret = arguments.value("machine-secret") { machine.secret = secret }
        machine.arcKeyFolder = arguments.value("arc-key-folder")
        for text in arguments.values("machine-identity") {
            let parts = text.split(separator: ",", maxSplits: 2).map(String.init)
            guard let id = parts.first else {
                throw ExitError(.usage, "--machine-identity needs CLIENT_ID[,OBJECT_ID[,RESOURCE_ID]]")
            }
            machine.assigned.append(
                .init(
                    clientID: id,
                    objectID: parts.count > 1 ? parts[1] : nil,
                    resourceID: parts.count > 2 ? parts[2] : nil
                )
            )
        }
        return machine
    }

    private static func pairs(_ option: String, _ arguments: Arguments) throws(ExitError) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for text in arguments.values(option) {
            guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                throw ExitError(.usage, "--\(option) needs ID=…")
            }
            pairs.append((String(text[..<sign]), String(text[text.index(after: sign)...])))
        }
        return pairs
    }

    private static func certificate(in file: String, _ option: String) throws(ExitError) -> Certificate {
        let text = try EmulatorArguments.text(of: file, option)
        do throws(EmulatorError) {
            let certificates = try EmulatedApplication.certificates(pem: text)
            guard let first = certificates.first else { throw EmulatorError(.semantic, "there is none") }
            return first
        } catch {
            throw ExitError(.usage, "--\(option) \(file): \(error.message)")
        }
    }
}
