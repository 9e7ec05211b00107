package import HTTP
package import Secrets

/// Where a schema registry is, how a client shows who it is, and how patient and how large it may be.
package struct SchemaRegistryConfiguration: Sendable, Hashable {
    /// How long the client waits between attempts while the registry does not answer; there is no last attempt.
    package struct Backoff: Sendable, Hashable {
        /// The pause after the first failure, which doubles with each further one.
        package var initial: Duration
        /// The longest pause.
        package var maximum: Duration
        /// The longest pause that a registry may ask for by `Retry-After`.
        package var maximumAskedFor: Duration
        /// How long after the registry's word that something does not exist it is asked once more, before that is believed.
        ///
        /// A producer registers a schema with the registry's leader and writes at once, and a follower that has not heard
        /// of it yet says that there is none. A record must not be given up for that.
        package var confirmation: Duration

        /// Creates a backoff; without arguments a second doubling up to 30, five minutes if the registry asks, and a second
        /// before it is believed that something does not exist.
        package init(
            initial: Duration = .seconds(1),
            maximum: Duration = .seconds(30),
            maximumAskedFor: Duration = .seconds(300),
            confirmation: Duration = .seconds(1)
        ) {
            self.initial = initial
            self.maximum = maximum
            self.maximumAskedFor = maximumAskedFor
            self.confirmation = confirmation
        }

        /// Returns the pause after a failure.
        /// - Parameters:
        ///   - failures: How many attempts have failed, at least 1.
        ///   - retryAfter: The pause that the registry asked for; it is used when it is longer.
        ///   - jitter: A number from 0 to 1 that spreads the pause over its upper half.
        func pause(failures: Int, retryAfter: Duration?, jitter: Double) -> Duration {
            let cap = max(maximum, initial)
            var doubled = initial
            for _ in 0..<max(0, min(failures, 64) - 1) where doubled < cap { doubled = min(doubled * 2, cap) }
            return max(doubled * (0.5 + jitter / 2), min(retryAfter ?? .zero, maximumAskedFor))
        }
    }

    /// How much is kept and taken.
    package struct Limits: Sendable, Hashable {
        /// Schemas that are kept for each subject (`max.schemas.per.subject`); the ones used longest ago make room.
        package var schemasPerSubject: Int
        /// How long it is remembered that a schema does not exist; until then the registry is not asked again.
        package var refusalLifetime: Duration
        /// The most bytes of an answer.
        package var answerBytes: Int
        /// The most schemas that a schema may refer to, directly and through others.
        package var references: Int
        /// The most references in a row.
        package var referenceDepth: Int
        /// The most requests at a time.
        package var requests: Int

        /// Creates limits; without arguments 1,000 schemas a subject, refusals for 30 seconds, answers of 16 MiB, 1,000
        /// references at most 64 deep, and 8 requests at a time.
        package init(
            schemasPerSubject: Int = 1000,
            refusalLifetime: Duration = .seconds(30),
            answerBytes: Int = 16 << 20,
            references: Int = 1000,
            referenceDepth: Int = 64,
            requests: Int = 8
        ) {
            self.schemasPerSubject = schemasPerSubject
            self.refusalLifetime = refusalLifetime
            self.answerBytes = answerBytes
            self.references = references
            self.referenceDepth = referenceDepth
            self.requests = requests
        }
    }

    /// The registry's URLs; when one does not answer the next one is asked.
    package var endpoints: [SchemaRegistryEndpoint]
    /// How the client shows who it is.
    package var authentication: SchemaRegistryAuthentication
    /// The registry that is meant where many share a URL, sent as `target-sr-cluster` (`bearer.auth.logical.cluster`).
    package var logicalCluster: String?
    /// Sent as `Confluent-Identity-Pool-Id` (`bearer.auth.identity.pool.id`).
    package var identityPool: String?
    /// Further header fields by name (`request.header.NAME`), which replace the client's own.
    package var headers: [String: Secret]
    /// How the two sides of a TLS connection know each other, also at the endpoint that gives out tokens.
    package var tls: TLSSettings
    /// The authorities that are trusted where ``tls`` names none.
    package var authorities: TrustedAuthorities
    /// The proxies of requests.
    package var proxies: ProxyRules
    /// How long connecting may take (`http.connect.timeout.ms`).
    package var connectTimeout: Duration
    /// How long a request may take, connecting included (`http.read.timeout.ms`).
    package var requestTimeout: Duration
    /// How long the client waits between attempts.
    package var backoff: Backoff
    /// How much is kept and taken.
    package var limits: Limits
    /// What the properties of this client begin with, such as `value.converter.`; for messages that name one.
    package var propertyPrefix: String

    /// Creates a configuration; without further arguments without credentials, 15 seconds to connect and 60 to answer.
    package init(
        endpoints: [SchemaRegistryEndpoint],
        authentication: SchemaRegistryAuthentication = .none,
        logicalCluster: String? = nil,
        identityPool: String? = nil,
        headers: [String: Secret] = [:],
        tls: TLSSettings = .init(),
        authorities: TrustedAuthorities = .init(),
        proxies: ProxyRules = .none,
        connectTimeout: Duration = .seconds(15),
        requestTimeout: Duration = .seconds(60),
        backoff: Backoff = .init(),
        limits: Limits = .init(),
        propertyPrefix: String = "value.converter."
    ) {
        self.endpoints = endpoints
        self.authentication = authentication
        self.logicalCluster = logicalCluster
        self.identityPool = identityPool
        self.headers = headers
        self.tls = tls
        self.authorities = authorities
        self.proxies = proxies
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.backoff = backoff
        self.limits = limits
        self.propertyPrefix = propertyPrefix
    }
}
