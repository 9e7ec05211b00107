package import Secrets
internal import Text

/// Properties from all their sources, of which the later ones win.
package struct PropertySet: Sendable {
    /// What is done about references to values that are kept elsewhere.
    package enum References: Sendable, Hashable {
        /// They are followed, within a scope.
        case resolve(within: ReferenceScope)
        /// They stay as they are written, since what they name is not here: whoever checks such properties knows only
        /// that there is a value.
        case keep
    }

    /// One property.
    package struct Entry: Sendable {
        /// The value as written, without blanks around it.
        package let written: String
        /// The value with its references resolved, unless they are kept.
        let value: String
        /// Where it is written.
        package let origin: PropertyOrigin
        /// The file that it stands in, or `environment`.
        package var source: String { origin.source }
        /// Whether the value holds a reference that was kept, so that nothing can be said about it.
        let isOpaque: Bool
        /// The value and how to read it again, when it comes from a file, which may be replaced.
        var rotated: RotatedSecret?
        /// Whether the value comes from elsewhere, so that it must not be printed.
        package var holdsReference: Bool { SecretReference.isPresent(in: written) }
    }

    /// The properties by the name under which they were written.
    package let entries: [String: Entry]
    /// References that could not be followed.
    let problems: [ConfigurationError.Problem]
    /// What a person should know about the files, one sentence each.
    let warnings: [String]
    /// The JAAS file that `java.security.auth.login.config` names; `nil` when it names none.
    let loginFile: LoginFile?

    /// Reads files, of which the later ones win, over `CONNECT_…` variables of the environment.
    /// - Parameters:
    ///   - files: Paths; the ending names the format.
    ///   - environment: The process's variables; `${env:}` is looked up there too.
    ///   - references: What is done about references.
    /// - Throws: ``ConfigurationError`` with `unreadable`, with every file that could not be read.
    package init(
        files: [String],
        environment: [String: String],
        references: References = .resolve(within: .anywhere)
    ) throws(ConfigurationError) {
        var properties = ConnectEnvironment.properties(in: environment)
        var problems: [ConfigurationError.Problem] = []
        var warnings: [String] = []
        var emptiness: [(file: String, reason: String)] = []
        for file in files {
            do throws(ConfigurationError) {
                let content = try ConfigurationFile.read(file)
                properties += content.properties
                warnings += content.warnings
                if let reason = content.emptiness { emptiness.append((file, reason)) }
            } catch {
                problems += error.problems
            }
        }
        // A file may add nothing to another one, but where nothing is said at all that is what is wrong.
        if properties.isEmpty {
            problems += emptiness.map { file, reason in
                .init(subject: file, message: "\(file) \(reason); write the properties of a sink into it")
            }
        } else {
            warnings += emptiness.map { file, reason in "\(file) \(reason)" }
        }
        guard problems.isEmpty else {
            throw ConfigurationError(code: .unreadable, problems: problems, warnings: warnings)
        }
        self.init(properties, environment: environment, references: references, warnings: warnings)
    }

    /// Takes properties as they are.
    package init(
        _ values: [String: String],
        source: String = "memory",
        environment: [String: String] = [:],
        references: References = .resolve(within: .anywhere)
    ) {
        let properties = values.map { WrittenProperty($0.key, $0.value, PropertyOrigin(source: source)) }
        self.init(properties, environment: environment, references: references)
    }

    /// Takes properties in order, of which the later ones win.
    init(
        _ properties: [WrittenProperty],
        environment: [String: String],
        references: References,
        warnings: [String] = []
    ) {
        var entries: [String: Entry] = [:]
        var problems: [ConfigurationError.Problem] = []
        for property in properties {
            let written = property.value.trimmed
            let isReference = SecretReference.isPresent(in: written)
            entries[property.name] = Entry(
                written: written,
                value: isReference ? written : SecretReference.unescaped(written),
                origin: property.origin,
                isOpaque: references == .keep && isReference
            )
        }
        self.warnings = warnings
        guard case .resolve(let scope) = references else {
            self.entries = entries
            self.problems = []
            loginFile = LoginFile(entries[LoginFile.property]?.value)
            return
        }
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) where entry.holdsReference {
            do throws(SecretReferenceError) {
                let secret = try RotatedSecret(reading: entry.written, environment: environment, within: scope)
                entries[name] = Entry(
                    written: entry.written,
                    value: secret.initial.reveal(),
                    origin: entry.origin,
                    isOpaque: false,
                    rotated: secret.mayChange ? secret : nil
                )
            } catch {
                let shown = HarmlessText.shown(name: name)
                problems.append(.init(subject: shown, message: "\(shown): \(error.message)"))
            }
        }
        self.entries = entries
        self.problems = problems
        loginFile = LoginFile(entries[LoginFile.property]?.value, within: scope)
    }

    /// The same properties, with what they refer to read once more: files are replaced while a process runs.
    /// - Parameters:
    ///   - environment: The process's variables.
    ///   - scope: What references may name at all.
    package func rereading(environment: [String: String], within scope: ReferenceScope) -> PropertySet {
        PropertySet(
            entries.map { WrittenProperty($0.key, $0.value.written, $0.value.origin) },
            environment: environment,
            references: .resolve(within: scope),
            warnings: warnings
        )
    }

    /// Whether any property refers to a file, which may be replaced.
    package var mayChange: Bool { loginFile != nil || entries.values.contains { $0.rotated != nil } }

    /// The entry of a setting under any of its names, with the name used.
    func entry(of definition: PropertyDefinition) -> (name: String, entry: Entry)? {
        for name in definition.names {
            if let entry = entries[name] { return (name, entry) }
        }
        return nil
    }
}
