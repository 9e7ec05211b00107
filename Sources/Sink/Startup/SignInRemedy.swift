internal import Kafka
internal import SinkConfiguration

/// What to change when a client and its brokers do not come together, by the names that the user wrote.
struct SignInRemedy: Sendable {
    private let properties: ClientProperties
    private let prefix: String

    /// - Parameters:
    ///   - properties: The client's properties.
    ///   - prefix: What the names begin with that the user did not write.
    init(_ properties: ClientProperties, prefix: String = "") {
        self.properties = properties
        self.prefix = prefix
    }

    /// Returns what to do, as the end of a sentence.
    /// - Parameter fault: What the client found; `nil` when it found nothing particular.
    func text(_ fault: SignInFault?) -> String {
        let security = name(["security.protocol"], "security.protocol")
        let signsIn = properties["security.protocol"]?.lowercased().hasPrefix("sasl") == true
        switch fault?.cause {
        case nil: return "check \(prefix)security.protocol, the \(prefix)sasl.* and \(prefix)ssl.* properties"
        case .credentialRefused where fault?.mechanism == "GSSAPI", .ticketMissing:
            let kerberos = name(["sasl.kerberos.keytab", "sasl.kerberos.principal"], "sasl.jaas.config")
            return "check \(kerberos) and \(name(["sasl.kerberos.service.name"], "sasl.kerberos.service.name"))"
        case .credentialRefused: return "check \(name(["sasl.username", "sasl.password"], "sasl.jaas.config"))"
        case .tokenRefused, .tokenMissing:
            let names = properties.security.oauth?.properties ?? []
            return "check \(names.isEmpty ? "\(prefix)sasl.jaas.config" : names.joined(separator: ", "))"
        case .mechanismRefused, .signsNobodyIn:
            let signsNobodyIn = fault?.cause == .signsNobodyIn
            return
                signsNobodyIn
                ? "set \(security) to \(properties["security.protocol"]?.uppercased().hasSuffix("SSL") == true ? "SSL" : "PLAINTEXT"), or name a port on which the brokers sign clients in"
                : "set \(name(["sasl.mechanism", "sasl.mechanisms"], "sasl.mechanism")) to one that the brokers have"
        case .needsSignIn: return "set \(security) to SASL_PLAINTEXT or SASL_SSL, and how to sign in"
        case .untrustedCertificate, .certificateRefused:
            let trust =
                properties.security.trust?.property
                ?? name(["ssl.ca.location", "ssl.ca.pem"], "ssl.truststore.location")
            return "name the authority that signed it in \(trust)"
        case .certificateOutOfDate: return "renew it at the broker, or look at this machine's clock"
        case .wrongHost:
            return
                "name the brokers in \(name(["bootstrap.servers"], "bootstrap.servers")) and in their listeners as their "
                + "certificates do"
        case .clientCertificateRefused:
            let identity =
                properties.security.identity?.property
                ?? name(["ssl.certificate.location", "ssl.certificate.pem"], "ssl.keystore.location")
            let hasOne =
                properties.security.identity != nil
                || ["ssl.certificate.location", "ssl.certificate.pem", "ssl.keystore.location"]
                    .contains { properties.values[$0] != nil }
            return hasOne ? "check the certificate in \(identity)" : "set \(identity)"
        case .notKafka: return "name the port of a broker in \(name(["bootstrap.servers"], "bootstrap.servers"))"
        case .notTLS:
            return "set \(security) to \(signsIn ? "SASL_PLAINTEXT" : "PLAINTEXT"), or name a port that speaks TLS"
        case .needsTLS: return "set \(security) to \(signsIn ? "SASL_SSL" : "SSL"), or name a port without TLS"
        case .handshake: return "check the \(prefix)ssl.* properties: versions and ciphers must be common to both"
        }
    }

    /// Returns the names that the user wrote for properties of the library's, or else the one that Java's clients have.
    private func name(_ names: [String], _ fallback: String) -> String {
        let written = names.compactMap { properties.origins[$0]?.name }.reduce(into: [String]()) { known, name in
            if !known.contains(name) { known.append(name) }
        }
        return written.isEmpty ? prefix + fallback : written.joined(separator: " and ")
    }
}
