package import Daemon
internal import FoundationEssentials
internal import JSON

/// The command line of `kusto-emulator`.
package enum EmulatorArguments {
    /// What the command line may say.
    package static let interface = CommandLineInterface(
        name: "kusto-emulator",
        version: Release.text(),
        summary: "A local Azure Data Explorer with its storage, for tests and demonstrations only.",
        options: [
            .value("listen", "HOST:PORT", help: "Where to listen; port 0 takes a free one. Default 127.0.0.1:0."),
            .flag(
                "split-endpoints",
                help:
                    "Give Data Management and the storage a port of their own; each service then refuses what is the other's."
            ),
            .value(
                "ingestion-port",
                "PORT",
                help: "That port; 0, the default, takes a free one. Implies --split-endpoints."
            ),
            .value(
                "certificate",
                "FILE",
                .file,
                help: "PEM certificate chain; with it and --key the emulator speaks HTTPS."
            ),
            .value("key", "FILE", .file, help: "PEM private key of the certificate."),
            .value("database", "NAME", isRepeatable: true, help: "A database to start with. Default 'emulated'."),
            .value(
                "table",
                "SCHEMA",
                isRepeatable: true,
                help: "A table of the first database, such as 'T (a:string, b:long)'."
            ),
            .value(
                "setup",
                "FILE",
                .file,
                isRepeatable: true,
                help: "Commands to execute first, each starting with a dot on a new line."
            ),
            .value(
                "data-dir",
                "DIR",
                .directory,
                help: "Where blobs and rows are kept; default a temporary directory that is removed."
            ),
            .value(
                "ready-file",
                "FILE",
                .file,
                help: "Gets the line that standard output gets when the emulator is ready."
            ),
            .value("signature-lifetime", "SECONDS", help: "How long a shared access signature is good. Default 86400."),
            .value(
                "upload-signature-lifetime",
                "SECONDS",
                help: "How long that of an upload container is good. Default as --signature-lifetime."
            ),
            .value(
                "ingestion-delay",
                "SECONDS",
                help: "How long a queued message waits before it is ingested, as batching makes it wait. Default 0."
            ),
            .value("fault", "JSON", isRepeatable: true, help: "A fault that is there from the beginning."),
            .value("accounts", "COUNT", help: "How many storage accounts there are. Default 2."),
            .flag("no-streaming", help: "Answer streaming ingestion with 404, as a cluster without it."),
            .flag("stream-without-policy", help: "Stream into tables that do not have the streaming ingestion policy."),
            .flag("discard", help: "Keep uploads and messages unread until POST /emulator/count."),
        ] + AuthenticationArguments.options,
        exits: [
            CommandLineExit(.success, "It was told to stop."),
            CommandLineExit(.usage, "The command line or a file that it names is wrong, or the port is taken."),
            CommandLineExit(.software, "A fault of kusto-emulator."),
        ]
    )

    /// Makes a configuration of a command line.
    /// - Throws: `ExitError` with `usage` for a value that cannot be used.
    package static func configuration(_ arguments: Arguments) throws(ExitError) -> EmulatedClusterConfiguration {
        var configuration = EmulatedClusterConfiguration()
        if let listen = arguments.value("listen") {
            guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
                (0...65_535).contains(port), colon > listen.startIndex
            else { throw ExitError(.usage, "--listen \(listen) is not HOST:PORT") }
            configuration.host = String(listen[..<colon])
            configuration.port = port
        }
        if arguments.has("database") { configuration.databases = arguments.values("database") }
        for file in arguments.values("setup") { configuration.setupCommands += try commands(in: file) }
        configuration.setupCommands += arguments.values("table").map { ".create-merge table \($0)" }
        configuration.dataDirectory = arguments.value("data-dir")
        configuration.discards = arguments.has("discard")
        configuration.authentication = try AuthenticationArguments.policy(arguments)
        for text in arguments.values("fault") { configuration.faults.append(try fault(text)) }
        configuration.signatureLifetimeSeconds = try number("signature-lifetime", arguments) ?? 86_400
        if arguments.has("upload-signature-lifetime") {
            configuration.uploadSignatureLifetimeSeconds = try number("upload-signature-lifetime", arguments)
        }
        configuration.ingestionDelaySeconds = try number("ingestion-delay", arguments, from: 0) ?? 0
        configuration.splitsEndpoints = arguments.has("split-endpoints") || arguments.has("ingestion-port")
        configuration.ingestionPort = try number("ingestion-port", arguments, from: 0, through: 65_535) ?? 0
        configuration.tls = try tls(arguments)
        configuration.storageAccounts = try number("accounts", arguments) ?? 2
        configuration.streaming.isEnabled = !arguments.has("no-streaming")
        configuration.streaming.requiresTablePolicy = !arguments.has("stream-without-policy")
        return configuration
    }

    /// Splits a file's text into commands: each starts with a dot at the start of a line; lines with `//` are comments.
    static func split(_ text: String) -> [String] {
        var commands: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("//") { continue }
            if line.hasPrefix(".") {
                commands.append(String(line))
            } else if !commands.isEmpty {
                commands[commands.count - 1] += "\n\(line)"
            }
        }
        return commands
    }

    private static func commands(in file: String) throws(ExitError) -> [String] {
        split(try text(of: file, "setup"))
    }

    private static func fault(_ text: String) throws(ExitError) -> Fault {
        do {
            return try Fault(JSONValue(parsing: text))
        } catch let error as EmulatorError {
            throw ExitError(.usage, "--fault \(text): \(error.message)")
        } catch {
            throw ExitError(.usage, "--fault \(text) is not JSON")
        }
    }

    private static func tls(_ arguments: Arguments) throws(ExitError) -> TLSIdentity? {
        switch (arguments.value("certificate"), arguments.value("key")) {
        case (.some(let certificate), .some(let key)):
            TLSIdentity(certificate: try text(of: certificate, "certificate"), key: try text(of: key, "key"))
        case (nil, nil): nil
        default: throw ExitError(.usage, "--certificate and --key go together")
        }
    }

    /// The text of a file that an option names.
    static func text(of file: String, _ option: String) throws(ExitError) -> String {
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
        } catch {
            throw ExitError(.usage, "--\(option) \(file) cannot be read: \(error)")
        }
    }

    /// The number that an option gives, if it is there.
    static func number(
        _ name: String,
        _ arguments: Arguments,
        from minimum: Int = 1,
        through maximum: Int = Int(Int32.max)
    ) throws(ExitError) -> Int? {
        guard let text = arguments.value(name) else { return nil }
        guard let value = Int(text), value >= minimum, value <= maximum else {
            throw ExitError(.usage, "--\(name) \(text) is not a number from \(minimum) to \(maximum)")
        }
        return value
    }
}
