/// Properties from the environment, as Kafka Connect's container images take them.
enum ConnectEnvironment {
    /// The name of this source where a property's origin is told.
    static let source = "environment"

    /// Returns the properties that variables named `CONNECT_…` stand for, by name.
    ///
    /// The rest of the name is lower-cased; `_` becomes a dot, `__` an underscore, `___` a hyphen.
    static func properties(in environment: [String: String]) -> [(name: String, value: String)] {
        environment.filter { $0.key.hasPrefix("CONNECT_") && $0.key.count > 8 }
            .map { (propertyName(of: $0.key.dropFirst(8)), $0.value) }
            .sorted { $0.0 < $1.0 }
    }

    private static func propertyName(of variable: Substring) -> String {
        variable.lowercased()
            .replacing("___", with: "-").replacing("__", with: "\u{0}").replacing("_", with: ".").replacing("\u{0}", with: "_")
    }
}
