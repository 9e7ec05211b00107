/// Which values may be seen.
extension PropertyTable {
    /// Whether the value of the property called `name` must never be printed.
    ///
    /// For a property that the table does not know, its name decides; when in doubt the value is hidden.
    package static func isSecret(_ name: String) -> Bool {
        if let definition = PropertyTable[name] { return definition.isSecret }
        let name = name.lowercased()
        // A header field to a registry is there to show who asks.
        if name.contains(".converter."), name.contains(".request.header.") { return true }
        if [".url", ".uri", ".source", ".file", ".location"].contains(where: name.hasSuffix) { return false }
        return [
            "password", "passphrase", "secret", "token", "jaas", "user.info", "credential", "keystore.key", "key.pem",
            "oauthbearer.config", "appkey", "apikey", "api.key",
        ].contains { name.contains($0) }
    }

    /// Whether the property called `name` is known, and no secret: only then is anything of its value printed.
    ///
    /// What stands under a name that nobody reads is not known either: a licence, a connection string, a header field.
    static func isHarmless(_ name: String) -> Bool {
        guard !isSecret(name), !name.hasSuffix("*") else { return false }
        if PropertyTable[name] != nil { return true }
        for (prefix, isConsumer) in clientPrefixes where name.hasPrefix(prefix) {
            return isClientProperty(name.dropFirst(prefix.count), isConsumer)
        }
        return ClientRole.isShared(name) && isClientProperty(name[...], true)
    }

    /// Beginnings of clients' names that rules go by, whatever follows.
    private static let families = [
        "metrics.", "sasl.login.", "sasl.kerberos.ticket.", "sasl.oauthbearer.assertion.", "sasl.oauthbearer.jwks.",
        "sasl.oauthbearer.expected.",
    ]

    private static func isClientProperty(_ name: Substring, _ isConsumer: Bool) -> Bool {
        let name = String(name)
        guard !families.contains(where: name.hasPrefix) else { return false }
        return !isSecret(name) && ClientRules.rule(for: name, isConsumer: isConsumer) != nil
    }
}
