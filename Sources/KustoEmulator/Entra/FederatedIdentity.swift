package import Cryptography

/// Somebody whose tokens an application is proved with, such as a service account of Kubernetes ("workload identity
/// federation").
package struct FederatedIdentity: Sendable, Hashable {
    /// What tokens say for Entra in `aud`, unless an application is told otherwise.
    package static let usualAudience = "api://AzureADTokenExchange"

    /// Who issues the tokens, as they say in `iss`.
    package var issuer: String
    /// Whom they are for, as they say in `sub`, such as `system:serviceaccount:NAMESPACE:NAME`.
    package var subject: String
    /// What they say in `aud`.
    package var audience: String
    /// The certificate of the key with which the issuer signs.
    package var certificate: Certificate

    /// Creates an identity.
    package init(
        issuer: String,
        subject: String,
        audience: String = FederatedIdentity.usualAudience,
        certificate: Certificate
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.certificate = certificate
    }
}
