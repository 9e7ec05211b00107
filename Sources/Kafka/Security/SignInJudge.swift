internal import CRdKafka

/// Finds out of librdkafka's texts why a client and a broker do not come together.
///
/// The library's codes tell hardly more than that something failed, and its texts are for whoever knows the library: so
/// its texts are read here, those of 2.0 as those of 2.15, and what they mean is said in our words.
struct SignInJudge {
    /// What was found.
    struct Verdict: Equatable {
        let fault: SignInFault
        /// What is told, without a period.
        let sentence: String
        /// Whether the same may come of a broker that starts, stops or is away.
        var mayPass = false
    }

    let settings: SignInSettings
    /// Whether the library signs in by SCRAM in the way that all brokers take.
    var signsInBySCRAM = KafkaLibrary.signsInBySCRAM

    /// Returns what keeps the client from a broker, or `nil` when the error is about something else.
    /// - Parameters:
    ///   - code: The library's code.
    ///   - text: The library's text.
    ///   - certificate: Returns why OpenSSL did not accept the certificate of a broker, by its `host:port`.
    func verdict(
        on code: Int32,
        _ text: String,
        certificate: (String) -> CertificateFault?
    ) -> Verdict? {
        let complaint = BrokerComplaint(text)
        switch rd_kafka_resp_err_t(code) {
        case RD_KAFKA_RESP_ERR__SSL: return encryption(complaint, certificate(complaint.broker))
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
            return signIn(complaint)
        case RD_KAFKA_RESP_ERR__TRANSPORT: return connection(complaint)
        case RD_KAFKA_RESP_ERR__BAD_MSG: return answer(complaint)
        default: return nil
        }
    }

    // MARK: Signing in

    private func signIn(_ complaint: BrokerComplaint) -> Verdict? {
        let (broker, reason) = (name(complaint), complaint.reason)
        let mechanism = settings.mechanism ?? "no mechanism"
        // A broker that goes away meanwhile is told like one that refuses.
        guard !reason.contains(": Local: ") else { return nil }
        if let list = reason.firstRange(of: "broker's supported mechanisms: ") {
            let others = reason[list.upperBound...]
            return verdict(
                others.isEmpty ? .signsNobodyIn : .mechanismRefused,
                complaint,
                others.isEmpty
                    ? "\(broker) signs nobody in on this port, and the client begins with \(mechanism)"
                    : "\(broker) does not sign in by \(mechanism), but by \(settings.shown(String(others)))"
            )
        }
        let hint =
            mechanism.hasPrefix("SCRAM") && !signsInBySCRAM
            ? "; Apache Kafka 4 refuses the loaded librdkafka \(KafkaLibrary.version) with the right password, too, and "
                + "takes 2.6.1 and later" : ""
        let words = settings.shown(Self.after("SASL authentication error: ", reason))
        if reason.hasPrefix("Failed to initialize SASL authentication") || reason.contains("SASL handshake failed (") {
            let detail = settings.shown(Self.after("SASL authentication: ", reason))
            return mechanism == "GSSAPI"
                ? verdict(
                    .ticketMissing,
                    complaint,
                    "there is no Kerberos ticket with which \(broker) could be reached (GSSAPI): \(detail)",
                    mayPass: detail.contains("Cannot contact any KDC")
                ) : verdict(.credentialRefused, complaint, "\(broker) cannot be signed in at (\(mechanism)): \(detail)")
        }
        switch mechanism {
        case "OAUTHBEARER":
            return verdict(.tokenRefused, complaint, "\(broker) refuses the token (OAUTHBEARER), it says: \(words)")
        case "GSSAPI":
            return verdict(
                .credentialRefused,
                complaint,
                "\(broker) refuses the Kerberos ticket (GSSAPI), it says: \(words)"
            )
        default:
            return verdict(
                .credentialRefused,
                complaint,
                "\(broker) refuses the user and the password (\(mechanism)), it says: \(words)\(hint)"
            )
        }
    }

    // MARK: TLS

    private func encryption(_ complaint: BrokerComplaint, _ certificate: CertificateFault?) -> Verdict? {
        let (broker, reason) = (name(complaint), complaint.reason)
        if Self.isCut(reason) { return cutHandshake(complaint) }
        if reason.contains("certificate verify failed") || reason.contains("error:0A000086") {
            let fault = certificate ?? .unknown
            return verdict(fault.cause, complaint, "the certificate of \(broker) is refused: \(fault.words)")
        }
        if let verdict = alert(complaint) { return verdict }
        if ["wrong version number", "unexpected message", "packet length too long", "http request", "unknown protocol"]
            .contains(where: reason.contains)
        {
            return verdict(.notTLS, complaint, "\(broker) does not speak TLS on this port, and the client does")
        }
        return verdict(.handshake, complaint, "TLS with \(broker) fails: \(settings.shown(Self.opensslReason(reason)))")
    }

