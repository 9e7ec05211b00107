internal import JSON

extension WorkerSource {
    /// Takes a Strimzi `KafkaConnect`.
    ///
    /// What it says in fields of its own becomes the properties that say the same, with references to Secrets in the
    /// form of Strimzi's provider, so that there is one way on from here.
    init(strimzi resource: JSONValue, place: String) {
        let spec = resource["spec"] ?? [:]
        let namespace = resource["metadata"]?["namespace"]?.stringValue ?? ""
        self.init(
            place: place,
            name: resource["metadata"]?["name"]?.stringValue ?? "",
            namespace: namespace,
            properties: ConfigMap.texts(of: spec["config"]?.objectValue ?? [:])
        )
        properties["bootstrap.servers"] = spec["bootstrapServers"]?.stringValue ?? properties["bootstrap.servers"]
        properties["config.providers.\(ReferenceResolver.ownProvider).class"] = ReferenceResolver.secretsClass
        addSecurity(spec)
        addEnvironment(spec)
        addMounts(spec)
        addLeftOut(spec)
    }

    private mutating func addSecurity(_ spec: JSONValue) {
        let tls = spec["tls"].flatMap { $0.isNull ? nil : $0 }
        let authentication = spec["authentication"].flatMap { $0.isNull ? nil : $0 }
        let type = authentication?["type"]?.stringValue ?? ""
        let signsIn = ["scram-sha-256", "scram-sha-512", "plain", "oauth"].contains(type)
        if tls != nil || signsIn || type == "tls" {
            let encrypted = tls != nil || type == "tls"
            let name = signsIn ? (encrypted ? "SASL_SSL" : "SASL_PLAINTEXT") : "SSL"
            properties["consumer.security.protocol"] = properties["consumer.security.protocol"] ?? name
        }
        if let tls { addTrust(tls["trustedCertificates"]?.arrayValue ?? []) }
        guard let authentication else { return }
        switch type {
        case "tls":
            let pair = authentication["certificateAndKey"]
            properties["consumer.ssl.certificate.pem"] = reference(pair?["secretName"], pair?["certificate"])
            properties["consumer.ssl.key.pem"] = reference(pair?["secretName"], pair?["key"])
        case "scram-sha-256", "scram-sha-512", "plain":
            let secret = authentication["passwordSecret"]
            properties["consumer.sasl.mechanism"] = type.uppercased()
            properties["consumer.sasl.username"] = authentication["username"]?.stringValue
            properties["consumer.sasl.password"] = reference(secret?["secretName"], secret?["password"])
        case "oauth": addOAuth(authentication)
        case "custom":
            let sasl = authentication["sasl"]?.boolValue ?? false
            properties["consumer.security.protocol"] =
                sasl ? (tls == nil ? "SASL_PLAINTEXT" : "SASL_SSL") : (tls == nil ? "PLAINTEXT" : "SSL")
            for (name, value) in ConfigMap.texts(of: authentication["config"]?.objectValue ?? [:]) {
                properties["consumer.\(name)"] = value
            }
        default: leftOut.append(("spec.authentication", "the type '\(type)' is not known; set spec.kafka.security"))
        }
    }

    private mutating func addOAuth(_ authentication: JSONValue) {
        let prefix = "consumer.sasl.oauthbearer."
        let secret = authentication["clientSecret"]
        properties["consumer.sasl.mechanism"] = "OAUTHBEARER"
        properties[prefix + "token.endpoint.url"] = authentication["tokenEndpointUri"]?.stringValue
        properties[prefix + "client.credentials.client.id"] = authentication["clientId"]?.stringValue
        properties[prefix + "client.credentials.client.secret"] = reference(secret?["secretName"], secret?["key"])
        properties[prefix + "scope"] = authentication["scope"]?.stringValue
        let known: Set<String> = ["type", "tokenEndpointUri", "clientId", "clientSecret", "scope"]
        for field in authentication.objectValue?.keys ?? [] where !known.contains(field) {
            let reason = "a sink signs in with a client's id and secret alone; set spec.kafka.security.sasl.oauth"
            leftOut.append(("spec.authentication.\(field)", reason))
        }
    }

    private mutating func addTrust(_ certificates: [JSONValue]) {
        guard let first = certificates.first else { return }
        let key = first["certificate"]?.stringValue ?? "ca.crt"
        if first["certificate"] == nil {
            let reason = "a sink takes one key of a Secret, for which it got ca.crt; see spec.kafka.security.tls.ca"
            leftOut.append(("spec.tls.trustedCertificates[0].pattern", reason))
        }
        properties["consumer.ssl.ca.pem"] = reference(first["secretName"], .string(key))
        if certificates.count > 1 {
            let reason = "a sink takes one key of a Secret; put all authorities into it, one below the other"
            leftOut.append(("spec.tls.trustedCertificates[1…]", reason))
        }
    }

    private func reference(_ secret: JSONValue?, _ key: JSONValue?) -> String? {
        guard let secret = secret?.stringValue, let key = key?.stringValue else { return nil }
        let place = namespace.isEmpty ? secret : "\(namespace)/\(secret)"
        return "${\(ReferenceResolver.ownProvider):\(place):\(key)}"
    }

    private mutating func addEnvironment(_ spec: JSONValue) {
        let lists = [spec["externalConfiguration"]?["env"], spec["template"]?["connectContainer"]?["env"]]
        for variable in lists.flatMap({ $0?.arrayValue ?? [] }) {
            guard let name = variable["name"]?.stringValue else { continue }
            let secret = variable["valueFrom"]?["secretKeyRef"]
            if let owner = secret?["name"]?.stringValue, let key = secret?["key"]?.stringValue {
                let reference = SecretKeyReference(name: owner, key: key)
                environment[name] = .secret(namespace: namespace, reference)
            } else if let text = variable["value"]?.stringValue {
                environment[name] = .text(text)
            } else {
                environment[name] = .elsewhere("the environment variable \(name) of the Connect worker")
            }
        }
    }

    private mutating func addMounts(_ spec: JSONValue) {
        for volume in spec["externalConfiguration"]?["volumes"]?.arrayValue ?? [] {
            guard let name = volume["name"]?.stringValue, let secret = volume["secret"]?["secretName"]?.stringValue
            else {
                continue
            }
            mounts["/opt/kafka/external-configuration/\(name)"] = secret
        }
        var secrets: [String: String] = [:]
        for volume in spec["template"]?["pod"]?["volumes"]?.arrayValue ?? [] {
            // With items the files have other names than the keys.
            guard let name = volume["name"]?.stringValue, volume["secret"]?["items"] == nil else { continue }
            secrets[name] = volume["secret"]?["secretName"]?.stringValue
        }
        for mount in spec["template"]?["connectContainer"]?["volumeMounts"]?.arrayValue ?? [] {
            guard let name = mount["name"]?.stringValue, let path = mount["mountPath"]?.stringValue,
                let secret = secrets[name], mount["subPath"] == nil
            else { continue }
            mounts[path.hasSuffix("/") ? String(path.dropLast()) : path] = secret
        }
    }
}
