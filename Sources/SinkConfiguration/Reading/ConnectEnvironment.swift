/// Properties from the environment, as Kafka Connect's container images take them.
package enum ConnectEnvironment {
    /// The name of this source where a property's origin is told.
    static let source = "environment"

    /// Returns the properties that variables named `CONNECT_…` stand for, by name.
    ///
    /// The rest of the name is lower-cased; `_` becomes a dot, `__` an underscore, `___` a hyphen.
    static func properties(in environment: [String: String]) -> [(name: String, value: String)] {
        environment.compactMap { variable, value in propertyName(of: variable).map { ($0, value) } }
            .sorted { $0.0 < $1.0 }
    }

    /// The property that a variable stands for, or `nil` when it stands for none.
    package static func propertyName(of variable: String) -> String? {
        guard variable.hasPrefix("CONNECT_"), variable.count > 8 else { return nil }
        return propertyName(of: variable.dropFirst(8))
    }

    private static func propertyName(of variable: Substring) -> String {
        variable.lowercased()
            .replacing("___", with: "-").replacing("__", with: "\u{0}").replacing("_", with: ".").replacing(
                "\u{0}",
                with: "_"
            )
    }
}
