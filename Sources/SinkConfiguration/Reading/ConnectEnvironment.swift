/// Properties from the environment, as Kafka Connect's container images take them.
package enum ConnectEnvironment {
    /// The name of this source where a property's origin is told.
    static let source = "environment"

    /// Returns the properties that variables named `CONNECT_…` stand for, by name.
    ///
    /// The rest of the name is lower-cased; `_` becomes a dot, `__` an underscore, `___` a hyphen. Of the options for Java in
    /// `KAFKA_OPTS` those are taken that name the files of JAAS and Kerberos.
    static func properties(in environment: [String: String]) -> [WrittenProperty] {
        func property(_ name: String, _ value: String, _ variable: String) -> WrittenProperty {
            WrittenProperty(name, value, PropertyOrigin(source: source, variable: variable))
        }
        let own = environment.compactMap { variable, value in
            propertyName(of: variable).map { property($0, value, variable) }
        }
        let options = javaOptions(environment["KAFKA_OPTS"] ?? "").map { property($0.name, $0.value, "KAFKA_OPTS") }
        // Of one name a variable of its own wins over Java's options.
        func rank(_ property: WrittenProperty) -> (String, Int, String) {
            let variable = property.origin.variable ?? ""
            return (property.name, variable == "KAFKA_OPTS" ? 0 : 1, variable)
        }
        return (options + own).sorted { rank($0) < rank($1) }
    }

    /// The files that options such as `-Djava.security.krb5.conf=/etc/krb5.conf` name.
    private static func javaOptions(_ text: String) -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        for word in text.split(whereSeparator: \.isWhitespace) where word.hasPrefix("-D") {
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, files.contains(String(parts[0])) else { continue }
            found.append((String(parts[0]), parts[1].trimmingQuotes))
        }
        return found
    }

    private static let files: Set<String> = [LoginFile.property, "java.security.krb5.conf"]

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

extension Substring {
    /// The text without the quotes around it that a shell would take away.
    fileprivate var trimmingQuotes: String {
        guard count > 1, let quote = first, quote == last, quote == "\"" || quote == "'" else { return String(self) }
        return String(dropFirst().dropLast())
    }
}
