import Converters
import Foundation
import Identity
import JSON
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Reading configurations")
struct ReadingTests {
    @Test(
        "Java's properties format",
        arguments: [
            ("a=b", ["a": "b"]), ("a = b ", ["a": "b "]), ("a:b", ["a": "b"]), ("a b", ["a": "b"]),
            ("a\t:\tb", ["a": "b"]), ("a", ["a": ""]),
            ("a=", ["a": ""]), ("=b", ["": "b"]), ("  a=b", ["a": "b"]), ("a==b", ["a": "=b"]), ("a b=c", ["a": "b=c"]),
            ("a = = b", ["a": "= b"]),
            ("# x\n! y\n  # z\na=b", ["a": "b"]), ("a=b#c", ["a": "b#c"]), ("a=1\\\n   2\\\n3", ["a": "123"]),
            ("a=1\\\\\nb=2", ["a": "1\\", "b": "2"]),
            ("a=1\\\n# 2", ["a": "1# 2"]), ("a\\ b=c", ["a b": "c"]), ("a\\=b\\:c=d", ["a=b:c": "d"]),
            ("a=\\t\\n\\r\\f\\q\\\\", ["a": "\t\n\r\u{C}q\\"]),
            ("a=\\u00e9\\uD83D\\uDE00", ["a": "é😀"]), ("a=é😀", ["a": "é😀"]),
            ("a=1\r\nb=2\rc=3\n\n\n", ["a": "1", "b": "2", "c": "3"]),
            ("a=1\na=2", ["a": "2"]), ("", [:]), ("\\", [:]), ("a=b\\", ["a": "b"]), ("# x\\\na=b", ["a": "b"]),
            ("a=x\\\n\nb=c", ["a": "x", "b": "c"]),
            ("a=\"q\" 's'", ["a": "\"q\" 's'"]), ("\u{C}a=b", ["a": "b"]), ("a=e\u{301}", ["a": "e\u{301}"]),
        ]
    )
    func javaProperties(text: String, expected: [String: String]) throws {
        let entries = try JavaProperties.parse(text)
        #expect(Dictionary(entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) == expected)
    }

