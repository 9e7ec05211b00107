internal import Cryptography
internal import FoundationEssentials

/// Whether certificates are good now, which brokers find out only when a client connects.
struct CertificateTimes {
    /// Seconds since 1970.
    let now: Double

    /// How long before its end a certificate is warned of: 30 days.
    static let warning = 30.0 * 86_400

    /// Why the client's own certificate cannot be used, or `nil` when it can.
    func refusal(of certificate: Certificate) -> String? {
        if now > Double(certificate.notAfter) {
            return """
                the certificate of \(certificate.subject) is not valid since \(Self.text(certificate.notAfter)), when it \
                expired; put a new one there
                """
        }
        guard now < Double(certificate.notBefore) else { return nil }
        return """
            the certificate of \(certificate.subject) is valid only from \(Self.text(certificate.notBefore)) on; check this \
            machine's clock, or put another one there
            """
    }

    /// What a person should know about the client's own certificate.
    func warning(about certificate: Certificate) -> String? {
        guard now > Double(certificate.notAfter) - Self.warning else { return nil }
        return """
            the certificate of \(certificate.subject) expires on \(Self.text(certificate.notAfter)); put a new one there \
            before
            """
    }

    /// What a person should know about the authorities that brokers may have.
    func warning(about authorities: [Certificate]) -> String? {
        guard let last = authorities.map(\.notAfter).max(), now > Double(last) else { return nil }
        return """
            none of its certificates is valid any more, the last one expired on \(Self.text(last)); no broker will be \
            trusted
            """
    }

    private static func text(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
