extension ResourceKind {
    /// The kind of an object, from its apiVersion and kind; `nil` when it lacks one of them.
    ///
    /// The name in paths is made as Kubernetes makes it where nobody says otherwise: from the kind in lower case, as the plural
    /// of an English word.
    init?(of object: KubernetesObject) {
        let parts = object.apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        guard let version = parts.last, !object.kind.isEmpty else { return nil }
        let singular = object.kind.lowercased()
        let plural: String
        switch singular.last {
        case _ where singular == "endpoints": plural = singular
        case "s": plural = singular + "es"
        case "y": plural = singular.dropLast() + "ies"
        default: plural = singular + "s"
        }
        self.init(group: parts.count == 2 ? parts[0] : "", version: version, kind: object.kind, plural: plural)
    }
}
