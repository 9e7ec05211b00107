internal import Converters
internal import FoundationEssentials
internal import HTTP
internal import Identity
internal import SchemaRegistry
internal import Secrets
internal import SinkConfiguration

extension SchemaRegistryConfiguration {
    /// The registry that a converter's settings name.
    /// - Parameters:
    ///   - converter: Settings of a converter that uses a registry.
    ///   - errors: Say how long to wait between attempts while the registry does not answer.
    ///   - network: Says which way requests go, and whom to trust, where the converter's settings do not.
    ///   - clock: The time, for certificates that have expired.
    /// - Throws: ``SinkFailure`` with `clientConfiguration`, whose message names the property.
    init(
        _ converter: ConverterSettings,
        errors: ErrorSettings,
        network: NetworkSettings,
        clock: SinkClock = .system
    ) throws(SinkFailure) {
        let options = RegistryOptions(converter.options, prefix: "\(converter.side.rawValue).converter.")
        var endpoints: [SchemaRegistryEndpoint] = []
        for url in converter.registryURLs {
            do throws(SchemaRegistryError) {
                endpoints.append(try SchemaRegistryEndpoint(parsing: url))
            } catch {
                throw SinkFailure(.clientConfiguration, "\(options.prefix)schema.registry.url: \(error.message)")
            }
        }
        self.init(
            endpoints: endpoints,
            authentication: try Self.authentication(options),
            logicalCluster: options.text("bearer.auth.logical.cluster"),
            identityPool: options.text("bearer.auth.identity.pool.id"),
            headers: options.below("request.header."),
            tls: try Self.tls(options, clock),
            authorities: network.authorities,
            proxies: try options.proxy().map { ProxyRules($0) } ?? network.proxies,
            connectTimeout: try options.milliseconds("http.connect.timeout.ms") ?? .seconds(15),
            requestTimeout: try options.milliseconds("http.read.timeout.ms") ?? .seconds(60),
            backoff: Backoff(maximum: min(errors.conversionRetryMaximumDelay, .seconds(30))),
            limits: Limits(schemasPerSubject: try options.number("max.schemas.per.subject") ?? 1000),
            propertyPrefix: options.prefix
        )
    }

    /// Returns what is wrong with how a converter signs in at its registry, as far as the properties say so.
    static func problem(of converter: ConverterSettings) -> StartupProblem? {
        guard converter.kind.usesRegistry else { return nil }
        do throws(SinkFailure) {
            _ = try authentication(RegistryOptions(converter.options, prefix: "\(converter.side.rawValue).converter."))
            return nil
        } catch {
            return StartupProblem(.configuration, error.message)
        }
    }

    private static func authentication(
        _ options: RegistryOptions
    ) throws(SinkFailure) -> SchemaRegistryAuthentication {
        let buffer = Duration.seconds(try options.number("bearer.auth.cache.expiry.buffer.seconds") ?? 300)
        switch (options.text("basic.auth.credentials.source"), options.text("bearer.auth.credentials.source")) {
        // As users write it who take the URL for enough, though Confluent asks for the property.
        case (nil, nil), ("URL"?, _): return .url
        case ("USER_INFO"?, _):
            if let other = options.secret("schema.registry.basic.auth.user.info") { return .basic(userInfo: other) }
            return .basic(userInfo: try options.requiredSecret("basic.auth.user.info"))
        case ("SASL_INHERIT"?, _): return try inherited(options)
        case (_, "STATIC_TOKEN"?): return .bearer(.token(try options.requiredRotatedSecret("bearer.auth.token")))
        case (_, "OAUTHBEARER"?):
            let client = OAuthClient(
                tokenURL: try options.required("bearer.auth.issuer.endpoint.url"),
                clientID: try options.required("bearer.auth.client.id"),
                clientSecret: try options.requiredRotatedSecret("bearer.auth.client.secret"),
                scope: options.text("bearer.auth.scope"),
                expiryBuffer: buffer
            )
            return .bearer(.oauthClient(client))
        case (_, "UAMI"?):
            let endpoint = MachineEndpoint(
                query: try options.required("bearer.auth.uami.endpoint.query"),
                url: options.text("bearer.auth.uami.endpoint.url") ?? MachineEndpoint.azure,
                expiryBuffer: buffer
            )
            return .bearer(.machineEndpoint(endpoint))
        case (let basic?, _):
            throw options.refusal(
                "basic.auth.credentials.source",
                "\(basic) is not supported; use URL, USER_INFO or SASL_INHERIT"
            )
        case (nil, let bearer?):
            throw options.refusal(
                "bearer.auth.credentials.source",
                "\(bearer) is not supported; use STATIC_TOKEN, OAUTHBEARER or UAMI"
            )
        }
    }

    /// The user of the converter's own `sasl.jaas.config`.
    private static func inherited(_ options: RegistryOptions) throws(SinkFailure) -> SchemaRegistryAuthentication {
        let name = "sasl.jaas.config"
        let text = try options.required(name)
        let entry: JAASEntry
        do throws(JAASEntry.Fault) {
            entry = try JAASEntry(parsing: text)
        } catch {
            throw options.refusal(name, "cannot be used: \(error.message)")
        }
        guard let user = entry.options["username"], let password = entry.options["password"] else {
            throw options.refusal(
                name,
                "has no username and password, which credentials source SASL_INHERIT takes from it"
            )
        }
        return .basic(user: user.reveal(), password: password)
    }

    private static func tls(_ options: RegistryOptions, _ clock: SinkClock) throws(SinkFailure) -> TLSSettings {
        let prefix = "schema.registry.ssl."
        var settings = TLSSettings()
        let identification = options.text(prefix + "endpoint.identification.algorithm")?.lowercased()
        settings.verifiesHostname = identification != "none"
        let trust = try options.store(prefix + "truststore.", texts: ["certificates"])
        settings.authorities = try trust?.authorities(clock)
        let identity = try options.store(
            prefix + "keystore.",
            texts: ["key", "certificate.chain"],
            keyPassword: prefix + "key.password"
        )
        settings.identity = try identity?.identity(clock)
        return settings
    }
}