    /// What the broker sends when it does not take the client's certificate: since TLS 1.3 only after the handshake.
    private func alert(_ complaint: BrokerComplaint) -> Verdict? {
        guard let alert = complaint.reason.firstRange(of: " alert ") else { return nil }
        let kind = complaint.reason[alert.upperBound...]
        let kinds = [
            "bad certificate", "certificate required", "certificate unknown", "certificate expired",
            "certificate revoked", "unsupported certificate", "unknown ca",
        ]
        guard kinds.contains(where: kind.hasPrefix) else { return nil }
        let broker = name(complaint)
        return verdict(
            .clientCertificateRefused,
            complaint,
            settings.hasCertificate
                ? "\(broker) refuses the client's certificate, it says: \(settings.shown(Self.opensslReason(String(kind))))"
                : "\(broker) wants a certificate of the client, and the client has none"
        )
    }

    // MARK: Connections that end

    private func connection(_ complaint: BrokerComplaint) -> Verdict? {
        let (broker, reason) = (name(complaint), complaint.reason)
        if settings.usesTLS, let alert = alert(complaint) { return alert }
        guard reason.contains("Disconnected") else { return nil }
        switch complaint.state {
        case "SSL_HANDSHAKE": return cutHandshake(complaint)
        case "APIVERSION_QUERY" where !settings.usesTLS:
            return verdict(
                .needsTLS,
                complaint,
                "\(broker) ends the connection at the first request: it may want TLS on this port",
                mayPass: true
            )
        // Brokers answer which requests they know before anybody has signed in, and nothing else.
        case "UP" where settings.mechanism == nil && complaint.age < BrokerComplaint.shortLife:
            return verdict(
                .needsSignIn,
                complaint,
                "\(broker) ends the connection as soon as it is used: it may want the client to sign in on this port",
                mayPass: true
            )
        default: return nil
        }
    }

    private func cutHandshake(_ complaint: BrokerComplaint) -> Verdict {
        verdict(
            .notTLS,
            complaint,
            "\(name(complaint)) ends the connection when TLS begins: it may not speak TLS on this port",
            mayPass: true
        )
    }

    /// Java's brokers answer what is not TLS by a TLS alert, of which librdkafka takes the first bytes for a length.
    private func answer(_ complaint: BrokerComplaint) -> Verdict? {
        let size = Self.after("Invalid response size ", complaint.reason).prefix { $0.isNumber || $0 == "-" }
        // Other protocols begin with their names, such as `HTTP/1.1 400`, which are read as a length, too.
        if let size = Int(size), let spoken = Self.protocols[size] {
            return verdict(
                .notKafka,
                complaint,
                "\(name(complaint)) answers in \(spoken) on this port, which is none of Kafka's"
            )
        }
        guard !settings.usesTLS, let size = Int(size), size >> 16 == 0x1503 else { return nil }
        return verdict(
            .needsTLS,
            complaint,
            "\(name(complaint)) speaks TLS on this port, and the client does not"
        )
    }

    /// The first four bytes of answers in other protocols, as a number.
    private static let protocols = [0x4854_5450: "HTTP", 0x414D_5150: "AMQP", 0x5353_482D: "SSH"]

    // MARK: Words

    private func name(_ complaint: BrokerComplaint) -> String {
        complaint.broker.isEmpty ? "a broker" : "broker \(complaint.broker)"
    }

    private func verdict(
        _ cause: SignInFault.Cause,
        _ complaint: BrokerComplaint,
        _ sentence: String,
        mayPass: Bool = false
    ) -> Verdict {
        Verdict(
            fault: SignInFault(cause, mechanism: settings.mechanism, broker: complaint.broker),
            sentence: sentence,
            mayPass: mayPass
        )
    }

    private static func isCut(_ reason: String) -> Bool {
        ["SSL transport error", "Disconnected", "unexpected eof"].contains(where: reason.contains)
    }

    private static func after(_ mark: String, _ text: String) -> String {
        text.firstRange(of: mark).map { String(text[$0.upperBound...]) } ?? text
    }

    /// What stands behind `error:0A00010B:SSL routines::` and before librdkafka's advice, which names properties of its own.
    private static func opensslReason(_ text: String) -> String {
        let reason =
            text.ranges(of: "SSL routines:").last.map { text[$0.upperBound...].drop { $0 == ":" } } ?? text[...]
        return String(reason.prefix { $0 != ":" })
    }
}
