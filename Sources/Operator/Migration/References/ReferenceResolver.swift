internal import Secrets
internal import Text

/// Finds out what the references in a connector's configuration stand for.
struct ReferenceResolver {
    /// The provider that our own reading of a Strimzi resource writes.
    static let ownProvider = "migrate-secrets"
    /// The class of Strimzi's provider of Secrets.
    static let secretsClass = "io.strimzi.kafka.KubernetesSecretConfigProvider"

    private let worker: WorkerSource?

    /// - Parameter worker: What declares the providers, when it is known.
    init(_ worker: WorkerSource?) { self.worker = worker }

    /// What a value is.
    func target(of value: String) -> ReferenceTarget {
        let text = value.trimmed
        guard SecretReference.isPresent(in: text) else { return .text(text) }
        var targets: [ReferenceTarget] = []
        let rest = SecretReference.replace(in: text) { provider, place in
            targets.append(target(provider, place))
            return ""
        }
        if rest.isEmpty, targets.count == 1 { return targets[0] }
        var known = targets[...]
        var isText = true
        let whole = SecretReference.replace(in: text) { _, _ in
            guard case .text(let part)? = known.popFirst() else {
                isText = false
                return ""
            }
            return part
        }
        return isText ? .text(whole) : .elsewhere("a text with references in it")
    }

    private func target(_ provider: String, _ place: String) -> ReferenceTarget {
        switch kind(of: provider) {
        case "KubernetesSecretConfigProvider": secret(place) ?? .elsewhere("a Secret, which is not named in full")
        case "KubernetesConfigMapConfigProvider": .elsewhere("the ConfigMap \(place)")
        case "EnvVarConfigProvider":
            worker?.environment[name(in: place)]
                ?? .elsewhere("the environment variable \(name(in: place)) of the Connect worker")
        case "FileConfigProvider": .elsewhere("the file \(place)")
        case "DirectoryConfigProvider": mounted(place) ?? .elsewhere("the file \(place.replacing(":", with: "/"))")
        // What follows may be part of a password that was meant as it is.
        default: .elsewhere("a provider of values that is not known here")
        }
    }

    /// The provider's class, without package.
    private func kind(of provider: String) -> String {
        if let name = worker?.properties["config.providers.\(provider).class"] {
            return name.split(separator: ".").last.map(String.init) ?? name
        }
        return switch provider {
        case "secrets", Self.ownProvider: "KubernetesSecretConfigProvider"
        case "configmaps": "KubernetesConfigMapConfigProvider"
        case "env", "strimzienv": "EnvVarConfigProvider"
        case "file", "strimzifile": "FileConfigProvider"
        case "directory", "dir", "strimzidir": "DirectoryConfigProvider"
        default: ""
        }
    }

    private func name(in place: String) -> String { place.split(separator: ":").last.map(String.init) ?? place }

    private func secret(_ place: String) -> ReferenceTarget? {
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let name = names.last, names.count <= 2 else { return nil }
        let key = SecretKeyReference(name: name, key: String(parts[1]))
        guard SecretMount.isValid(key) else { return nil }
        return .secret(namespace: names.count == 2 ? names[0] : worker?.namespace ?? "", key)
    }

    /// The key of a Secret that a reference `DIRECTORY:FILE` names, when the worker's pods mount it there.
    private func mounted(_ place: String) -> ReferenceTarget? {
        guard let colon = place.lastIndex(of: ":") else { return nil }
        return mounted(file: "\(place[..<colon])/\(place[place.index(after: colon)...])")
    }

    /// The key of a Secret that a file of the worker's pods holds, or `nil` when it is another file.
    func mounted(file path: String) -> ReferenceTarget? {
        let parts = path.split(separator: "/").map(String.init)
        guard let file = parts.last, parts.count > 1 else { return nil }
        guard let secret = worker?.mounts["/" + parts.dropLast().joined(separator: "/")] else { return nil }
        let key = SecretKeyReference(name: secret, key: file)
        return SecretMount.isValid(key) ? .secret(namespace: worker?.namespace ?? "", key) : nil
    }
}
