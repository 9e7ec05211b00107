internal import Secrets

/// Where the keys of Secrets that a sink uses lie in its pods, and how its properties name them.
package enum SecretMount {
    /// The directory under which each Secret has one of its own.
    package static let directory = "/etc/kusto-sink/secrets"

    /// The file that holds a key's value.
    package static func path(of key: SecretKeyReference) -> String { "\(directory)/\(key.name)/\(key.key)" }

    /// What stands in a property for a key's value.
    package static func reference(to key: SecretKeyReference) -> String {
        "${directory:\(directory)/\(key.name):\(key.key)}"
    }

    /// The key whose value a reference to `directory` or `file` takes, or `nil` when it names something else.
    static func key(ofProvider provider: String, place: String) -> SecretKeyReference? {
        guard let colon = place.lastIndex(of: ":") else { return nil }
        let (path, last) = (String(place[..<colon]), String(place[place.index(after: colon)...]))
        switch provider {
        case "directory": return key(ofPath: "\(path)/\(last)")
        case "file": return key(ofPath: path)
        default: return nil
        }
    }

    /// The key that a file holds, or `nil` when the file is none of a Secret's.
    package static func key(ofPath path: String) -> SecretKeyReference? {
        guard path.hasPrefix(directory + "/") else { return nil }
        let parts = path.dropFirst(directory.count + 1).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let key = SecretKeyReference(name: String(parts[0]), key: String(parts[1]))
        return isValid(key) ? key : nil
    }

    /// Whether Kubernetes allows the name and the key, so that neither can be mistaken for part of a path.
    static func isValid(_ key: SecretKeyReference) -> Bool {
        key.name.wholeMatch(of: /[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/) != nil && !key.name.contains("..")
            && key.key.wholeMatch(of: /[-._a-zA-Z0-9]{1,253}/) != nil && key.key != "." && !key.key.hasPrefix("..")
    }
}
