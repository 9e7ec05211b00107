internal import Identity
package import Secrets
package import SinkConfiguration

/// What a client signs in and encrypts with at one moment, to be compared with what was read earlier.
package struct ClientSnapshot: Sendable, Hashable {
    /// A user and a password.
    package struct Login: Sendable, Hashable {
        /// The user.
        package let user: Secret
        /// The password.
        package let password: Secret
    }

    /// The user and the password, which a client takes while it runs; `nil` for other mechanisms.
    package let login: Login?
    /// What a client is made with, and keeps for as long as it lives.
    private let rest: ClientProperties
    private let material: StoreMaterial

    /// Takes a client's properties.
    /// - Parameters:
    ///   - properties: The properties, with stores that are only named.
    ///   - material: What the stores hold.
    package init(_ properties: ClientProperties, material: StoreMaterial) {
        var rest = properties
        let (user, password) = (rest.values["sasl.username"], rest.values["sasl.password"])
        if let user, let password {
            login = Login(user: Secret(user.reveal()), password: Secret(password.reveal()))
            rest.values["sasl.username"] = nil
            rest.values["sasl.password"] = nil
        } else {
            login = nil
        }
        rest.origins = [:]
        // What is in the stores counts, not under which password.
        rest.security.trust = nil
        rest.security.identity = nil
        rest.security.oauth?.trust = nil
        // Secrets that are read again for each token change without the client.
        if let oauth = rest.security.oauth { rest.security.oauth?.credential = Self.withoutValues(oauth.credential) }
        self.rest = rest
        self.material = material
    }

    /// Whether a client that was made with the other one can go on with this one, with another user or password at most.
    package func differsInLoginOnly(from other: ClientSnapshot) -> Bool {
        rest == other.rest && material == other.material && (login == nil) == (other.login == nil)
    }

    private static func withoutValues(_ credential: Credential) -> Credential {
        switch credential {
        case .clientSecret(let application, let secret): return .clientSecret(application, secret.withoutValue)
        case .certificate(let application, var certificate):
            certificate.password = certificate.password?.withoutValue
            return .certificate(application, certificate)
        case .token(let secret): return .token(secret.withoutValue)
        case .oauthClient(var client):
            client.clientSecret = client.clientSecret.withoutValue
            return .oauthClient(client)
        case .managedIdentity, .workloadIdentity, .machineEndpoint: return credential
        }
    }
}
