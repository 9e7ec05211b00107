import Foundation
import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

/// Whole examples: the inputs of each folder, what is made of them, and what is told; `UPDATE_GOLDEN=1` writes anew.
@Suite("Migrated connectors, byte for byte")
struct MigrationGoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/migration")

    static func cases() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { !$0.hasPrefix(".") }.sorted()
    }

    static func inputs(of name: String) throws -> [MigrationInput] {
        let folder = folder.appending(path: name)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        return try files.filter { !["sinks.yaml", "notes.txt"].contains($0) }.map { file in
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            return MigrationInput(name: file, text: text)
        }
    }

    @Test("are what the golden files say", arguments: try MigrationGoldenTests.cases())
    func golden(name: String) throws {
        let migration = try Migration(Self.inputs(of: name))
        try Self.compare(migration.text, with: "\(name)/sinks.yaml")
        try Self.compare(migration.notes.map { "\($0)\n" }.joined(), with: "\(name)/notes.txt")
    }

    @Test(
        "pass the operator's check, but for what this release does not do yet",
        arguments: try MigrationGoldenTests.cases()
    )
    func check(name: String) throws {
        let migration = try Migration(Self.inputs(of: name))
        MigrationOracle.expectInOrder(migration)
        let documents = try JSONValue.yamlDocuments(in: migration.text)
        #expect(documents.filter { $0["kind"] == "KustoSink" } == migration.sinks.map(\.json))
    }

    @Test("hold no credential of the input", arguments: try MigrationGoldenTests.cases())
    func credentials(name: String) throws {
        let inputs = try Self.inputs(of: name)
        let migration = try Migration(inputs)
        let seen = migration.text + migration.notes.map(\.description).joined()
        #expect(!seen.contains("hunter2"))
    }

    @Test("Each example has a credential that must not be seen, or refers to one")
    func examplesAreWorthTesting() throws {
        for name in try Self.cases() {
            let text = try Self.inputs(of: name).map(\.text).joined()
            #expect(text.contains("hunter2") || text.contains("${"), "\(name)")
        }
    }

    private static func compare(_ text: String, with path: String) throws {
        let file = folder.appending(path: path)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected, "\(path) differs; run with UPDATE_GOLDEN=1 and look at the difference")
    }
}
