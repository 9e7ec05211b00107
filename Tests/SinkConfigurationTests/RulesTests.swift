import Converters
import Identity
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Rules between properties")
struct RulesTests {
    @Test("Everything that is wrong is said at once")
    func allAtOnce() {
        let error = #expect(throws: ConfigurationError.self) {
            try SinkSettings(
                PropertySet([
                    "flush.size.bytes": "1", "behavior.on.error": "panic", "kusto.url": "http://evil.com",
                    "transforms": "t",
                ])
            )
        }
        #expect(error?.code == .invalid)
        let subjects = Set(error?.problems.map(\.subject) ?? [])
        #expect(
            subjects == [
                "flush.size.bytes", "behavior.on.error", "kusto.url", "transforms", "name", "connector.class", "topics",
                "aad.auth.appid",
                "aad.auth.authority", "aad.auth.appkey", "kusto.tables.topics.mapping", "value.converter",
                "bootstrap.servers",
            ]
        )
        for problem in error?.problems ?? [] { #expect(problem.description.contains(problem.subject)) }
    }

    @Test(
        "A required property that is missing or blank is named in Kafka's words",
        arguments: [
            "name", "connector.class", "kusto.ingestion.url", "kusto.tables.topics.mapping", "value.converter",
            "aad.auth.authority", "aad.auth.appid", "aad.auth.appkey",
        ]
    )
    func required(name: String) {
        for value in [nil, "", "  "] as [String?] {
            let found = problems([name: value])
            #expect(found.count == 1)
            #expect(
                found.first?.hasPrefix("Missing required configuration \"\(name)\" which has no default value.") == true
            )
        }
    }

    @Test("The old name of the ingestion endpoint is the same setting")
    func alias() throws {
        let url = minimal["kusto.ingestion.url"] ?? ""
        #expect(try settings(["kusto.ingestion.url": nil, "kusto.url": url]).kusto.ingestionURL == url)
        #expect(try settings(["kusto.url": url]).kusto.ingestionURL == url)
        let found = problems(["kusto.url": "https://ingest-other.kusto.windows.net"])
        #expect(
            found == ["kusto.ingestion.url and kusto.url are the same setting and differ; keep kusto.ingestion.url"]
        )
    }

    @Test(
        "Only the connector's class is accepted, in full or short",
        arguments: [("KustoSinkConnector", true), ("KustoSink", true), ("org.example.Other", false)]
    )
    func connectorClass(name: String, isGood: Bool) { #expect(problems(["connector.class": name]).isEmpty == isGood) }

    @Test("Each way to sign in needs what it needs")
    func authentication() throws {
        let none: [String: String?] = ["aad.auth.authority": nil, "aad.auth.appid": nil, "aad.auth.appkey": nil]
        func strategy(_ name: String, _ more: [String: String?] = [:]) -> [String: String?] {
            none.merging(["aad.auth.strategy": name]) { $1 }.merging(more) { $1 }
        }
        #expect(try settings(strategy("MANAGED_IDENTITY")).kusto.credential == .managedIdentity(.systemAssigned))
        #expect(
            try settings(strategy("managed_identity", ["aad.auth.appid": "c"])).kusto.credential
                == .managedIdentity(.clientID("c"))
        )
        #expect(try settings(strategy("workload_identity")).kusto.credential == .workloadIdentity)
        #expect(
            try settings(strategy("az_dev_token", ["aad.auth.accesstoken": "t"])).kusto.credential
                == .token(RotatedSecret(Secret("t")))
        )
        let application: [String: String?] = ["aad.auth.authority": "t", "aad.auth.appid": "c"]
        let certificate = application.merging(["aad.auth.appcert.location": "/c.pem"]) { $1 }
        #expect(
            try settings(strategy("application", certificate)).kusto.credential
                == .certificate(EntraApplication(tenantID: "t", clientID: "c"), ClientCertificate(path: "/c.pem"))
        )
        let both = problems(strategy("application", certificate.merging(["aad.auth.appkey": "s3cret"]) { $1 }))
        #expect(both.count == 1 && both[0].contains("leave out one of the two") && !both[0].contains("s3cret"))
        #expect(
            try settings(["aad.auth.appcert.password": "s3cret"]).warnings.contains {
                $0.hasPrefix("aad.auth.appcert.password is ignored")
            }
        )
        #expect(problems(strategy("az_dev_token")).count == 1)
        #expect(problems(strategy("application")).count == 3)
        #expect(throws: Never.self) { try settings(strategy("managed_identity")) }
        #expect(throws: Never.self) { try settings(strategy("az_dev_token", ["aad.auth.accesstoken": "t"])) }
    }

    @Test("Converters go by their class, in full or short", arguments: ConverterKind.allCases)
    func converters(kind: ConverterKind) throws {
        let simple = String(kind.rawValue.split(separator: ".").last ?? "")
        for name in [kind.rawValue, simple, String(simple.dropLast(9))] {
            let changes: [String: String?] = [
                "value.converter": name,
                "value.converter.schema.registry.url": kind.usesRegistry ? "http://r:1, https://r:2" : nil,
                "key.converter": name,
                "key.converter.schema.registry.url": kind.usesRegistry ? "http://r:1" : nil,
                "kusto.tables.topics.mapping": "[{'topic':'orders','db':'d','table':'t','format':'txt'}]",
            ]
            let settings = try settings(changes)
            #expect(settings.valueConverter.kind == kind && settings.keyConverter?.kind == kind)
            #expect(settings.valueConverter.registryURLs == (kind.usesRegistry ? ["http://r:1", "https://r:2"] : []))
            #expect(settings.warnings == [])
        }
        if kind.usesRegistry {
            let found = problems(["value.converter": kind.rawValue])
            #expect(found.count == 1 && found[0].contains("value.converter.schema.registry.url"))
        }
    }

    @Test("JSON comes in envelopes unless its schemas are turned off")
    func jsonSchemas() throws {
        let json = "org.apache.kafka.connect.json.JsonConverter"
        let with = try settings(["value.converter": json])
        #expect(with.valueConverter.schemasEnable)
        let without = try settings(["value.converter": json, "value.converter.schemas.enable": "false"])
        #expect(!without.valueConverter.schemasEnable)
        for side in ["key", "value"] {
            let found = problems(["\(side).converter": "io.apicurio.registry.utils.converter.AvroConverter"])
            #expect(found.count == 1)
            for kind in ConverterKind.allCases { #expect(found.first?.contains(kind.className) == true) }
        }
        let encodings = problems(["value.converter.converter.encoding": "EBCDIC"])
        #expect(encodings.count == 1 && encodings[0].contains("UTF-8") && encodings[0].contains("windows-1252"))
        #expect(try settings(["value.converter.converter.encoding": "latin1"]).valueConverter.encoding == "latin1")
    }

    @Test("The converter must be able to write the format of each table")
    func conversions() {
        func found(_ converter: String, _ format: String, _ more: [String: String?] = [:]) -> [String] {
            let mapping = "[{'topic':'orders','db':'d','table':'t','format':'\(format)'}]"
            return problems(
                more.merging([
                    "value.converter": converter, "kusto.tables.topics.mapping": mapping,
                    "value.converter.schema.registry.url": "http://r:1",
                ]) { $1 }
            )
        }
        for format in ["avro", "apacheavro", "json", "csv", "txt"] { #expect(found("AvroConverter", format) == []) }
        for format in ["json", "txt"] { #expect(found("ProtobufConverter", format) == []) }
        for format in ["parquet", "orc", "avro"] { #expect(found("ByteArrayConverter", format) == []) }
        for (converter, format) in [
            ("AvroConverter", "parquet"), ("ProtobufConverter", "csv"), ("StringConverter", "avro"),
            ("IntegerConverter", "json"), ("JsonConverter", "csv"),
        ] {
            let sentences = found(converter, format)
            #expect(sentences.count == 1 && sentences[0].contains("topic \"orders\": format=\(format)"))
        }
    }

    @Test(
        "JSON for a table that reads lines of fields is warned about",
        arguments: [
            ("", true), (",'format':'csv'", true), (",'format':'tsv'", true), (",'format':'json'", false),
            (",'format':'txt'", false),
        ]
    )
    func jsonFormats(format: String, isWarned: Bool) throws {
        let changes: [String: String?] = [
            "value.converter": "JsonConverter", "value.converter.schemas.enable": "false",
            "kusto.tables.topics.mapping": "[{'topic':'orders','db':'d','table':'t'\(format)}]",
        ]
        let warnings = try settings(changes).warnings
        #expect(warnings.count == (isWarned ? 1 : 0))
        for warning in warnings {
            #expect(warning.contains("kusto.tables.topics.mapping") && warning.contains("\"orders\""))
            #expect(warning.contains("'format': 'json'"))
        }
        #expect(try settings(changes.merging(["value.converter": "StringConverter"]) { $1 }).warnings == [])
    }

    @Test("Streaming ingestion takes 4 MB in a request, whatever flush.size.bytes says")
    func streamedSizes() throws {
        let mapping = "[{'topic':'orders','db':'d','table':'t','streaming':true}]"
        let large = try settings(["kusto.tables.topics.mapping": mapping, "flush.size.bytes": "4000001"])
        #expect(large.mappings.first?.isStreaming == true)
        let warning = try #require(large.warnings.first { $0.contains("flush.size.bytes") })
        #expect(warning.contains("batches of \"orders\" are sealed at 4000000 bytes"))
        let small = try settings(["kusto.tables.topics.mapping": mapping, "flush.size.bytes": "4000000"])
        #expect(!small.warnings.contains { $0.contains("flush.size.bytes") })
        #expect(try !settings(["flush.size.bytes": "4000001"]).warnings.contains { $0.contains("flush.size.bytes") })
    }

    @Test("Dead-letter queues that do not do what they seem to are warned about")
    func idleQueues() throws {
        let queues = [
            "errors.deadletterqueue.topic.name": "dead", "misc.deadletterqueue.topic.name": "misc",
            "misc.deadletterqueue.bootstrap.servers": "b:1",
        ]
        let idle = try settings(queues.mapValues { $0 })
        #expect(idle.warnings.count == 2)
        #expect(idle.warnings[0].contains("errors.tolerance=all"))
        #expect(idle.warnings[1].contains("behavior.on.error=log"))
        let tolerant = ["errors.tolerance": "all", "behavior.on.error": "log"]
        #expect(try settings(queues.merging(tolerant) { $1 }.mapValues { $0 }).warnings == [])
    }

    @Test(
        "Compression levels belong to their implementation",
        arguments: [
            ("isal", "0", true), ("isal", "3", true), ("isal", "4", false), ("zlib", "0", false), ("zlib", "9", true),
            ("zlib", "10", false),
        ]
    )
    func compression(type: String, level: String, isGood: Bool) {
        #expect(problems(["compression.type": type, "compression.level": level]).isEmpty == isGood)
    }

    @Test(
        "Where metrics are served",
        arguments: [
            ("127.0.0.1:0", "127.0.0.1:0"), ("[::1]:9404", "[::1]:9404"), ("localhost:80", "localhost:80"),
            ("off", nil), ("OFF", nil),
        ] as [(String, String?)]
    )
    func metrics(text: String, address: String?) throws {
        #expect(try settings(["metrics.address": text]).process.metricsAddress?.description == address)
    }

    @Test(
        "A bad address is refused",
        arguments: ["9404", ":9404", "host", "host:", "host:99999", "::1:9404", "host:-1", "a b:1", "[::1]"]
    )
    func badMetrics(text: String) { #expect(problems(["metrics.address": text]).count == 1) }

    @Test("Names that nobody reads are warned about, with the nearest known one")
    func unknown() throws {
        let settings = try settings([
            "flush.sise.bytes": "1", "plugin.path": "/x", "rest.port": "1", "dlq.topic": "x",
            "offset.flush.interval.ms": "5", "kusto.sink.tempdir": "/t",
        ])
        #expect(
            settings.warnings.contains(
                "flush.sise.bytes is not a property of this sink and is ignored; did you mean flush.size.bytes?"
            )
        )
        #expect(
            settings.warnings.contains { $0.hasPrefix("dlq.topic is a name of an older release") }
                && settings.warnings.contains { $0.hasPrefix("kusto.sink.tempdir is a name of an older release") }
        )
        #expect(settings.warnings.contains { $0.hasPrefix("offset.flush.interval.ms is ignored") })
        #expect(settings.warnings.count == 4)
        let queue = try SinkConfigurationTests.settings(["errors.deadletterqueue.bootstrap.servers": "b:1"])
        #expect(
            queue.warnings == [
                "errors.deadletterqueue.bootstrap.servers is ignored: errors.deadletterqueue.topic.name is not set"
            ]
        )
    }

    @Test("Times, sizes and directories")
    func values() throws {
        let settings = try settings([
            "errors.retry.timeout": "-1", "errors.retry.max.time.ms": "0", "shutdown.drain.ms": "0",
            "buffer.disk.bytes": "0", "tempdir.path": "/var/x",
            "name": "a b",
        ])
        #expect(
            settings.errors.conversionRetryTimeout == nil && settings.errors.retryMaximumTime == .zero
                && settings.process.shutdownDrain == .zero
        )
        #expect(
            settings.buffers.diskBytes == 0 && settings.buffers.temporaryDirectory == "/var/x"
                && settings.consumer["group.id"] == "connect-a b"
        )
        #expect(problems(["tempdir.path": "relative"]).count == 1)
        #expect(problems(["name": "a\u{7}b"]).count == 1)
        #expect(problems(["errors.deadletterqueue.topic.replication.factor": "0"]).count == 1)
        #expect(
            try SinkSettings(PropertySet(minimal), environment: ["TMPDIR": "/tmp/mine"]).buffers.temporaryDirectory
                == "/tmp/mine"
        )
    }
}
