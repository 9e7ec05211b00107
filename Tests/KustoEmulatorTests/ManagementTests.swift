import JSON
import Logging
import Testing

@testable import KustoEmulator

@Suite("Management commands change and show the catalog")
struct ManagementTests {
    private func cluster(_ commands: String...) throws -> EmulatedCluster {
        try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(setupCommands: commands),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
    }

    @Test(
        "A command answers",
        arguments: [
            (".show tables", "TableName", ["T"]),
            (".show table T cslschema", "Schema", ["a:string,['b c']:long"]),
            (".show table T", "AttributeType", ["System.String", "System.Int64"]),
            (".show databases", "DatabaseName", ["emulated"]),
            (".show version", "ServiceType", ["Engine"]),
            (".get kusto identity token", "AuthorizationContext", nil),
            (".show ingestion failures", "ErrorCode", []),
            (".show table T ingestion json mapping 'm'", "Name", ["m"]),
            (".show table T ingestion json mappings", "Kind", ["Json"]),
            (".show table T ingestion csv mappings", "Kind", []),
            (".show table T policy streamingingestion", "Policy", ["{\"IsEnabled\":true}"]),
            (".show database emulated policy streamingingestion", "Policy", [""]),
            (".show table T policy ingestionbatching", "EntityName", ["[emulated].[T]"]),
            (
                ".show principal access with (principal = 'aadapp=x;y', accesstype='ingest',database='emulated',table='T')",
                "HasAccess", ["true"]
            ),
            (".show ingestion resources", "ResourceTypeName", nil),
        ] as [(String, String, [String]?)]
    )
    func show(command: String, column: String, expected: [String]?) throws {
        let cluster = try cluster(
            ".create table T (a:string, ['b c']:long)",
            ".create table T ingestion json mapping 'm' '[{\"column\":\"a\",\"path\":\"$.a\"}]'",
            ".alter table T policy streamingingestion '{\"IsEnabled\":true}'"
        )
        let values = try cluster.manage(command).values(of: column).map(\.text)
        if let expected { #expect(values == expected) } else { #expect(!values.isEmpty) }
    }

    @Test("All five kinds of resources are named, with a signature each")
    func resources() throws {
        let result = try cluster().manage(".get ingestion resources")
        #expect(
            Set(result.values(of: "ResourceTypeName").map(\.text)) == [
                "SecuredReadyForAggregationQueue", "TempStorage", "FailedIngestionsQueue", "SuccessfulIngestionsQueue",
                "IngestionsStatusTable",
            ]
        )
        for url in result.values(of: "StorageRoot").map(\.text) {
            #expect(url.count { $0 == "?" } == 1)
            #expect(url.contains("sig="))
        }
    }

    @Test("Creating twice keeps the table, merging adds columns")
    func create() throws {
        let cluster = try cluster(".create table T (a:string)")
        _ = try cluster.manage(".ingest inline into table T <|\nx")
        _ = try cluster.manage(".create table T (other:long)")
        _ = try cluster.manage(".create-merge table T (a:string, b:long)")
        let result = try cluster.query("T")
        #expect(result.columns.map(\.name) == ["a", "b"])
        #expect(result.rows == [[.string("x"), .null]])
        #expect(throws: EmulatorError.self) { try cluster.manage(".create-merge table T (a:long)") }
    }

    @Test("A dropped table is gone with its rows and mappings")
    func drop() throws {
        let cluster = try cluster(
            ".create table T (a:string)",
            ".create table T ingestion csv mapping 'm' '[{\"Name\":\"a\",\"Ordinal\":0}]'",
            ".ingest inline into table T <|\nx"
        )
        _ = try cluster.manage(".drop table T")
        #expect(throws: EmulatorError.self) { try cluster.rowCount("T") }
        #expect(throws: EmulatorError.self) { try cluster.manage(".drop table T") }
        _ = try cluster.manage(".drop table T ifexists")
        _ = try cluster.manage(".create table T (a:string)")
        #expect(try cluster.rowCount("T") == 0)
        #expect(throws: EmulatorError.self) { try cluster.manage(".show table T ingestion csv mapping 'm'") }
    }

