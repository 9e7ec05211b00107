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
                ".show principal access with (principal = 'aadapp=x;y', accesstype='ingest',database='d',table='T')",
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

    @Test(
        "What is not served says so",
        arguments: [
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
