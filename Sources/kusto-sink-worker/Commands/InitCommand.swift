import Daemon
import Glibc
import SinkConfiguration

/// Writes a commented configuration to start from.
struct InitCommand {
    /// How it is called.
    static let command = CommandLineCommand(
        "init",
        help: "Print a commented configuration for a topic and a table, and exit.",
        details: [
            """
            What is not given stands in it as words in angle brackets, which check names until they are filled in. Secrets \
            are taken from the environment. Comments have the commands that make the table, its mapping and the roles in \
            Azure Data Explorer.
            """
        ],
        options: [
            .value("topic", short: "t", "TOPIC", help: "The topic."),
            .value("database", short: "d", "DATABASE", help: "The database."),
            .value("table", "TABLE", help: "The table, by default called as the topic."),
            .value("format", "FORMAT", .oneOf(StarterFile.formats), help: "What the records are, by default json."),
            .value("cluster", "URL", help: "The cluster, by its URL for queries or for ingestion."),
            .value("bootstrap-servers", short: "b", "HOST:PORT,...", help: "The brokers."),
            .value(
                "auth",
                "IDENTITY",
                .oneOf(StarterFile.SignIn.allCases.map(\.rawValue)),
                help: "How to sign in: application, the default, managed_identity or workload_identity."
            ),
            .value("tenant-id", "ID", help: "The tenant; by default the variable AZURE_TENANT_ID has it."),
            .value("client-id", "ID", help: "The application; by default the variable AZURE_CLIENT_ID has it."),
            .value("schema-registry", "URL", help: "The schema registry, for records in Avro."),
            .value("output", short: "o", "FILE", .file, help: "Write it to this file, which must not exist yet."),
        ],
        isProbe: true
    )

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Prints or writes the file.
    /// - Throws: `ExitError` with `usage` when a part cannot stand in a configuration or the file cannot be made.
    func run() throws(ExitError) {
        var file = StarterFile()
        file.topic = arguments.value("topic")
        file.database = arguments.value("database")
        file.table = arguments.value("table")
        file.format = arguments.value("format") ?? file.format
        file.cluster = arguments.value("cluster")
        file.bootstrapServers = arguments.value("bootstrap-servers")
        file.identity = arguments.value("auth").flatMap(StarterFile.SignIn.init) ?? file.identity
        file.tenant = arguments.value("tenant-id")
        file.client = arguments.value("client-id")
        file.schemaRegistry = arguments.value("schema-registry")
        let path = arguments.value("output").flatMap { $0 == "-" ? nil : $0 }
        if path?.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) == true {
            throw ExitError(.usage, "--output must name a file without control characters")
        }
        if let path, !path.hasSuffix(".properties"), !path.hasSuffix(".conf") {
            throw ExitError(.usage, "--output \(path): name it .properties, which says what it holds")
        }
        let text: String
        do throws(StarterFile.Refusal) {
            text = try file.text(path: path ?? "sink.properties")
        } catch {
            throw ExitError(.usage, "--\(error.part) \(error.expected)")
        }
        guard let path else { return print(text, terminator: "") }
        try write(text, to: path)
        print("wrote \(path); its comments say what to do next")
    }

    /// Makes a file that nobody else can read, for it may get secrets.
    private func write(_ text: String, to path: String) throws(ExitError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw ExitError(.usage, "--output \(path): the file exists, and is left as it is") }
            throw ExitError(.usage, "--output \(path): \(unsafe String(cString: strerror(errno)))")
        }
        let bytes = Array(text.utf8)
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let problem = written == bytes.count ? 0 : written < 0 ? errno : ENOSPC
        guard close(descriptor) == 0, problem == 0 else {
            _ = unsafe unlink(path)
            let reason = unsafe String(cString: strerror(problem == 0 ? errno : problem))
            throw ExitError(.usage, "--output \(path) cannot be written: \(reason)")
        }
    }
}
