internal import FoundationEssentials
package import HTTP
package import Identity
package import Kafka
package import Logging
package import Metrics
internal import Refreshing
package import Secrets
package import SinkConfiguration
internal import Synchronization

/// Where the clients of a process get their tokens for OAUTHBEARER from; clients with the same credential share tokens.
package final class TokenSources: Sendable {
    /// What makes two clients' tokens the same.
    private struct Key: Hashable {
        let oauth: KafkaOAuth
        let authorities: Secret?
    }

    /// A source, and the HTTP client that is there for it alone.
    private struct Entry {
        let source: KafkaTokenSource
        let client: HTTPClient?
    }

    private let azure: any HTTPTransport
    private let network: NetworkSettings
    private let environment: [String: String]
    private let clock: IdentityClock
    private let failures: RefreshFailures
    private let logger: Logger
    private let entries = Mutex<[Key: Entry]>([:])

    /// Creates sources; nothing is sent.
    /// - Parameters:
    ///   - azure: The way to Azure, which is also that to Entra.
    ///   - network: The way to other identity providers.
    ///   - environment: The process's variables, which describe managed and workload identities.
    ///   - clock: The time.
    ///   - registry: Counts what could not be fetched.
    ///   - logger: Takes lines about that.
    package init(
        azure: any HTTPTransport,
        network: NetworkSettings = NetworkSettings(),
        environment: [String: String],
        clock: IdentityClock,
        registry: MetricsRegistry,
        logger: Logger
    ) {
        self.azure = azure
        self.network = network
        self.environment = environment
        self.clock = clock
        failures = RefreshFailures(registry: registry, logger: logger)
        self.logger = logger
    }

    /// The source for a client.
    /// - Parameters:
    ///   - oauth: How the client gets tokens.
    ///   - authorities: Those of the token endpoint, as PEM, or `nil` for the machine's.
    /// - Throws: ``ClientProblems`` when the token endpoint's authorities cannot be used.
    package func source(for oauth: KafkaOAuth, authorities: Secret?) throws(ClientProblems) -> KafkaTokenSource {
        try entries.withLock { entries throws(ClientProblems) in
            let key = Key(oauth: oauth, authorities: authorities)
            if let known = entries[key] { return known.source }
            let client = try client(for: oauth, authorities: authorities)
            let provider = TokenProvider(
                oauth.credential,
                for: oauth.audience,
                remedy: "check \(oauth.properties.joined(separator: ", "))",
                environment: environment,
                transport: client ?? azure,
                clock: clock,
                onFailure: failures.reporter(of: "kafka-token")
            )
            let source = KafkaTokenSource { try await Self.token(of: provider, for: oauth) }
            entries[key] = Entry(source: source, client: client)
            return source
        }
    }

    /// Forgets the sources that none of these clients has, and ends their connections.
    package func keepOnly(of clients: ClientSet) async {
        let used = Set(
            clients.prepared.values.compactMap { client in
                client.properties.security.oauth.map { Key(oauth: $0, authorities: client.tokenAuthorities) }
            }
        )
        await end { used.contains($0) }
    }

    /// Ends the connections; sources that are still asked say so.
    package func close() async { await end { _ in false } }

    /// How many sources there are.
    var count: Int { entries.withLock { $0.count } }

    private func end(_ isKept: @Sendable (Key) -> Bool) async {
        let ended = entries.withLock { entries in
            let ended = entries.filter { !isKept($0.key) }
            for key in ended.keys { entries[key] = nil }
            return ended.values.compactMap(\.client)
        }
        for client in ended { await client.shutdown() }
    }

    private static func token(of provider: TokenProvider, for oauth: KafkaOAuth) async throws -> KafkaToken {
        let token: AccessToken
        do throws(IdentityError) {
            token = try await provider.token().value
        } catch {
            // What a refused credential needs is said by the error itself.
            let isFinal = error.code == .refused || error.needsChange
            guard error.code != .refused, !error.isCancellation else {
                throw KafkaTokenError(error.message, isFinal: isFinal)
            }
            throw KafkaTokenError(
                "\(error.message); see \(oauth.properties.joined(separator: ", "))",
                isFinal: isFinal
            )
        }
        return KafkaToken(
            value: token.secret,
            expiresAt: Int64(token.end * 1000),
            principal: principal(of: token, for: oauth),
            extensions: oauth.extensions
        )
    }

    /// Whom a token is for; a token that only its issuer can read does not say.
    private static func principal(of token: AccessToken, for oauth: KafkaOAuth) -> String {
        if let name = token.claims?[oauth.subjectClaim], !name.isEmpty { return name }
        return switch oauth.credential {
        case .oauthClient(let client): client.clientID
        case .clientSecret(let application, _), .certificate(let application, _): application.clientID
        default: "kusto-sink"
        }
    }

    /// The way to where tokens come from: `nil` for Azure's, which identities of Entra and of machines take, and one of its
    /// own for others, whose proxies and authorities are those of the environment.
    private func client(for oauth: KafkaOAuth, authorities: Secret?) throws(ClientProblems) -> HTTPClient? {
        guard case .oauthClient(let client) = oauth.credential else { return nil }
        let isEntra = (try? EndpointURL(client.tokenURL)).map { TrustedEndpoints.isLogin($0) } ?? false
        if isEntra, authorities == nil { return nil }
        var settings = HTTPClientConfiguration(authorities: network.authorities, proxies: network.proxies)
        settings.tls.authorities = authorities.map { Array($0.reveal().utf8) }
        do throws(HTTPError) {
            return try HTTPClient(configuration: settings, logger: logger)
        } catch {
            let property = oauth.trust?.property ?? oauth.properties.last ?? "sasl.oauthbearer.token.endpoint.url"
            throw ClientProblems(["\(property): \(error.message)"])
        }
    }
}
