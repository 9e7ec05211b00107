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

    private struct State {
        var sources: [Key: KafkaTokenSource] = [:]
        var clients: [HTTPClient] = []
    }

    private let azure: any HTTPTransport
    private let network: NetworkSettings
    private let environment: [String: String]
    private let clock: IdentityClock
    private let failures: RefreshFailures
    private let logger: Logger
    private let state = Mutex(State())

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
        let key = Key(oauth: oauth, authorities: authorities)
        if let known = state.withLock({ $0.sources[key] }) { return known }
        let provider = TokenProvider(
            oauth.credential,
            for: oauth.audience,
            remedy: "check \(oauth.properties.joined(separator: ", "))",
            environment: environment,
            transport: try transport(for: oauth, authorities: authorities),
            clock: clock,
            onFailure: failures.reporter(of: "kafka-token")
        )
        let made = KafkaTokenSource { try await Self.token(of: provider, for: oauth) }
        return state.withLock { state in
            if let known = state.sources[key] { return known }
            state.sources[key] = made
            return made
        }
    }

    /// Ends the connections; sources that are still asked say so.
    package func close() async {
        let clients = state.withLock { state in
            defer { state = State() }
            return state.clients
        }
        for client in clients { await client.shutdown() }
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

    /// The way to where tokens come from: Azure's for identities of Entra and of machines, one of its own for others, whose
    /// proxies and authorities are those of the environment.
    private func transport(
        for oauth: KafkaOAuth,
        authorities: Secret?
    ) throws(ClientProblems) -> any HTTPTransport {
        guard case .oauthClient(let client) = oauth.credential else { return azure }
        let isEntra = (try? EndpointURL(client.tokenURL)).map { TrustedEndpoints.isLogin($0) } ?? false
        if isEntra, authorities == nil { return azure }
        var settings = HTTPClientConfiguration(authorities: network.authorities, proxies: network.proxies)
        settings.tls.authorities = authorities.map { Array($0.reveal().utf8) }
        do throws(HTTPError) {
            let client = try HTTPClient(configuration: settings, logger: logger)
            state.withLock { $0.clients.append(client) }
            return client
        } catch {
            let property = oauth.trust?.property ?? oauth.properties.last ?? "sasl.oauthbearer.token.endpoint.url"
            throw ClientProblems(["\(property): \(error.message)"])
        }
    }
}
