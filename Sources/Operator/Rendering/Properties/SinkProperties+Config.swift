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
        // Only now is it known which keys are mounted for the sake of any property.
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            refuseForeignReference(in: value, origins[name] ?? "spec")
        }
        for name in freeNames { checkFree(name, values[name] ?? "", origins[name] ?? "spec.config") }
    }

    /// Adds a property of the user's, in which `${secret:NAME:KEY}` stands for the value of a Secret's key.
    mutating func add(_ name: String, _ value: String, _ path: String) {
        let expanded = SecretReference.replace(in: value) { provider, place in
            guard provider == "secret" else { return "${\(provider):\(place)}" }
            let parts = place.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                refuse(.notAllowed, path, "a reference to a key of a Secret must be ${secret:NAME:KEY}")
                return ""
            }
            return reference(to: SecretKeyReference(name: parts[0], key: parts[1]), path)
        }
        put(name, expanded, path)
        freeNames.append(name)
    }

    /// Notes a reference where none may stand.
    mutating func refuseReference(in text: String?, _ path: String) {
        guard let text, SecretReference.isPresent(in: text) else { return }
        refuse(.notAllowed, path, Self.noReference)
    }

    /// What is said where a reference stands in a field that takes none.
    static let noReference = "a reference ${…:…} is not allowed here; use secretKeyRef where the field has it"

    /// Notes a reference to what the sink does not mount: it would be followed in the pod.
    private mutating func refuseForeignReference(in value: String, _ path: String) {
        var foreign: String?
        _ = SecretReference.replace(in: value) { provider, place in
            let key = SecretMount.key(ofProvider: provider, place: place)
            if foreign == nil, !(key.map(uses) ?? false) { foreign = provider }
            return ""
        }
        guard let foreign else { return }
        let message = """
            a reference to ${\(foreign):…} reaches for what the sink does not mount; write ${secret:NAME:KEY} for a key of \
            a Secret in this namespace
            """
        refuse(.notAllowed, path, message)
    }

    /// Notes where a property of the user's holds a credential itself, or names a file, which only fields may.
    private mutating func checkFree(_ name: String, _ value: String, _ path: String) {
        let isLiteral = !SecretReference.remainder(of: value).allSatisfy { $0 == ":" || $0 == "," || $0.isWhitespace }
        if PropertyTable.isSecret(name), isLiteral {
            let message = "this is a credential; keep it in a Secret and write ${secret:NAME:KEY}"
            refuse(.notAllowed, path, message)
        } else if PropertyOwnership.isPath(name) {
            refuse(.notAllowed, path, "this names a file of the pod, which only fields of the spec may do; remove it")
        }
    }
}
