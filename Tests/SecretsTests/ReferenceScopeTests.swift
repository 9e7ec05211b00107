import Foundation
import Secrets
import Testing

/// A mount as Kubernetes makes it, something beside it, and links between the two.
private struct Mount: ~Copyable {
    let base: String
    var root: String { base + "/secrets" }

    init() throws {
        base = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let files = FileManager.default
        // The data is in a directory of its own time, which a link is swapped to.
        try files.createDirectory(atPath: base + "/secrets/..2026_01_02/kafka", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: base + "/secrets/..data", withDestinationPath: "..2026_01_02")
        try files.createSymbolicLink(atPath: base + "/secrets/kafka", withDestinationPath: "..data/kafka")
        try Self.write("inside", to: base + "/secrets/..2026_01_02/kafka/password")
        try Self.write("k=in file", to: base + "/secrets/..2026_01_02/kafka/all.properties")
        try files.createDirectory(atPath: base + "/secretsX", withIntermediateDirectories: true)
        try Self.write("outside", to: base + "/secretsX/password")
        try Self.write("k=outside", to: base + "/outside.properties")
        try files.createSymbolicLink(atPath: base + "/secrets/link", withDestinationPath: "../secretsX")
        try files.createSymbolicLink(atPath: base + "/secrets/file", withDestinationPath: base + "/outside.properties")
        try files.createSymbolicLink(atPath: base + "/other", withDestinationPath: base + "/secrets")
    }

    deinit { try? FileManager.default.removeItem(atPath: base) }

    private static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}

@Suite("The scope of references")
struct ReferenceScopeTests {
    private func resolve(_ text: String, below directories: [String]) throws(SecretReferenceError) -> String {
        try SecretReference.resolve(text, environment: ["HOME": "/root"], within: .below(directories))
    }

    @Test("lets a mount's own links lead to its files")
    func inside() throws {
        let mount = try Mount()
        for text in ["${directory:ROOT/kafka:password}", "${directory:ROOT//./kafka/:password}"] {
            #expect(try resolve(text.replacing("ROOT", with: mount.root), below: [mount.root]) == "inside")
        }
        let file = "a ${file:\(mount.root)/kafka/all.properties:k}"
        #expect(try resolve(file, below: ["/nowhere", mount.root]) == "a in file")
        // The directory may itself be reached by a link.
        #expect(
            try resolve("${directory:\(mount.base)/other/kafka:password}", below: [mount.base + "/other"]) == "inside"
        )
    }

    @Test(
        "lets nothing lead out of it",
        arguments: [
            "${directory:BASE/secretsX:password}", "${file:BASE/outside.properties:k}",
            "${directory:BASE/secrets/../secretsX:password}", "${directory:BASE/secrets/link:password}",
            "${file:BASE/secrets/file:k}", "${directory:/etc:hostname}", "${file:/proc/self/environ:HOME}",
            "${directory:/proc/self/root/etc:hostname}", "${directory:secrets/kafka:password}", "${env:HOME}",
        ]
    )
    func outside(reference: String) throws {
        let mount = try Mount()
        let text = reference.replacing("BASE", with: mount.base)
        let error = #expect(throws: SecretReferenceError.self) { try resolve(text, below: [mount.root]) }
        #expect(error?.message.contains(text) == true)
        #expect(error?.message.contains("references may only name files below \(mount.root)") == true)
    }

    @Test("that is no directory holds nothing")
    func missing() throws {
        let mount = try Mount()
        let text = "${directory:\(mount.root)/kafka:password}"
        for directory in [mount.base + "/nowhere", mount.root + "/kafka/password"] {
            #expect(throws: SecretReferenceError.self) { try resolve(text, below: [directory]) }
        }
        #expect(throws: SecretReferenceError.self) { try resolve(text, below: []) }
        #expect(throws: SecretReferenceError.self) {
            try resolve("${directory:\(mount.root)/kafka:no}", below: [mount.root])
        }
    }
}
