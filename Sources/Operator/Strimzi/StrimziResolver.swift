/// Finds out what references to Strimzi's resources stand for: brokers, the authority to trust, and a credential; pure.
///
/// What may come by itself, such as a `Kafka` that is still being created, is a problem with the reason `dependencyMissing`;
/// what a person must change is `invalidSpec`. All problems are found at once.
package enum StrimziResolver {
    /// The key of an authority's certificates in its Secret.
    static let authorityKey = "ca.crt"

    /// Resolves the references.
    /// - Throws: ``SpecProblems`` with the path of the reference and a remedy.
    package static func resolve(
        _ kafka: KafkaSpec,
        _ resources: StrimziResources
    ) throws(SpecProblems) -> StrimziConnection {
        var problems: [SpecProblem] = []
        var listener: StrimziListener?
        var user: StrimziUser?
        do throws(SpecProblem) {
            if let reference = kafka.clusterReference {
                listener = try StrimziListener(reference, resources.cluster ?? .missing)
            }
        } catch {
            problems.append(error)
        }
        do throws(SpecProblem) {
            if let name = kafka.userReference {
                user = try StrimziUser(name, resources.user ?? .missing, clusterName: kafka.clusterReference?.name)
            }
        } catch {
            problems.append(error)
        }
        if let listener {
            problems += trustProblems(kafka, listener)
            if problems.isEmpty { problems += authenticationProblems(kafka, listener, user) }
        }
        if problems.isEmpty, let user, !user.hasSecret { problems += externalCertificateProblems(kafka, user) }
        guard problems.isEmpty else { throw SpecProblems(problems) }
        return StrimziConnection(
            bootstrapServers: listener?.bootstrapServers ?? kafka.bootstrapServers,
            ca: listener.flatMap { authority(kafka, $0) },
            authentication: user.flatMap { $0.hasSecret ? $0.authentication : nil },
            userSecret: user?.secret
        )
    }

    /// The Secret of the cluster's authority, unless the spec itself says whom to trust.
    private static func authority(_ kafka: KafkaSpec, _ listener: StrimziListener) -> SecretKeyReference? {
        guard listener.isEncrypted, !trustsByItself(kafka) else { return nil }
        return SecretKeyReference(name: "\(listener.cluster)-cluster-ca-cert", key: authorityKey)
    }

    private static func trustsByItself(_ kafka: KafkaSpec) -> Bool {
        kafka.security.tls?.ca != nil || kafka.security.tls?.trustStore != nil
    }

    private static func trustProblems(_ kafka: KafkaSpec, _ listener: StrimziListener) -> [SpecProblem] {
        guard listener.isEncrypted, listener.hasOwnCertificate, !trustsByItself(kafka) else { return [] }
        return [
            SpecProblem(
                .invalidSpec,
                "spec.kafka.security.tls.ca",
                "the listener \(listener.name) of Kafka \(listener.cluster) has a certificate of its own, which the "
                    + "cluster's authority did not sign: name the Secret with the authority that did"
            )
        ]
    }

    /// Whether what the listener asks of clients is what the sink brings.
    private static func authenticationProblems(
        _ kafka: KafkaSpec,
        _ listener: StrimziListener,
        _ user: StrimziUser?
    ) -> [SpecProblem] {
        func problem(_ path: String, _ message: String) -> [SpecProblem] {
            [SpecProblem(.invalidSpec, path, message)]
        }
        let place = "the listener \(listener.name) of Kafka \(listener.cluster)"
        guard let user else {
            let brings =
                kafka.security.sasl != nil || kafka.security.tls?.certificate != nil
                || kafka.security.tls?.keyStore != nil
            guard let asked = listener.authentication, !brings else { return [] }
            let remedy =
                asked == "tls" || asked == "scram-sha-512"
                ? "name a KafkaUser with authentication \(asked)" : "set spec.kafka.security"
            return problem("spec.kafka.userRef", "\(place) asks clients for authentication \(asked): \(remedy)")
        }
        switch listener.authentication {
        case nil:
            return problem(
                "spec.kafka.userRef",
                "\(place) does not authenticate clients, so KafkaUser \(user.name) is of no use there: leave it out, or "
                    + "name a listener with authentication \(user.listenerAuthentication)"
            )
        case "tls", "scram-sha-512":
            guard listener.authentication != user.listenerAuthentication else { return [] }
            return problem(
                "spec.kafka.userRef",
                "\(place) asks clients for authentication \(listener.authentication ?? ""), but KafkaUser \(user.name) has "
                    + "\(user.authentication): name another user or another listener"
            )
        default:
            // What a custom authentication takes, only its author knows.
            return []
        }
    }

    private static func externalCertificateProblems(_ kafka: KafkaSpec, _ user: StrimziUser) -> [SpecProblem] {
        let tls = kafka.security.tls
        guard tls?.keyStore == nil, tls?.certificate == nil || tls?.key == nil else { return [] }
        return [
            SpecProblem(
                .invalidSpec,
                "spec.kafka.security.tls",
                "KafkaUser \(user.name) has authentication tls-external, for which Strimzi keeps no certificate: name the "
                    + "Secret with the client's certificate and key"
            )
        ]
    }
}
