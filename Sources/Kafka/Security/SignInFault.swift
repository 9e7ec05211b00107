/// Why a broker and this client do not come together, for whoever knows which property says otherwise.
package struct SignInFault: Sendable, Hashable {
    /// What is wrong.
    package enum Cause: Sendable, Hashable {
        /// The broker does not take the user and the password, or the Kerberos principal.
        case credentialRefused
        /// The broker does not take the token.
        case tokenRefused
        /// There is no token: whoever gives them did not.
        case tokenMissing
        /// There is no Kerberos ticket, or the broker's name is not known there.
        case ticketMissing
        /// The broker signs nobody in by this mechanism.
        case mechanismRefused
        /// The broker signs nobody in on this port, and the client begins with that.
        case signsNobodyIn
        /// The broker ends connections of clients that do not sign in.
        case needsSignIn
        /// The broker's certificate is signed by nobody who is trusted.
        case untrustedCertificate
        /// The broker's certificate has ended, or has not begun.
        case certificateOutOfDate
        /// The broker's certificate is for another host.
        case wrongHost
        /// The broker's certificate is not accepted for another reason.
        case certificateRefused
        /// The broker wants a certificate of the client, or does not take the one that it was shown.
        case clientCertificateRefused
        /// What answers on the port speaks another protocol than Kafka's.
        case notKafka
        /// The client begins with TLS, and the port of the broker does not speak it.
        case notTLS
        /// The port of the broker speaks TLS, and the client does not.
        case needsTLS
        /// TLS fails for another reason, such as that no version or cipher is common to both.
        case handshake
    }

    /// What is wrong.
    package let cause: Cause
    /// The mechanism by which the client signs in; `nil` when it does not, or did not come so far.
    package let mechanism: String?
    /// The broker as `host:port`; empty when it concerns all of them.
    package let broker: String

    /// Creates a fault.
    package init(_ cause: Cause, mechanism: String? = nil, broker: String = "") {
        self.cause = cause
        self.mechanism = mechanism
        self.broker = broker
    }
}
