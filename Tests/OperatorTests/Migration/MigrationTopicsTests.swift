import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

@Suite("Which topics of a connector a sink reads")
struct MigrationTopicsTests {
    private static let mapping = "kusto.tables.topics.mapping"

    private static func spec(_ migration: Migration) throws -> SinkSpec {
        try KustoSink(decoding: try #require(migration.sinks.first)).spec.get()
    }

    @Test("A mapping without a format is passed over, as the connector does, and told")
    func mappingWithoutFormat() throws {
        let table = """
            [{'topic':'orders','db':'d','table':'t','mapping':'m'},
             {'topic':'returns','db':'d','table':'t','format':'json','mapping':'n'}]
            """
        let migration = try MigrationTests.migrate([Self.mapping: table, "topics": "orders,returns"])
        #expect(try Self.spec(migration).topics.map(\.mapping) == [nil, "n"])
        let warnings = migration.notes.filter { $0.kind == .warning }
        #expect(warnings.count == 1 && warnings[0].text.contains("passed over the mapping 'm'"))
    }

    @Test("Numbers and Booleans of the table are read as text")
    func numbers() throws {
        let table = """
            [{"topic":7,"db":2024,"table":12,"format":"json","mapping":3,"streaming":1},
             {"topic":"b","db":true,"table":1,"format":null}]
            """
        let migration = try MigrationTests.migrate([Self.mapping: table, "topics": "7,b"])
        let topics = try Self.spec(migration).topics
        #expect(topics.map(\.topic) == ["7", "b"])
        #expect(topics.map(\.database) == ["2024", "true"] && topics.map(\.table) == ["12", "1"])
        #expect(topics.map(\.mapping) == ["3", nil] && topics.map(\.isStreaming) == [true, false])
        #expect(!migration.notes.contains { $0.kind == .fillIn })
    }

    @Test("An entry that does not say its table is told, and one that is not read is not")
    func missingTable() throws {
        let table = """
            [{'topic':'orders','db':'d','table':null},{'topic':'returns','table':{}},{'topic':'idle','db':'d'},
             {'topic':'*','table':'t'}]
            """
        let migration = try MigrationTests.migrate([Self.mapping: table, "topics": "orders,returns,other"])
        let told = migration.notes.filter { $0.kind == .fillIn }.map(\.text)
        #expect(told.count == 3 && !told.contains { $0.contains("idle") })
        #expect(told.contains { $0.contains("'orders'") && $0.contains("give its table in") })
        #expect(told.contains { $0.contains("'returns'") && $0.contains("database and table") })
        #expect(told.contains { $0.contains("'other'") && $0.contains("give its database in") })
    }

    @Test(
        "A sink is paused when it is not known which topics the connector reads",
        arguments: [
            ("topics.regex", "(?!__).*"), ("topics.regex", "${env:TOPICS}"), ("topics", "${env:TOPICS}"),
            ("topics.regex", "order[^[a]]"),
        ]
    )
    func unknownTopics(property: String, value: String) throws {
        let entries = "{'topic':'orders','db':'d','table':'t'},{'topic':'other','db':'d','table':'u'}"
        let changes: [String: String?] = ["topics": nil, Self.mapping: "[\(entries)]"]
        let named = try MigrationTests.migrate(changes.merging([property: value]) { $1 })
        #expect(try Self.spec(named).isPaused)
        #expect(try Self.spec(named).topics.map(\.topic) == ["orders", "other"])
        #expect(
            named.notes.contains { $0.kind == .fillIn && $0.properties == [property] && $0.text.contains("paused") }
        )
        let rest = "[\(entries),{'topic':'*','db':'d','table':'rest'}]"
        let wild = try MigrationTests.migrate(changes.merging([property: value, Self.mapping: rest]) { $1 })
        #expect(try Self.spec(wild).isPaused)
        #expect(try Self.spec(wild).topics.map(\.topic) == ["orders", "other", "^REPLACE-ME$"])
        MigrationOracle.expectInOrder(named)
        MigrationOracle.expectInOrder(wild)
    }

    @Test("A connector whose expression can be said starts at once")
    func knownTopics() throws {
        let migration = try MigrationTests.migrate(["topics": nil, "topics.regex": "^orders$|^returns$"])
        #expect(try !Self.spec(migration).isPaused)
        #expect(try Self.spec(migration).topics.map(\.topic) == ["orders"])
    }
}
