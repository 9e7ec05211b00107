/// The names of what the operator makes for a sink: always the same, so that they are found again.
package struct ChildNames: Sendable, Hashable {
    /// The most characters of a name, since labels and host names are made of them.
    private static let limit = 63

    private let sink: String

    /// Creates the names for the sink called `sink`.
    package init(_ sink: String) { self.sink = sink }

    /// The Deployment.
    package var deployment: String { name("-worker") }
    /// The sink's own ServiceAccount.
    package var serviceAccount: String { name("-worker") }
    /// The PodDisruptionBudget.
    package var podDisruptionBudget: String { name("-worker") }
    /// The PodMonitor.
    package var podMonitor: String { name("-worker") }
    /// The NetworkPolicy.
    package var networkPolicy: String { name("-worker") }
    /// The Service for scraping; a name of the domain name system, which begins with a letter.
    package var service: String {
        let name = name("-metrics")
        return name.first?.isNumber == true ? ChildNames("s-" + sink).name("-metrics") : name
    }
    /// The ConfigMap that holds the configuration with this hash.
    package func config(_ hash: String) -> String { name("-config-\(hash)") }

    /// The value of the label that names the sink.
    package var label: String { Self.isLabel(sink) ? sink : name("") }

    /// Whether a ConfigMap of this name holds a configuration of the sink.
    package func isConfig(_ name: String) -> Bool {
        let hash = name.suffix(16)
        return name.count > 16 && hash.allSatisfy { $0.isHexDigit } && name == config(String(hash))
    }

    private func name(_ suffix: String) -> String {
        // A dot is allowed in the names of some kinds only.
        guard sink.contains(".") || sink.utf8.count + suffix.utf8.count > Self.limit else { return sink + suffix }
        let digest = "-" + ShortDigest.of(sink).prefix(8)
        var cut = sink.replacing(".", with: "-").prefix(Self.limit - digest.utf8.count - suffix.utf8.count)
        while cut.hasSuffix("-") { cut.removeLast() }
        return cut + digest + suffix
    }

    private static func isLabel(_ text: String) -> Bool { text.utf8.count <= limit }
}