    @Test("A mapping is created once and replaced on request")
    func mapping() throws {
        let cluster = try cluster(".create table T (a:string)")
        let text = "table T ingestion json mapping 'm' ```[{\"column\":\"a\",\"path\":\"$.a\"}]```"
        _ = try cluster.manage(".create \(text)")
        #expect(throws: EmulatorError.self) { try cluster.manage(".create \(text)") }
        _ = try cluster.manage(".create-or-alter \(text)")
        _ = try cluster.manage(".drop table T ingestion json mapping 'm'")
        let error = #expect(throws: EmulatorError.self) {
            try cluster.manage(".show table T ingestion json mapping 'm'")
        }
        #expect(error?.code == .mappingNotFound)
    }

    @Test("A table shows its own mappings, a database its own")
    func mappingScope() throws {
        let mapping = "'[{\"column\":\"a\",\"path\":\"$.a\"}]'"
        let cluster = try cluster(
            ".create table T (a:string)",
            ".create table T ingestion json mapping 'both' \(mapping)",
            ".create table T ingestion json mapping 'mine' \(mapping)",
            ".create database emulated ingestion json mapping 'both' \(mapping)",
            ".create database emulated ingestion json mapping 'shared' \(mapping)"
        )
        func names(_ command: String) throws -> [String] { try cluster.manage(command).values(of: "Name").map(\.text) }
        #expect(try names(".show table T ingestion mappings") == ["both", "mine"])
        #expect(try names(".show database emulated ingestion json mappings") == ["both", "shared"])
        #expect(try names(".show database emulated ingestion json mapping 'shared'") == ["shared"])
        #expect(try names(".show table T ingestion json mapping \"mine\"") == ["mine"])
        let error = #expect(throws: EmulatorError.self) { try names(".show table T ingestion json mapping 'shared'") }
        #expect(error?.code == .mappingNotFound)
        #expect(throws: EmulatorError.self) { try names(".show database emulated ingestion json mapping 'mine'") }
    }

    @Test("Only the documented kinds of mappings are known", arguments: ["tsv", "apacheavro", "multijson", "sstream"])
    func mappingKinds(kind: String) throws {
        let cluster = try cluster(".create table T (a:string)")
        let error = #expect(throws: EmulatorError.self) {
            try cluster.manage(".show table T ingestion \(kind) mapping 'm'")
        }
        #expect(error?.code == .syntax)
        #expect(error?.message.contains("w3clogfile") == true)
        #expect(throws: EmulatorError.self) {
            try cluster.manage(".create table T ingestion \(kind) mapping 'm' '[{\"Name\":\"a\",\"Ordinal\":0}]'")
        }
        _ = try cluster.manage(".create table T ingestion avro mapping 'm' '[{\"column\":\"a\",\"path\":\"$.a\"}]'")
    }

    @Test(
        "Names in brackets may be words of the language",
        arguments: ["print", "policy", "it's a \\ table", "a-b.c", "1"]
    )
    func bracketedNames(name: String) throws {
        let literal = "'" + name.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
        let quoted = "[\(literal)]"
        let cluster = try cluster(
            ".create table \(quoted) (\(quoted):string)",
            ".create table \(quoted) ingestion csv mapping \(quoted) '[{\"Name\":\(JSONValue.string(name).text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")),\"Ordinal\":0}]'",
            ".alter table \(quoted) policy streamingingestion enable",
            ".ingest inline into table \(quoted) <|\nx"
        )
        #expect(try cluster.query("\(quoted) | count").rows == [[.integer(1)]])
        #expect(try cluster.query("\(quoted) | where \(quoted) == 'x' | project \(quoted)").rows == [[.string("x")]])
        #expect(try cluster.manage(".show table \(quoted) details").rows.count == 1)
        #expect(try cluster.manage(".show table \(quoted) ingestion csv mapping \(literal)").rows.count == 1)
        #expect(try cluster.manage(".show table \(quoted) policy streamingingestion").rows[0][2] != .null)
        #expect(
            try cluster.manage(
                ".show principal access with (principal='aadapp=a;t', accesstype='ingest', database='emulated', table=\(literal))"
            ).values(of: "HasAccess") == [.bool(true)]
        )
        _ = try cluster.manage(".drop tables (\(quoted)) ifexists")
        #expect(try cluster.manage(".show tables").rows.isEmpty)
    }

    @Test(
        "Who may ingest is asked application by application",
        arguments: [
            ("principal='aadapp=good;tenant', accesstype='ingest', database='emulated', table='T'", true),
            ("principal='aadapp=good;tenant', accesstype='ingest', database='emulated'", true),
            ("principal='aadapp=bad;tenant', accesstype='ingest', database='emulated', table='T'", false),
            ("principal='aadapp=bad;tenant', accesstype='view', database='emulated', table='T'", true),
            ("principal='aadapp=unknown', accesstype='ingest', database='emulated', table='T'", false),
        ]
    )
    func principalAccess(properties: String, isGranted: Bool) throws {
        let cluster = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                setupCommands: [".create table T (a:string)"],
                authentication: AuthenticationPolicy(
                    applications: ["good": "s", "bad": "s"],
                    applicationsWithoutIngestRight: ["bad"]
                )
            ),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        #expect(try cluster.manage(".show principal access with (\(properties))").rows[0][3] == .bool(isGranted))
    }

    @Test(
        "What is not served says so",
        arguments: [
            ".show principal access", ".show principal access with (accesstype='ingest', database='emulated')",
            ".show principal access with (principal='aadapp=x', accesstype='ingest', database='other')",
            ".show cluster extents", ".purge table T", "show tables", ".create table T (a:varchar)",
            ".create table T (a:int, a:int)",
        ]
    )
    func refused(command: String) throws {
        let cluster = try cluster()
        #expect(throws: EmulatorError.self) { try cluster.manage(command) }
    }

    @Test("A setup command that fails stops the start and names itself")
    func setup() {
        let error = #expect(throws: EmulatorError.self) { try cluster(".create table T (a:nonsense)") }
        #expect(error?.message.contains(".create table T") == true)
    }

    @Test("A setup file is split at dots that start a line")
    func split() {
        let text = "// comment\n.create table A (\n  x:long)\n\n.create table B (y:string)\n"
        #expect(
            EmulatorArguments.split(text).map { $0.filter { !$0.isNewline } } == [
                ".create table A (  x:long)", ".create table B (y:string)",
            ]
        )
    }
}
