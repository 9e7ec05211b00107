import Daemon
import FoundationEssentials
import Logging
import Secrets
import SinkConfiguration

/// The configuration that a command line names: files, variables and what they refer to, read for every command alike.
struct LoadedConfiguration: Sendable {
    /// The options by which a command is given a configuration.
    static let options: [CommandLineOption] = [
        .value(
            "config",
            short: "c",
            "FILE",
            .file,
            isRepeatable: true,
            help: "A .properties, .yaml or .json file, also a Connect REST body; of several the later wins."
        ),
        .value(
            "references-below",
            "DIRECTORY",
            .directory,
            isRepeatable: true,
            help: "Let references in the configuration name only files below this directory."
        ),
    ]

    /// The environment of this process.
    static let environment = ProcessInfo.processInfo.environment

    /// The properties, from all their sources.
    let properties: PropertySet
    private let scope: ReferenceScope

    /// Reads the files that a command line names.
    /// - Throws: `ExitError` with `usage` when it names none or an impossible scope, ``ConfigurationError`` when they cannot
    ///   be read.
    init(_ arguments: Arguments) throws {
        guard Self.isNamed(by: arguments) else {
            throw ExitError(
                .usage,
                "no configuration: name a file with --config FILE; kusto-sink-worker init makes one to start from"
            )
        }
        scope = try Self.scope(arguments)
        properties = try PropertySet(
            files: arguments.values("config"),
            environment: Self.environment,
            references: .resolve(within: scope)
        )
        ProcessLog.standard.choose(properties.logFormat)
    }

    /// How the environment wants log lines to look, for failures that come before the files are read.
    static var environmentsLogFormat: LogFormat? {
        try? PropertySet(files: [], environment: environment, references: .keep).logFormat
    }

    /// What `metrics.address` says in the files that a command line names; nil when it names none, or they leave it out.
    ///
    /// Nothing else in them is looked at, and no reference is followed.
    /// - Throws: `ExitError` with `usage` when they cannot be read, or say that there is no endpoint.
    static func metricsAddress(_ arguments: Arguments) throws(ExitError) -> String? {
        guard arguments.has("config"), !arguments.has("address") else { return nil }
        let properties: PropertySet
        do throws(ConfigurationError) {
            properties = try PropertySet(
                files: arguments.values("config"),
                environment: environment,
                references: .keep
            )
        } catch {
            throw ToldProblems.refusal(error, isService: false)
        }
        guard let address = properties.entries["metrics.address"]?.written else { return nil }
        if address.lowercased() == "off" || address.hasSuffix(":0") {
            throw ExitError(.usage, "metrics.address=\(address): give the endpoint's address with --address HOST:PORT")
        }
        return address
    }

    /// Whether a command line or the environment names a configuration.
    static func isNamed(by arguments: Arguments) -> Bool {
        arguments.has("config") || environment.keys.contains { $0.hasPrefix("CONNECT_") }
    }

    /// Checks the properties.
    /// - Throws: ``ConfigurationError`` with every problem and warning.
    func settings() throws(ConfigurationError) -> SinkSettings {
        try SinkSettings(properties, environment: Self.environment)
    }

    /// Checks the properties, with what they refer to read once more.
    /// - Throws: ``ConfigurationError``.
    func settingsReadAgain() throws(ConfigurationError) -> SinkSettings {
        try SinkSettings(
            properties.rereading(environment: Self.environment, within: scope),
            environment: Self.environment
        )
    }

    /// What references may name: an option rather than a property, since the configuration must not widen it.
    private static func scope(_ arguments: Arguments) throws(ExitError) -> ReferenceScope {
        let directories = arguments.values("references-below")
        if let relative = directories.first(where: { !$0.hasPrefix("/") }) {
            throw ExitError(.usage, "--references-below must be an absolute path, not \(relative)")
        }
        return directories.isEmpty ? .anywhere : .below(directories)
    }
}
