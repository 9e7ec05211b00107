internal import Secrets
internal import SinkConfiguration

/// `spec.config`: further properties under the connector's names, which must not reach further than typed fields do.
extension SinkProperties {
    /// Adds the further properties; they never take the place of what a field says.
    mutating func addConfig(_ config: [String: String]) {
        for (name, value) in config.sorted(by: { $0.key < $1.key }) {
            let path = "spec.config[\"\(name)\"]"
            if let owner = PropertyOwnership.owner(of: name) {
                refuse(.notAllowed, path, owner.advice)
            } else if values[name] == nil {
                add(name, value, path)
            }
        }
        // A key may be mounted for the sake of a property that comes later.
        for name in freeNames { checkReach(of: name, origins[name] ?? "spec.config") }
    }

    /// Adds a property of the user's, in which `${secret:NAME:KEY}` stands for the value of a Secret's key and
    /// `${secret-file:NAME:KEY}` for the path of the file that holds it.
    mutating func add(_ name: String, _ value: String, _ path: String) {
        let expanded = SecretReference.replace(in: value) { provider, place in
            guard provider == "secret" || provider == "secret-file" else { return "${\(provider):\(place)}" }
            let parts = place.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                refuse(.notAllowed, path, "a reference to a Secret must be ${\(provider):NAME:KEY}")
                return ""
            }
            let key = SecretKeyReference(name: parts[0], key: parts[1])
            return provider == "secret" ? reference(to: key, path) : file(of: key, path)
        }
        put(name, expanded, path)
        freeNames.append(name)
    }

    /// Notes a reference where none may stand.
    mutating func refuseReference(in text: String?, _ path: String) {
        guard let text, SecretReference.isPresent(in: text) else { return }
        refuse(.notAllowed, path, "a reference ${…:…} is not allowed here")
    }

    /// Notes where a property of the user's reaches for what the sink does not mount, or holds a credential itself.
    private mutating func checkReach(of name: String, _ path: String) {
        let value = values[name] ?? ""
        var foreign: [String] = []
        _ = SecretReference.replace(in: value) { provider, place in
            let key = SecretMount.key(ofProvider: provider, place: place)
            if !(key.map(uses) ?? false) { foreign.append(provider) }
            return ""
        }
        if let provider = foreign.first {
            let message = """
                a reference to ${\(provider):…} reaches for what the sink does not mount; write ${secret:NAME:KEY} for \
                a key of a Secret in this namespace
                """
            return refuse(.notAllowed, path, message)
        }
        let isLiteral = !SecretReference.remainder(of: value).allSatisfy { $0 == ":" || $0 == "," || $0.isWhitespace }
        if PropertyTable.isSecret(name), isLiteral {
            let message = "this is a credential; keep it in a Secret and write ${secret:NAME:KEY}"
            return refuse(.notAllowed, path, message)
        }
        if PropertyOwnership.isPath(name), !(SecretMount.key(ofPath: value).map(uses) ?? false) {
            let message = "this names a file; write ${secret-file:NAME:KEY} for a key of a Secret in this namespace"
            refuse(.notAllowed, path, message)
        }
    }
}
