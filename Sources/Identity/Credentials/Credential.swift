package import Secrets

/// An identity and what proves it: what access tokens are asked for with.
///
/// A new kind of identity is a case here, a flow in `Flows`, and the properties that name it in the table of properties.
package enum Credential: Sendable, Hashable {
    /// An Entra application with a client secret.
    case clientSecret(EntraApplication, RotatedSecret)
    /// An Entra application with a certificate.
    case certificate(EntraApplication, ClientCertificate)
    /// An identity of this machine, from the endpoint that Azure offers there.
    case managedIdentity(ManagedIdentity)
    /// A token of the pod's service account, exchanged at Entra.
    case workloadIdentity
    /// A bearer token from elsewhere, which is used until it is refused.
    case token(RotatedSecret)
    /// An application of any identity provider.
    case oauthClient(OAuthClient)
    /// An identity of this machine, asked for by a query that somebody has written.
    case machineEndpoint(MachineEndpoint)
}
