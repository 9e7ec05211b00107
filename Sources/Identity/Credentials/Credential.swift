package import Secrets

/// An identity and what proves it: what access tokens are asked for with.
///
/// A new kind of identity is a case here, a flow in `Flows`, and the properties that name it in the table of properties.
package enum Credential: Sendable, Hashable {
    /// An Entra application with a client secret.
    case clientSecret(EntraApplication, Secret)
    /// The identity of this machine; without a client id the one that the system assigned.
    case managedIdentity(clientID: String?)
    /// A token of the pod's service account, exchanged at Entra.
    case workloadIdentity
    /// A bearer token from elsewhere, which is used until it is refused.
    case token(Secret)
    /// An application of any identity provider.
    case oauthClient(OAuthClient)
    /// An identity of this machine, asked for by a query that somebody has written.
    case machineEndpoint(MachineEndpoint)
}
