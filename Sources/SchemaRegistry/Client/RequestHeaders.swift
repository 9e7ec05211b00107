internal import HTTP
internal import Identity
internal import Secrets

/// The header fields that every request to a registry has, apart from the credential.
enum RequestHeaders {
    /// Makes the fields; those that the user names replace the client's own.
    /// - Throws: ``SchemaRegistryError`` with `invalidConfiguration` for a name or a value that no header can have.
    static func fields(_ configuration: SchemaRegistryConfiguration) throws(SchemaRegistryError) -> [HTTPHeader] {
        var own: [(name: String, value: Secret)] = [
            // The API's own names for JSON; the second one is for registries that know only the common name.
            ("Accept", Secret("application/vnd.schemaregistry.v1+json, application/json")),
            ("Content-Type", Secret("application/vnd.schemaregistry.v1+json")),
            ("Confluent-Accept-Unknown-Properties", Secret("true")),
        ]
        if let cluster = configuration.logicalCluster { own.append(("target-sr-cluster", Secret(cluster))) }
        if let pool = configuration.identityPool { own.append(("Confluent-Identity-Pool-Id", Secret(pool))) }
        let replaced = Set(configuration.headers.keys.map { $0.lowercased() })
        own.removeAll { replaced.contains($0.name.lowercased()) }
        own += configuration.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if case .bearer(.token(let token)) = configuration.authentication {
            try check("bearer.auth.token", isName: true, value: token.initial, configuration)
        }
        for (name, value) in own {
            try check("request.header.\(PeerText.line(name))", isName: isName(name), value: value, configuration)
        }
        return own.map { HTTPHeader($0.name, $0.value.reveal()) }
    }

    private static func check(
        _ property: String,
        isName: Bool,
        value: Secret,
        _ configuration: SchemaRegistryConfiguration
    ) throws(SchemaRegistryError) {
        guard isName, value.reveal().utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw SchemaRegistryError(
                .invalidConfiguration,
                "\(configuration.propertyPrefix)\(property) cannot be sent in a header of HTTP; "
                    + "remove line breaks and other control characters"
            )
        }
    }

    /// Whether a name is a token (RFC 9110, 5.6.2).
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
