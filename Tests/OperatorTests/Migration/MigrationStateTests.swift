import JSON
import Kubernetes
import Testing

@testable import Operator

/// Whether a connector runs, as its inputs tell it.
@Suite("The state of a migrated connector")
struct MigrationStateTests {
    private static func migrate(_ document: JSONValue) throws -> Migration {
        try Migration([MigrationInput(name: "in", text: document.text)])
    }

    private static let config = JSONValue.object(
        JSONObject(MigrationTests.connector.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    )

    private static func expanded(_ status: JSONValue?) -> JSONValue {
        var connector: JSONObject = ["info": ["name": "orders", "config": config, "tasks": [], "type": "sink"]]
        if let status { connector["status"] = ["connector": ["state": status], "tasks": []] }
        return ["orders": .object(connector)]
    }

    @Test("is told to be unknown when Connect's REST API was not asked for it")
    func unknown() throws {
        let forms: [JSONValue] = [
            Self.expanded(nil), ["name": "orders", "config": Self.config],
            ["name": "orders", "config": Self.config, "tasks": [], "type": "sink"],
        ]
        for form in forms {
            let notes = try Self.migrate(form).notes
            #expect(notes.contains { $0.kind == .warning && $0.text.contains("expand=info&expand=status") }, "\(form)")
        }
    }

    @Test("decides whether the sink is paused", arguments: ["RUNNING", "PAUSED", "STOPPED", "FAILED", "UNASSIGNED"])
    func known(state: String) throws {
        let migration = try Self.migrate(Self.expanded(.string(state)))
        let isPaused = migration.sinks.first?.json["spec"]?["paused"] == true
        #expect(isPaused == ["PAUSED", "STOPPED"].contains(state))
        #expect(!migration.notes.contains { $0.text.contains("is not known") })
    }

    @Test("is not asked of a file of properties, which Connect runs whenever it is given it")
    func properties() throws {
        let text = MigrationTests.connector.map { "\($0.key)=\($0.value)\n" }.joined()
        let notes = try Migration([MigrationInput(name: "in.properties", text: text)]).notes
        #expect(!notes.contains { $0.text.contains("expand=status") })
    }

    @Test("A page and an error that say how to ask Connect ask for the state too")
    func documented() throws {
        let page = try DocumentationPage("docs/migration.md").text
        let asked = page.matches(of: /\?expand=info\S*/).map { String($0.output) }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.hasPrefix("?expand=info&expand=status") }, "\(asked)")
        for text in ["[\"orders\"]", "{\"orders\":{\"status\":{}}}"] {
            let error = #expect(throws: MigrationError.self) { try Migration([MigrationInput(name: "in", text: text)]) }
            #expect(error?.message.contains("?expand=info&expand=status") == true)
        }
    }
}
