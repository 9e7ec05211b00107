import Foundation
import Glibc
import Testing

@testable import SinkConfiguration

/// Each file gets one sentence that says what it is, instead of a list of what is missing from it.
@Suite("What people name in the place of a configuration")
struct ForeignFileTests {
    private static let connector = """
        apiVersion: kafka.strimzi.io/v1
        kind: KafkaConnector
        metadata:
          name: telemetry
        spec:
          class: com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
        """

    @Test(
        "is told apart",
        arguments: [
            ("x.properties", "", "is empty; write the properties of a sink into it"),
            ("x.properties", " \n\n", "is empty"), ("x.json", "", "is empty"), ("x.yaml", "\n", "is empty"),
            ("x.properties", "# name=x\n! y\n", "sets no property"),
            ("x.yaml", "# name: x\n", "sets no property"),
            ("x.properties", #"{"name":"n","config":{"topics":"a"}}"#, "holds JSON; name it x.json"),
            ("x.conf", "\n  {\"topics\": \"a\"}\n", "holds JSON; name it x.json"),
            ("x.properties", "{\"topics\": \"a\",}", "begins with {, as JSON does; name it x.json, and correct it: "),
            ("x.properties", "name: n\nconfig:\n  topics: a\n", "holds YAML; name it x.yaml"),
            ("x.properties", "---\nname: n\ntopics: a\n", "holds YAML; name it x.yaml"),
            ("x.properties", "name: \"n\"\ntopics: a\n", "holds YAML; name it x.yaml"),
            ("x.properties", "name: n\ntopics:\n- a\n", "holds YAML; name it x.yaml"),
            (
                "x.json", #"{"error_code":404,"message":"Connector x not found"}"#,
                "Kafka Connect answered with the error 404, \"Connector x not found\"; its answer to /connectors lists"
            ),
            ("x.properties", #"{"error_code":404,"message":"Connector x not found"}"#, "answered with the error 404"),
            ("x.yaml", #"{"error_code":409,"message":"Rebalance"}"#, "ask again"),
            ("x.json", #"{"error_code":500,"message":"oops"}"#, "/connectors/NAME/config"),
            ("x.json", #"["a","b"]"#, "is Kafka Connect's list of connectors (a, b); save what it answers to /conn"),
            ("x.json", "[]", "is an empty list"),
            (
                "x.json", #"{"name":"n","connector":{"state":"RUNNING","worker_id":"w"},"tasks":[],"type":"sink"}"#,
                "is the status of a connector, not its configuration; save what it answers to /connectors/n/config"
            ),
            ("x.json", #"{"n":{"info":{"name":"n","config":{}}}}"#, "connectors with what is known of each (n)"),
            ("x.json", #"{"n":{"status":{"name":"n"}}}"#, "connectors with what is known of each (n)"),
            ("x.json", #"[{"id":{"connector":"n","task":0},"config":{}}]"#, "list of a connector's tasks"),
            ("x.json", #"[{"class":"C","type":"sink","version":"1"}]"#, "list of plugins"),
            ("x.json", #"{"version":"4.1.2","commit":"c","kafka_cluster_id":"k"}"#, "Kafka Connect's answer to /"),
            ("x.json", #"{"name":"n","error_count":1,"groups":[],"configs":[]}"#, "verdict on a configuration"),
            ("x.yaml", connector, "is a KafkaConnector of Strimzi; kusto-sink-operator migrate "),
            ("x.properties", connector, "is a KafkaConnector of Strimzi; kusto-sink-operator migrate "),
            ("x.yaml", "# two\n\(connector)\n---\n\(connector)\n", "is a KafkaConnector of Strimzi"),
            (
                "x.yaml", "apiVersion: kafka.strimzi.io/v1\nkind: KafkaConnect\nspec: {}\n",
                "is a KafkaConnect of Strimzi"
            ),
            (
                "x.yaml", "apiVersion: kustosink.dev/v1alpha1\nkind: KustoSink\nspec: {}\n",
                "is a KustoSink, which is for the operator: kubectl apply -f "
            ),
            (
                "x.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {}\n",
                "is a ConfigMap of Kubernetes; this program takes"
            ),
            ("x.yml", "apiVersion: apps/v1\nkind: Deployment\nspec: {}\n", "of Kubernetes of the kind Deployment"),
            ("x.json", "<!DOCTYPE html>\n<html></html>", "is a page of HTML"),
            ("x.properties", "<html>", "is a page of HTML"), ("x.yaml", "<?xml version=\"1.0\"?>", "is XML"),
            ("x.properties", "-----BEGIN CERTIFICATE-----\nMII", "holds a key or a certificate"),
            ("x.yaml", "a: 1\n---\nb: 2\n", "holds 2 documents of YAML"),
            ("x.yaml", "kusto:\n  ingestion:\n    url: x\n", "write each name in full, such as kusto.NAME"),
            ("x.yaml", "name: n\nkusto:\n\turl: x\n", "; a tab stands in that line, where YAML takes blanks only"),
            ("x.json", "[1]", "must be a map of property names to values"),
        ]
    )
    func foreign(name: String, text: String, sentence: String) throws {
        let message = try refusal(name, Array(text.utf8))
        #expect(message?.contains(sentence) == true, "\(message ?? "accepted")")
        #expect(message?.contains("; /") == false && message?.contains("Missing required") == false)
    }

    @Test(
        "in another encoding is told as such",
        arguments: [
            ("x.properties", [0xFF, 0xFE, 0x61, 0, 0x3D, 0], "is UTF-16 text; save it as UTF-8"),
            ("x.yaml", [0xFE, 0xFF, 0, 0x61, 0, 0x3A], "is UTF-16 text; save it as UTF-8"),
            ("x.json", Array("{\"a\": \"b\"}".utf8.flatMap { [$0, 0] }), "is UTF-16 text"),
            ("x.json", [0x7B, 0x0A, 0xE9], "is not UTF-8 text: line 2 is not; save it as UTF-8"),
            ("x.properties", [0x1F, 0x8B, 0x08, 0x00, 0xFF, 0x00], "is not UTF-8 text, nor is it any other text"),
        ] as [(String, [UInt8], String)]
    )
    func encodings(name: String, bytes: [UInt8], sentence: String) throws {
        let message = try refusal(name, bytes)
        #expect(message?.contains(sentence) == true, "\(message ?? "accepted")")
    }

    @Test(
        "and what is none of these stays properties",
        arguments: [
            ("name: n\ntopics: a", ["name": "n", "topics": "a"]), ("a:\nb=c", ["a": "", "b": "c"]),
            ("a:\nb: c", ["a": "", "b": "c"]), ("[x]\na=b", ["[x]": "", "a": "b"]),
            ("a: [{'topic':'x'}]", ["a": "[{'topic':'x'}]"]), ("a=\"b\"\nc: 'd'", ["a": "\"b\"", "c": "'d'"]),
            ("a: \\\n  b: c", ["a": "b: c"]),
        ]
    )
    func properties(text: String, expected: [String: String]) throws {
        let entries = try ConfigurationFile.properties(in: text, path: "x.properties")
        #expect(Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.value) }) == expected)
    }

    @Test("A byte of Latin-1 is read as Java reads it, with a warning when it is in a value")
    func latin() throws {
        let text = "# caf\u{E9}\r\nname=caf\u{E9}\r\ntopics=a\\\r\n  \u{E9}\r\nx=\u{FC}\n"
        var bytes = text.unicodeScalars.map { UInt8($0.value) }
        bytes += Array("y=ü\n".utf8)
        try withFile("x.properties", bytes) { path in
            let set = try PropertySet(files: [path], environment: [:])
            #expect(set.entries.mapValues(\.value) == ["name": "café", "topics": "aé", "x": "ü", "y": "ü"])
            #expect(set.warnings.map { $0.prefix { $0 != " " } } == [2, 4, 5].map { "\(path):\($0)" })
            #expect(set.warnings.allSatisfy { $0.contains("is read as ISO 8859-1 (Latin-1), as Java reads it") })
        }
        try withFile("x.properties", [0x23, 0xE9, 0x0A, 0x61, 0x3D, 0x62]) { path in
            let set = try PropertySet(files: [path], environment: [:])
            #expect(set.warnings == [])
        }
    }

    @Test("A file that adds nothing to another one is a warning")
    func nothingMore() throws {
        try withFile("x.properties", Array("# nothing\n".utf8)) { path in
            let set = try PropertySet(files: [path], environment: ["CONNECT_NAME": "n"])
            #expect(set.warnings == ["\(path) sets no property"])
        }
    }

    @Test("A name that is set twice to different values is told with both lines")
    func duplicates() throws {
        try withFile("x.properties", Array("tasks.max=1\nname=n\nname=n\n\ntasks.max=2\n".utf8)) { path in
            let set = try PropertySet(files: [path], environment: [:])
            #expect(set.entries["tasks.max"]?.value == "2")
            #expect(set.warnings == ["tasks.max is set twice in \(path), in lines 1 and 5; line 5 wins"])
        }
    }

    @Test("What cannot be read says why, and nothing makes it wait")
    func unreadable() throws {
        try withFile("x.properties", []) { path in
            let folder = String(path.dropLast("/x.properties".count))
            let pipe = folder + "/pipe.properties"
            #expect(unsafe mkfifo(pipe, 0o600) == 0)
            for (file, reason) in [
                (folder, "is a directory; name the file itself"), (pipe, "is a named pipe; name a regular file"),
                ("/dev/null", "is a device; name a regular file"),
                (folder + "/y.properties", "cannot be read: there is no such file; mount it, or correct the path"),
                (
                    folder + "/a/b/y.properties",
                    "there is no such file, nor is there the directory \(folder)/a; mount it, or correct the path"
                ),
                ("y.properties", "cannot be read: there is no such file in /"),
                (path + "/z.properties", "cannot be read: there is no such file"),
            ] {
                let error = #expect(throws: ConfigurationError.self) {
                    try PropertySet(files: [file], environment: [:])
                }
                #expect(error?.message.hasPrefix("\(file) ") == true && error?.message.contains(reason) == true)
            }
        }
    }

    @Test("A line is known in each format")
    func lines() throws {
        for (name, text) in [
            ("x.properties", "# c\nname=n\n\ntasks.max=\\\n  many"),
            ("x.yaml", "# c\n\nname: n\n\"tasks.max\": many\n"),
            ("x.json", "{\"name\":\"n\",\"config\":{\n\n\"topics\":\"a\",\n \"tasks.max\" : \"many\"}}"),
        ] {
            try withFile(name, Array(text.utf8)) { path in
                let set = try PropertySet(files: [path], environment: [:])
                #expect(set.entries["tasks.max"]?.origin.place == "\(path):4")
                let error = #expect(throws: ConfigurationError.self) { try SinkSettings(set) }
                let told = error?.problems.map(\.description).filter { $0.contains("tasks.max") } ?? []
                #expect(told.count == 1 && told[0].hasPrefix("\(path):4: Invalid value many"), "\(told)")
            }
        }
        let set = try PropertySet(files: [], environment: ["CONNECT_TASKS_MAX": "many"])
        #expect(set.entries["tasks.max"]?.origin.place == "environment variable CONNECT_TASKS_MAX")
    }

    private func refusal(_ name: String, _ bytes: [UInt8]) throws -> String? {
        try withFile(name, bytes) { path in
            do throws(ConfigurationError) {
                _ = try PropertySet(files: [path], environment: [:])
                return nil
            } catch {
                #expect(error.code == .unreadable && error.problems.count == 1)
                #expect(error.message.hasPrefix("\(path) "))
                return error.message
            }
        }
    }

    private func withFile<Result>(
        _ name: String,
        _ bytes: [UInt8],
        _ body: (String) throws(any Error) -> Result
    ) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
        return try body("\(folder)/\(name)")
    }
}
