import Foundation
import Secrets
import Testing

@Suite("Secrets and references to them")
struct SecretReferenceTests {
    @Test("A secret never prints its value")
    func redaction() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.reveal() == "hunter2")
    }

    @Test("References to files, directories and the environment are followed inside a longer value")
    func resolution() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "user = u\n# password=no\npassword=p:=w\n".write(
            to: folder.appendingPathComponent("a.properties"),
            atomically: true,
            encoding: .utf8
        )
        try "token\r\n".write(to: folder.appendingPathComponent("key"), atomically: true, encoding: .utf8)
        let text =
            "x ${file:\(folder.path)/a.properties:password} ${directory:\(folder.path):key} ${env:HOME_OF} ${other} $a ${:"
        let resolved = try SecretReference.resolve(text, environment: ["HOME_OF": "me"])
        #expect(resolved == "x p:=w token me ${other} $a ${:")
    }

    @Test(
        "A file is read as Java's properties",
        arguments: [
            ("k=v", "v"), ("k:v", "v"), ("k v", "v"), ("k = a=b:c ", "a=b:c "), ("k=a\\\n  b", "ab"),
            ("k=\\u00e9\\t\\=", "é\t="), ("a\\ b=1\nk=2", "2"), ("k=1\nk=2", "2"), ("k=\r\n", ""), ("!k=1\nk=2", "2"),
        ]
    )
    func properties(text: String, value: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).properties")
        defer { try? FileManager.default.removeItem(at: file) }
        try text.write(to: file, atomically: true, encoding: .utf8)
        #expect(try SecretReference.resolve("${file:\(file.path):k}", environment: [:]) == value)
    }

    @Test(
        "What is written as Java's properties is read as it was",
        arguments: [
            ("k", "v"), ("a b", " v "), ("k=", "a=b:c"), (":k", "\\"), ("#k", "#v"), ("!k!", "!v"),
            ("k\\", "a\nb\r\tc\u{C}"),
            ("é", "ü – 🚀"), ("k", ""), ("a.b-c", "${directory:/etc/x:y}"), ("k", "ends in \\"), ("k", "\t tab"),
        ]
    )
    func line(name: String, value: String) throws {
        let line = JavaProperties.line(name, value)
        let entries = try JavaProperties.parse("before=1\n\(line)\nafter=2\n")
        #expect(entries.map(\.name) == ["before", name, "after"] && entries.map(\.value) == ["1", value, "2"])
        #expect(!line.contains("\n"))
    }

    @Test(
        "One more dollar sign in front makes text of what is written like a reference",
        arguments: [
            ("$${word:rest}", "${word:rest}"), ("a$${env:H}b", "a${env:H}b"), ("$${NAME}", "${NAME}"),
            ("$$${env:H}", "$${env:H}"), ("$${env:H}${env:H}", "${env:H}me"), ("${env:H}$${env:H}", "me${env:H}"),
            ("$${_N}$${n.x-1:", "${_N}${n.x-1:"), ("pa$$w0rd", "pa$$w0rd"), ("a$${!x}", "a$${!x}"), ("$${", "$${"),
            ("$${}", "$${}"), ("$$$", "$$$"), ("$${a", "$${a"), ("$${1a}", "$${1a}"), ("$${a b}", "$${a b}"),
        ]
    )
    func escape(text: String, meant: String) throws {
        #expect(try SecretReference.resolve(text, environment: ["H": "me"]) == meant)
        if !meant.contains("me") {
            #expect(!SecretReference.isPresent(in: text) && SecretReference.unescaped(text) == meant)
        }
        // Whoever replaces references leaves to the reader what is none.
        let replaced = SecretReference.replace(in: text) { "${\($0):\($1)}" }
        #expect(replaced == text)
    }

    @Test("References are replaced by what somebody else makes of them")
    func replacement() {
        let text = SecretReference.replace(in: "a ${x:y} ${env:Z:1}b$") { "<\($0)|\($1)>" }
        #expect(text == "a <x|y> <env|Z:1>b$")
    }

    @Test("A file with a bad escape names its line")
    func badEscape() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).properties")
        defer { try? FileManager.default.removeItem(at: file) }
        try "a=1\nk=\\u12".write(to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: SecretReferenceError.self) {
            try SecretReference.resolve("${file:\(file.path):k}", environment: [:])
        }
        #expect(error?.message.contains("line 2") == true)
    }

    @Test(
        "A reference that leads nowhere says which one and what to do",
        arguments: [
            ("${env:NO_SUCH}", "NO_SUCH"), ("${vault:kv:key}", "\"vault\""), ("a${b ${secrets:x}", "${file:"),
            ("${file:/nowhere:key}", "/nowhere"),
            ("${directory:/nowhere:k}", "/nowhere/k"),
            ("${directory:/etc:../passwd}", "${directory:/path:file-name}"),
        ]
    )
    func failure(reference: String, mentioned: String) {
        let error = #expect(throws: SecretReferenceError.self) {
            try SecretReference.resolve(reference, environment: [:])
        }
        #expect(error?.message.contains(mentioned) == true)
    }
}
