package import Secrets

/// How a client shows a schema registry who it is.
package enum SchemaRegistryAuthentication: Sendable, Hashable {
    /// An application of an identity provider: OAuth 2.0 client credentials (RFC 6749, 4.4).
    package struct ClientCredentials: Sendable, Hashable {
        /// Where tokens are asked for (`bearer.auth.issuer.endpoint.url`).
        package var tokenURL: String
        /// The application (`bearer.auth.client.id`).
        package var clientID: String
        /// Its secret (`bearer.auth.client.secret`).
        package var clientSecret: Secret
        /// What the token is for, or `nil` for what the provider takes then (`bearer.auth.scope`).
        package var scope: String?
        /// How long before its end a token is renewed (`bearer.auth.cache.expiry.buffer.seconds`).
        package var expiryBuffer: Duration

        /// Creates credentials; without further arguments no scope, and tokens are renewed five minutes early.
        package init(
            tokenURL: String,
            clientID: String,
            clientSecret: Secret,
            scope: String? = nil,
            expiryBuffer: Duration = .seconds(300)
        ) {
            self.tokenURL = tokenURL
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.scope = scope
            self.expiryBuffer = expiryBuffer
        }
    }

    /// A managed identity of Azure, whose tokens come from an endpoint that the machine offers.
    package struct ManagedIdentity: Sendable, Hashable {
        /// Where Azure's machines offer it.
        package static let machineEndpoint = "http://169.254.169.254/metadata/identity/oauth2/token"

        /// The endpoint (`bearer.auth.uami.endpoint.url`).
        package var endpointURL: String
        /// What is asked there, as it stands behind the `?` (`bearer.auth.uami.endpoint.query`).
        package var query: String
        /// How long before its end a token is renewed (`bearer.auth.cache.expiry.buffer.seconds`).
        package var expiryBuffer: Duration

        /// Creates an identity; without further arguments that of an Azure machine, renewed five minutes early.
        package init(
            query: String,
            endpointURL: String = ManagedIdentity.machineEndpoint,
            expiryBuffer: Duration = .seconds(300)
        ) {
            self.query = query
            self.endpointURL = endpointURL
            self.expiryBuffer = expiryBuffer
        }
    }

    /// No credential.
    case none
    /// HTTP Basic with what stands in each URL before its `@` (`basic.auth.credentials.source=URL`).
    case url
    /// HTTP Basic with one `user:password` for every URL (`USER_INFO`).
    case basic(userInfo: Secret)
    /// A bearer token that does not change (`bearer.auth.credentials.source=STATIC_TOKEN`).
    case bearer(token: Secret)
    /// Bearer tokens of an identity provider (`OAUTHBEARER`).
    case clientCredentials(ClientCredentials)
    /// Bearer tokens of a managed identity (`UAMI`).
    case managedIdentity(ManagedIdentity)

    /// HTTP Basic with a user and a password, such as those of `sasl.jaas.config` (`SASL_INHERIT`).
    package static func basic(user: String, password: Secret) -> SchemaRegistryAuthentication {
        .basic(userInfo: Secret("\(user):\(password.reveal())"))
    }

    /// The properties to look at when a registry does not accept the credential, without the converter's prefix.
    var properties: String {
        switch self {
        case .none: "basic.auth.credentials.source or bearer.auth.credentials.source, neither of which is set"
        case .url: "the user and password in schema.registry.url"
        case .basic: "basic.auth.user.info"
        case .bearer: "bearer.auth.token"
        case .clientCredentials: "bearer.auth.client.id, bearer.auth.client.secret and bearer.auth.scope"
        case .managedIdentity: "bearer.auth.uami.endpoint.query"
        }
    }
}
