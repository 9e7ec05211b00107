package import Identity
package import Secrets

/// How a client shows a schema registry who it is.
package enum SchemaRegistryAuthentication: Sendable, Hashable {
    /// No credential.
    case none
    /// HTTP Basic with what stands in each URL before its `@` (`basic.auth.credentials.source=URL`).
    case url
    /// HTTP Basic with one `user:password` for every URL (`USER_INFO`).
    case basic(userInfo: Secret)
    /// Bearer tokens (`bearer.auth.credentials.source`).
    case bearer(Credential)

    /// HTTP Basic with a user and a password, such as those of `sasl.jaas.config` (`SASL_INHERIT`).
    package static func basic(user: String, password: Secret) -> SchemaRegistryAuthentication {
        .basic(userInfo: Secret("\(user):\(password.reveal())"))
    }

    /// Whether another credential can be had when one is refused.
    var isRenewable: Bool {
        switch self {
        case .none, .url, .basic: false
        case .bearer(.token(let token)): token.mayChange
        case .bearer: true
        }
    }

    /// The properties to look at when a registry does not accept the credential, without the converter's prefix.
    var properties: String {
        switch self {
        case .none: "basic.auth.credentials.source or bearer.auth.credentials.source, neither of which is set"
        case .url: "the user and password in schema.registry.url"
        case .basic: "basic.auth.user.info"
        case .bearer(.token): "bearer.auth.token"
        case .bearer(.oauthClient): "bearer.auth.client.id, bearer.auth.client.secret and bearer.auth.scope"
        case .bearer: "bearer.auth.uami.endpoint.query"
        }
    }

    /// What to check when no token is to be had.
    func remedy(_ prefix: String) -> String {
        switch self {
        case .bearer(.oauthClient):
            "check \(prefix)bearer.auth.issuer.endpoint.url, .client.id, .client.secret and .scope"
        case .bearer(.machineEndpoint):
            "check \(prefix)bearer.auth.uami.endpoint.query and .uami.endpoint.url, and that the identity is assigned"
        default: "check \(prefix)bearer.auth.credentials.source"
        }
    }
}
