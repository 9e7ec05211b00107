/// The reference of all properties, made from the table so that it is never out of date.
package enum ConfigurationReference {
    /// Returns the page `docs/configuration.md`.
    package static func markdown() -> String {
        var page = introduction
        for group in PropertyGroup.allCases {
            page += "\n## \(group.rawValue)\n"
            for definition in PropertyTable.all where definition.group == group { page += section(for: definition) }
        }
        return page
    }

    private static let introduction = """
        # Configuration

        <!-- Made from the property table by `UPDATE_DOCS=1 swift test --filter ConfigurationReferenceTests`; do not edit. -->

        A sink is configured by properties, under the names of the Kafka Connect sink for Azure Data Explorer where that has
        them. `kusto-sink-worker --config FILE` reads a `.properties` file, or a flat map in a `.yaml` or `.json` file, also in
        the forms that Connect's REST API takes and returns, `{"name": …, "config": {…}}`. The option may be repeated; the
        later file wins. Environment variables named `CONNECT_…` rank below all files: `CONNECT_BOOTSTRAP_SERVERS` is
        `bootstrap.servers` (`_` is a dot, `__` an underscore, `___` a hyphen).

        Instead of a value, a property may hold a reference to it: `${file:/path/to/file.properties:key}`, `${directory:/path:file-name}` (the whole
        file, as Kubernetes mounts a Secret) and `${env:NAME}`. Other providers of Connect's are errors. A value that is written
        like a reference and is none has one more `$` in front: `$${word:rest}` stands for the text `${word:rest}`. With
        `--references-below DIRECTORY`, which may be repeated, references may name only files below these directories, and no
        environment variable: symbolic links and `..` do not lead out. The operator starts its workers with it, so that who
        writes a sink's configuration reaches nothing of the pod but the Secrets that the sink mounts. In `spec.config` of a
        KustoSink `${secret:NAME:KEY}` stands for the value of a key of a Secret in the sink's namespace, which is then mounted.

        Files are UTF-8. A line of a `.properties` file that is not is read as ISO 8859-1 (Latin-1), as Java reads it, with a
        warning when it is more than a comment.

        `kusto-sink-worker check --config FILE` reports everything that is wrong at once, with the file and the line, and
        `--print-config` shows the effective values, each with the file and line, the variable or the setting that it comes from,
        and with secrets hidden. What it prints is a properties file again. A name that is no property is ignored, with a warning.

        """

    private static func section(for definition: PropertyDefinition) -> String {
        var facts = ["Type: \(definition.kind.name)"]
        if !definition.kind.allowed.isEmpty { facts.append("values: \(definition.kind.allowed)") }
        if definition.isRequired { facts.append("**required**") }
        if let value = definition.defaultValue { facts.append("default: `\(value)`") }
        if !definition.aliases.isEmpty {
            facts.append("also: " + definition.aliases.map { "`\($0)`" }.joined(separator: ", "))
        }
        if definition.isSecret { facts.append("secret") }
        facts.append("since: \(definition.since)")
        var text = "\n### `\(definition.name)`\n\n"
        if let note = definition.note { text += "_\(note)_ " }
        text += "\(definition.documentation)\n\n\(facts.joined(separator: " · "))\n"
        if let example = definition.example {
            let name = definition.name.hasSuffix("*") ? "\(definition.name.dropLast())" : "\(definition.name)="
            text += "\n```properties\n\(name)\(example.replacing("\\", with: "\\\\"))\n```\n"
        }
        return text
    }
}
