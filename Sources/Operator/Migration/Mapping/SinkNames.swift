/// The names of KustoSinks, each taken once.
struct SinkNames {
    /// The longest name: that of a label of the domain name system.
    private static let limit = 63

    private var taken: Set<String> = []

    /// Takes a name for a connector: its own where Kubernetes allows that, else one made of it.
    mutating func take(for connector: String, in namespace: String) -> String {
        let base = Self.label(of: connector)
        var name = base
        var number = 2
        while !taken.insert("\(namespace)/\(name)").inserted {
            let suffix = "-\(number)"
            name = String(base.prefix(Self.limit - suffix.count)) + suffix
            number += 1
        }
        return name
    }

    /// A label of the domain name system that is as near as possible to a text.
    private static func label(of text: String) -> String {
        var label = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": label.unicodeScalars.append(scalar)
            case "A"..."Z": label += String(scalar).lowercased()
            default: if !label.isEmpty, !label.hasSuffix("-") { label += "-" }
            }
        }
        label = String(label.prefix(limit))
        while label.hasSuffix("-") { label.removeLast() }
        return label.isEmpty ? "sink" : label
    }
}
