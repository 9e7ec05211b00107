import Foundation
import Testing

@testable import Secrets

@Suite("Secrets that are replaced while the process runs")
struct RotatedSecretTests {
    /// Runs a test with a folder, which is removed afterwards.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/rotated-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test("are read again where they stand in a file, and stay as they are elsewhere")
    func reads() throws {
        try withFolder { folder in
            try write("one\n", folder + "/password")
            try write("user=app\nkey=first\n", folder + "/adx.properties")
            let environment = ["PART": "x", "OTHER": "never kept"]
            func secret(_ text: String) throws -> RotatedSecret {
                try RotatedSecret(reading: text, environment: environment)
            }
            let file = try secret("${file:\(folder)/adx.properties:key}")
            let directory = try secret(" ${directory:\(folder):password}\t")
            let joined = try secret("${env:PART}-${directory:\(folder):password}")
            let fixed = [try secret("plain"), try secret("${env:PART}"), RotatedSecret(Secret("given"))]
            #expect([file, directory, joined].map(\.mayChange) == [true, true, true])
            #expect([file, directory, joined].map { $0.initial.reveal() } == ["first", "one", "x-one"])
            #expect(fixed.map(\.mayChange) == [false, false, false])

            try write("  two \r\n", folder + "/password")
            try write("key=second\n", folder + "/adx.properties")
            #expect(try file.read().reveal() == "second")
            #expect(try directory.read().reveal() == "two")
            #expect(try joined.read().reveal() == "x-  two")
            #expect(try fixed.map { try $0.read().reveal() } == ["plain", "x", "given"])
            #expect(directory.initial.reveal() == "one")
        }
    }

    @Test("follow the link that Kubernetes turns to a new folder when a Secret changes")
    func kubernetes() throws {
        try withFolder { folder in
            for (version, text) in [("..1", "old"), ("..2", "new")] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(version)",
                    withIntermediateDirectories: true
                )
                try write(text, "\(folder)/\(version)/key")
            }
            try FileManager.default.createSymbolicLink(atPath: folder + "/..data", withDestinationPath: "..1")
            try FileManager.default.createSymbolicLink(atPath: folder + "/key", withDestinationPath: "..data/key")
            let secret = try RotatedSecret(
                reading: "${directory:\(folder):key}",
                environment: [:],
                within: .below([folder])
            )
            #expect(secret.initial.reveal() == "old")
            try FileManager.default.createSymbolicLink(atPath: folder + "/..new", withDestinationPath: "..2")
            #expect(unsafe rename(folder + "/..new", folder + "/..data") == 0)
            #expect(try secret.read().reveal() == "new")
        }
    }

    @Test("that cannot be read any more, or lead out of their scope by then, say so without their value")
    func failures() throws {
        try withFolder { folder in
            #expect(throws: SecretReferenceError.self) {
                try RotatedSecret(reading: "${directory:\(folder):key}", environment: [:])
            }
            #expect(throws: SecretReferenceError.self) {
                try RotatedSecret(reading: "${vault:a:b}", environment: [:])
            }
            try write("s3cret", folder + "/key")
            let secret = try RotatedSecret(
                reading: "s3cret-${directory:\(folder):key}",
                environment: [:],
                within: .below([folder])
            )
            try FileManager.default.removeItem(atPath: folder + "/key")
            let missing = #expect(throws: SecretReferenceError.self) { try secret.read() }
            #expect(missing?.message.contains("cannot be read") == true)
            try FileManager.default.createSymbolicLink(atPath: folder + "/key", withDestinationPath: "/etc/hostname")
            let outside = #expect(throws: SecretReferenceError.self) { try secret.read() }
            #expect(outside?.message.contains("is not allowed") == true)
            for error in [missing, outside] { #expect(error?.message.contains("s3cret") == false) }
        }
    }

    @Test("are printed by nothing, with what stands around the reference and the variables that it needs")
    func secrecy() throws {
        try withFolder { folder in
            try write("hunter2", folder + "/key")
            let secret = try RotatedSecret(
                reading: "hunter3-${env:V}-${directory:\(folder):key}",
                environment: ["V": "hunter4"]
            )
            var text = "\(secret) \(String(reflecting: secret))"
            dump(secret, to: &text)
            #expect(!text.contains("hunter"), "\(text)")
        }
    }

    @Test("are equal when both their value and what they are read from are")
    func equality() throws {
        #expect(try RotatedSecret(reading: "a", environment: [:]) == RotatedSecret(Secret("a")))
        #expect(RotatedSecret(Secret("a")) != RotatedSecret(Secret("b")))
        try withFolder { folder in
            try write("a", folder + "/key")
            let text = "${directory:\(folder):key}"
            let one = try RotatedSecret(reading: text, environment: ["X": "1"])
            #expect(try one == RotatedSecret(reading: text, environment: ["X": "2"]))
            #expect(one != RotatedSecret(Secret("a")))
        }
    }
}