    @Test("A bad escape is an error with its line", arguments: ["a=1\nb=\\u12", "a=1\nb=\\u12G4", "a=1\nb=\\u+123"])
    func badEscape(text: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile.properties(in: text, path: "x.properties")
        }
        #expect(error?.code == .unreadable)
        #expect(error?.message == "x.properties line 2: \\u must be followed by four hexadecimal digits")
    }

    @Test("The connector's sample as a properties file")
    func sampleProperties() throws {
        let text = """
            name=KustoSinkConnectorCrimes
            connector.class=com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
            topics=crimes
            kusto.tables.topics.mapping=[{'topic': 'crimes','db': 'crimes_db', 'table': 'crimes','format': 'json', 'mapping':'crimes_mapping'}]
            kusto.url=https://ingest-cluster.eastus.kusto.windows.net
            aad.auth.authority=00000000-0000-0000-0000-000000000000
            aad.auth.appid=11111111-1111-1111-1111-111111111111
            aad.auth.appkey=s3cret=
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            tasks.max=6
            flush.size.bytes=10485760
            flush.interval.ms=15000
            behavior.on.error=LOG
            consumer.override.bootstrap.servers=broker-1:9092,broker-2:9092
            """
        let values = try ConfigurationFile.properties(in: text, path: "connect.properties")
        let settings = try SinkSettings(PropertySet(Dictionary(values.map { ($0.name, $0.value) }) { $1 }))
        #expect(settings.name == "KustoSinkConnectorCrimes" && settings.tasksMax == 6)
        #expect(
            settings.mappings == [
                TopicMapping(
                    topic: "crimes",
                    database: "crimes_db",
                    table: "crimes",
                    format: .json,
                    mapping: "crimes_mapping",
                    isStreaming: false
                )
            ]
        )
        #expect(settings.flush == FlushSettings(sizeBytes: 10_485_760, interval: .seconds(15)))
        #expect(settings.errors.behavior == .log)
        #expect(settings.consumer["bootstrap.servers"] == "broker-1:9092,broker-2:9092")
        #expect(settings.warnings == [])
    }

    @Test(
        "The bodies that Connect's REST API takes and returns, and a flat map, in JSON and YAML",
        arguments: [
            (
                "x.json",
                #"""
                {"name":"n","config":{"name":"n","tasks.max":"2","topics":"a","errors.log.enable":"true",
                "flush.size.bytes":"500"},"tasks":[{"connector":"n","task":0}],"type":"sink"}
                """#
            ),
            (
                "x.json",
                #"""
                {"name":"n","initial_state":"STOPPED","config":{"tasks.max":"2","topics":"a",
                "errors.log.enable":"true","flush.size.bytes":"500"}}
                """#
            ),
            (
                "x.json",
                #"{"name":"n","config":{"tasks.max":"2","topics":"a","errors.log.enable":true,"flush.size.bytes":500,"x":null}}"#
            ),
            ("x.json", #"{"name":"n","tasks.max":2,"topics":["a"],"errors.log.enable":"true","flush.size.bytes":500}"#),
            ("x.yaml", "name: n\ntasks.max: 2\ntopics: [a]\nerrors.log.enable: true\nflush.size.bytes: 500\n"),
            (
                "x.yml",
                "name: n\nconfig:\n  tasks.max: 2\n  topics: a\n  errors.log.enable: true\n  flush.size.bytes: 500\n"
            ),
        ]
    )
    func maps(path: String, text: String) throws {
        let entries = try ConfigurationFile.properties(in: text, path: path)
        let expected = [
            "name": "n", "tasks.max": "2", "topics": "a", "errors.log.enable": "true", "flush.size.bytes": "500",
        ]
        #expect(Dictionary(entries.map { ($0.name, $0.value) }) { $1 } == expected)
    }

    @Test("In a map the mapping may be a list of objects, and text stays what was written")
    func nativeMapping() throws {
        let text =
            "aad.auth.appkey: 0123e5\nkusto.tables.topics.mapping:\n- {topic: orders, db: shop, table: Orders, streaming: false}\n"
        let entries = try ConfigurationFile.properties(in: text, path: "x.yaml")
        #expect(entries.first?.value == "0123e5")
        let found = try settings([entries[1].name: entries[1].value]).mappings
        #expect(
            found == [
                TopicMapping(
                    topic: "orders",
                    database: "shop",
                    table: "Orders",
                    format: .csv,
                    mapping: nil,
                    isStreaming: false
                )
            ]
        )
    }

    @Test(
        "What is no flat map is refused with the file's name",
        arguments: [
            ("x.json", "[1]"), ("x.json", "{"), ("x.json", #"{"a":{"b":1}}"#), ("x.json", #"{"config":1}"#),
            ("x.json", #"{"config":{},"topics":[]}"#),
            ("x.json", #"{"name":"a","config":{"name":"b"}}"#), ("x.yaml", "a: 1\na: 2"), ("x.yaml", "- a"),
            ("x.yaml", "a: [1"), ("x.txt", "a=b"), ("x", "a=b"),
        ]
    )
    func refusedFiles(path: String, text: String) {
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile.properties(in: text, path: path) }
        #expect(error?.code == .unreadable)
        #expect(error?.message.hasPrefix(path) == true)
    }

    @Test("Later files win over earlier ones, and files over the environment")
    func layers() throws {
        try withFolder { folder in
            try "topics=a\nname=one\nx=\n".write(toFile: folder + "/1.properties", atomically: true, encoding: .utf8)
            try "name: two\n".write(toFile: folder + "/2.yaml", atomically: true, encoding: .utf8)
            let set = try PropertySet(
                files: [folder + "/1.properties", folder + "/2.yaml"],
                environment: [
                    "CONNECT_NAME": "zero", "CONNECT_TOPICS": "z", "CONNECT_TASKS_MAX": "7", "CONNECT_A__B___C_D": "e",
                    "CONNECT_": "", "OTHER": "x",
                ]
            )
            #expect(set.entries["name"]?.written == "two" && set.entries["name"]?.source == folder + "/2.yaml")
            #expect(set.entries["topics"]?.written == "a" && set.entries["tasks.max"]?.source == "environment")
            #expect(set.entries["a_b-c.d"]?.written == "e")
            #expect(set.entries.count == 5)
        }
    }

    @Test("Every file that cannot be read is named")
    func unreadable() throws {
        try withFolder { folder in
            try Data([0x61, 0x3A, 0x0A, 0xFF]).write(to: URL(filePath: folder + "/bad.yaml"))
            let error = #expect(throws: ConfigurationError.self) {
                try PropertySet(files: [folder + "/none.properties", folder + "/bad.yaml"], environment: [:])
            }
            #expect(
                error?.problems.map(\.message) == [
                    "\(folder)/none.properties cannot be read: there is no such file; mount it, or correct the path",
                    "\(folder)/bad.yaml is not UTF-8 text: line 2 is not; save it as UTF-8",
                ]
            )
        }
    }

    @Test("References are followed, and one that cannot be is a problem of its property")
    func references() throws {
        try withFolder { folder in
            try "k=pa55\n".write(toFile: folder + "/s.properties", atomically: true, encoding: .utf8)
            try "tok\n".write(toFile: folder + "/t", atomically: true, encoding: .utf8)
            var values = minimal
            values["aad.auth.appkey"] = "${file:\(folder)/s.properties:k}"
            values["aad.auth.appid"] = "${directory:\(folder):t}"
            values["name"] = "${env:SINK}"
            let settings = try SinkSettings(PropertySet(values, environment: ["SINK": "s"]))
            #expect(
                settings.kusto.credential
                    == .clientSecret(
                        EntraApplication(tenantID: "tenant", clientID: "tok"),
                        try RotatedSecret(reading: "${file:\(folder)/s.properties:k}", environment: [:])
                    )
            )
            #expect(settings.consumer["group.id"] == "connect-s")
            let error = #expect(throws: ConfigurationError.self) { try SinkSettings(PropertySet(values)) }
            #expect(error?.problems.map(\.subject) == ["name"])
        }
    }

    @Test(
        "A reference to a provider that is not there is a problem of its property, and a dollar sign alone is none",
        arguments: [
            ("${secrets:azure/adx:key}", false), ("x${vault:kv/adx:key}", false), ("pa$$w0rd", true), ("${x y}", true),
            ("a${", true), ("${!:x}", true), ("$(x:y)", true), ("{a:b}$", true),
        ]
    )
    func providers(value: String, isGood: Bool) throws {
        let found = problems(["aad.auth.appkey": value])
        #expect(found.isEmpty == isGood)
        if isGood {
            let credential = try settings(["aad.auth.appkey": value]).kusto.credential
            #expect(
                credential
                    == .clientSecret(
                        EntraApplication(tenantID: "tenant", clientID: "client"),
                        RotatedSecret(Secret(value))
                    )
            )
        } else {
            #expect(found.count == 1 && found[0].hasPrefix("aad.auth.appkey: "))
            #expect(!found[0].contains("adx"))
            for part in ["${file:", "${directory:", "${env:"] { #expect(found[0].contains(part)) }
        }
    }

    func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
