import Secrets
import Testing

@testable import SinkConfiguration

@Suite("A configuration to start from")
struct StarterFileTests {
    private static let environment = [
        "AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "hunter2",
    ]

    private static func file(_ format: String, _ identity: StarterFile.SignIn) -> StarterFile {
        var file = StarterFile()
        (file.topic, file.database, file.table, file.format) = ("orders-1", "shop", "Orders", format)
        file.cluster = "https://mycluster.westeurope.kusto.windows.net"
        file.bootstrapServers = "broker-1:9092,broker-2:9092"
        (file.identity, file.schemaRegistry) = (identity, "http://registry:8081")
        return file
    }

    private static func settings(_ text: String) throws -> SinkSettings {
        var values: [String: String] = [:]
        for entry in try JavaProperties.parse(text) { values[entry.name] = entry.value }
        let environment = environment.merging([
            "AZURE_FEDERATED_TOKEN_FILE": "/var/run/secrets/token",
            "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
        ]) { $1 }
        return try SinkSettings(PropertySet(values, environment: environment), environment: environment)
    }

    @Test("passes without a warning in every format and with every identity", arguments: StarterFile.formats)
    func passes(format: String) throws {
        for identity in StarterFile.SignIn.allCases {
            let settings = try Self.settings(Self.file(format, identity).text())
            // What everybody is told who has that format.
            let others = settings.warnings.filter { !$0.contains("the format raw") }
            #expect(others == [], "\(format) \(identity)")
        }
    }

    @Test("names what is to be filled in, and nothing else")
    func placeholders() throws {
        let text = try StarterFile().text()
        let error = #expect(throws: ConfigurationError.self) { try Self.settings(text) }
        let told = error?.problems.map(\.description).joined(separator: "\n") ?? ""
        for part in ["<topic>", "<database>", "<broker:9092>", "<cluster>"] {
            #expect(told.contains(part), "\(part): \(told)")
        }
        #expect(error?.problems.allSatisfy { $0.description.contains("<") } == true, "\(told)")
    }

    @Test("takes what it offers as comments, each and all of it")
    func options() throws {
        var lines = try Self.file("json", .application).text().split(separator: "\n").map(String.init)
        var changed: [String] = []
        for index in lines.indices {
            let name = lines[index].dropFirst().prefix { $0.isLetter || $0 == "." }
            guard lines[index].hasPrefix("#"), lines[index].dropFirst(name.count + 1).first == "=" else { continue }
            guard PropertyTable[String(name)] != nil else { continue }
            lines[index] = String(lines[index].dropFirst())
            changed.append(String(name))
        }
        #expect(changed.count > 20)
        var values: [String: String] = [:]
        for entry in try JavaProperties.parse(lines.joined(separator: "\n")) { values[entry.name] = entry.value }
        let settings = try SinkSettings(PropertySet(values, environment: Self.environment, references: .keep))
        #expect(settings.tasksMax == 1)
    }

    @Test(
        "takes a cluster by any of its names",
        arguments: [
            ("https://c.westeurope.kusto.windows.net", "https://ingest-c.westeurope.kusto.windows.net"),
            ("https://ingest-c.westeurope.kusto.windows.net", "https://ingest-c.westeurope.kusto.windows.net"),
            ("c.westeurope.kusto.windows.net", "https://ingest-c.westeurope.kusto.windows.net"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ]
    )
    func clusters(given: String, expected: String) throws {
        var file = Self.file("json", .application)
        file.cluster = given
        var values: [String: String] = [:]
        for entry in try JavaProperties.parse(file.text()) { values[entry.name] = entry.value }
        #expect(values["kusto.ingestion.url"] == expected)
    }

    @Test("shows the commands for the table, its mapping and the roles, with names in brackets where they must be")
    func commands() throws {
        var file = Self.file("json", .application)
        (file.table, file.client, file.tenant) = ("my-table", "app", "tenant")
        let text = try file.text(path: "/etc/s.properties")
        for part in [
            "#    .create table ['my-table'] (",
            ".create table ['my-table'] ingestion json mapping 'my-tableMapping' '[{",
            ".add database shop ingestors ('aadapp=app;tenant') 'kusto-sink'",
            "#    export AZURE_CLIENT_SECRET=…\n", "check --config /etc/s.properties",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(!(try Self.file("csv", .managedIdentity).text()).contains("mapping '"))
    }

    @Test("holds nothing that would break out of its place")
    func refusals() {
        let changes: [(String, (inout StarterFile) -> Void)] = [
            ("topic", { $0.topic = "a b" }), ("table", { $0.table = "a'}, {'" }),
            ("database", { $0.database = "a\nb" }),
            ("cluster", { $0.cluster = "a\nb=c" }), ("bootstrap-servers", { $0.bootstrapServers = " " }),
            ("client-id", { $0.client = "a\r" }), ("format", { $0.format = "xml" }),
        ]
        for (part, change) in changes {
            var file = Self.file("json", .application)
            change(&file)
            let error = #expect(throws: StarterFile.Refusal.self) { try file.text() }
            #expect(error?.part == part)
        }
    }
}
