internal import JSON

/// How a connection is encrypted.
extension SinkMigration {
    /// Adds TLS below `path`, and takes its properties out of `client`.
    /// - Parameter prefix: What the names begin with.
    mutating func addTLS(_ client: inout [String: MigrationSetting], prefix: String, at path: FieldPath) {
        addTrust(&client, prefix, path)
        addIdentity(&client, prefix, path)
        if let password = take(prefix + "key.password", &client) {
            if draft[path.below("key")] != nil || draft[path.below("keyStore")] != nil {
                setCredential(path.below("keyPassword"), resolver.target(of: password.value), from: password.name)
            } else {
                note(.noEffect, [password.name], "it is not used without a key")
            }
        }
        guard let check = client.removeValue(forKey: prefix + "endpoint.identification.algorithm") else { return }
        switch check.value.lowercased() {
        case "https": break
        case "", "none": draft.set(path.below("verifyHostname"), false, from: [check.name])
        default: note(.notCarriedOver, [check.name], "it must be https or empty; hosts are verified")
        }
    }

    private func take(_ name: String, _ client: inout [String: MigrationSetting]) -> MigrationSetting? {
        guard let setting = client.removeValue(forKey: name), !setting.value.isEmpty else { return nil }
        return setting
    }

    private mutating func addTrust(
        _ client: inout [String: MigrationSetting],
        _ prefix: String,
        _ path: FieldPath
    ) {
        let authorities = take(prefix + "truststore.certificates", &client) ?? take(prefix + "ca.pem", &client)
        let file = take(prefix + "ca.location", &client)
        if let authorities {
            setPEM(path.below("ca"), authorities, isPublic: true)
        } else if let file {
            setCredential(path.below("ca"), self.file(file.value), from: file.name, part: "the file of")
        }
        addStore(&client, prefix + "truststore.", path, store: "trustStore", pem: ["ca"])
    }

    private mutating func addIdentity(
        _ client: inout [String: MigrationSetting],
        _ prefix: String,
        _ path: FieldPath
    ) {
        let chain = take(prefix + "keystore.certificate.chain", &client) ?? take(prefix + "certificate.pem", &client)
        let key = take(prefix + "keystore.key", &client) ?? take(prefix + "key.pem", &client)
        if let chain { setPEM(path.below("certificate"), chain, isPublic: true) }
        if let key { setPEM(path.below("key"), key, isPublic: false) }
        for field in ["certificate", "key"] {
            guard let file = take(prefix + "\(field).location", &client) else { continue }
            setCredential(path.below(field), self.file(file.value), from: file.name, part: "the file of")
        }
        addStore(
            &client,
            prefix + "keystore.",
            path,
            store: "keyStore",
            pem: ["certificate", "key"]
        )
        for (field, other) in [("certificate", "key"), ("key", "certificate")] {
            guard draft[path.below(field)] == nil, draft[path.below(other)] != nil else { continue }
            let what = ReferenceTarget.elsewhere("where the connector has it")
            setCredential(path.below(field), what, from: "\(prefix)\(other)", part: "the \(field) that belongs to")
        }
    }

    /// Sets a field of PEM; certificates are no secret, and so are copied, without whatever stands around them.
    private mutating func setPEM(_ path: FieldPath, _ setting: MigrationSetting, isPublic: Bool) {
        let target = resolver.target(of: setting.value)
        guard isPublic, case .text(let text) = target, let certificates = CertificateText(in: text) else {
            return setCredential(path, target, from: setting.name)
        }
        let meaning = "the certificates of \(setting.name)"
        let reference = secret.add(Self.key(for: path), meaning, text: certificates.text)
        draft.set(path, Self.json(reference), from: [setting.name])
        guard certificates.isPart else { return }
        note(.warning, [setting.name], "only its certificates were copied, and the text around them was left out")
    }

    /// Adds a store of Java's, or the PEM file that stands in its place.
    /// - Parameters:
    ///   - store: The field of stores of Java's.
    ///   - pem: The fields of what such a store holds.
    private mutating func addStore(
        _ client: inout [String: MigrationSetting],
        _ prefix: String,
        _ path: FieldPath,
        store: String,
        pem: [String]
    ) {
        let type = client.removeValue(forKey: prefix + "type")
        let location = take(prefix + "location", &client)
        let password = take(prefix + "password", &client)
        guard let location else {
            // With PEM in the properties themselves there is no store, and its type says no more.
            if let password { note(.noEffect, [password.name], "it is not used without a store") }
            if let type, type.value.uppercased() != "PEM" || draft[path.below(pem[0])] == nil {
                note(.noEffect, [type.name], "it is not used without a store")
            }
            return
        }
        let missing = pem.filter { draft[path.below($0)] == nil }
        let kind = Self.storeType(type?.value, location.value)
        // A file may hold the half that is not written out; Kafka itself takes one way or the other.
        guard missing.count == pem.count || kind == "PEM" && !missing.isEmpty else {
            let names = [type, location, password].compactMap { $0?.name }
            let fields = pem.map { "\(path.below($0))" }.joined(separator: " and ")
            let text = "Kafka takes a file or what is written out, and not both; \(fields) comes from the latter"
            return note(.warning, names, text)
        }
        switch kind {
        case "PEM":
            for field in missing {
                setCredential(
                    path.below(field),
                    file(location.value),
                    from: location.name,
                    part: "the \(field) in the file of"
                )
            }
            if let password { note(.notCarriedOver, [password.name], "a PEM file has no password") }
        case let kind? where ["JKS", "PKCS12"].contains(kind):
            let inner = path.below(store)
            draft.set(inner.below("type"), .string(kind), from: [type?.name ?? location.name])
            setCredential(
                inner.below("file"),
                file(location.value),
                from: location.name,
                part: "the file of",
                isBinary: true
            )
            if let password {
                setCredential(inner.below("password"), resolver.target(of: password.value), from: password.name)
            } else if store == "keyStore" {
                let place = ReferenceTarget.elsewhere("where the connector has it")
                setCredential(inner.below("password"), place, from: location.name, part: "the password of the store of")
            }
        default:
            let names = [type, location, password].compactMap { $0?.name }
            note(.notCarriedOver, names, "a sink reads JKS, PKCS12 and PEM; convert the store with keytool")
        }
    }

    /// The format of a store: as it is told, else by the file's ending.
    private static func storeType(_ told: String?, _ location: String) -> String? {
        if let told, !told.isEmpty { return told.uppercased() }
        let ending = location.split(separator: ".").last?.lowercased() ?? ""
        if ["p12", "pfx", "pkcs12"].contains(ending) { return "PKCS12" }
        return ["pem", "crt"].contains(ending) ? "PEM" : "JKS"
    }
}
