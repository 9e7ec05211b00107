import HTTPServer
import SchemaRegistry
import Testing

@Suite("Fetching schemas", .timeLimit(.minutes(2)))
struct FetchTests {
    private func configuration(_ registry: ScriptedRegistry) throws -> SchemaRegistryConfiguration {
        SchemaRegistryConfiguration(endpoints: [try registry.endpoint])
    }

    @Test("A number is asked for once, with its subject and the headers of the API")
    func number() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .json(#"{"schema":"{\"type\":\"long\"}","guid":"x","version":3}"#)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let key = SchemaKey(subject: "a b/c:d-value", id: .number(7))
                #expect(fixture.store.lookup(key).isPending)
                let schema = try #require(await fixture.settled(key).schema)
                #expect(schema.kind == .avro)
                #expect(schema.text == #"{"type":"long"}"#)
                #expect(schema.references.isEmpty)
                #expect(!schema.hasReadRules)
                #expect(fixture.store.lookup(key).schema?.content === schema.content)
                #expect(fixture.metric(#"kusto_sink_schema_registry_cache_misses_total{converter="value"}"#) == "1")
                #expect(
                    fixture.metric(#"kusto_sink_schema_registry_requests_total{converter="value",outcome="ok"}"#) == "1"
                )
                #expect(
                    fixture.metric(#"kusto_sink_schema_registry_request_duration_seconds_count{converter="value"}"#)
                        == "1"
                )
            }
            #expect(registry.targets == ["/schemas/ids/7?fetchMaxId=false&subject=a%20b%2Fc%3Ad-value"])
            let request = try #require(registry.requests.first)
            #expect(request.method == "GET")
            #expect(request.header("Accept") == "application/vnd.schemaregistry.v1+json, application/json")
            #expect(request.header("Content-Type") == "application/vnd.schemaregistry.v1+json")
            #expect(request.header("Confluent-Accept-Unknown-Properties") == "true")
            #expect(request.header("Authorization") == nil)
        }
    }

    @Test("A GUID is asked for without a subject")
    func longIdentifier() async throws {
        let guid = try #require(SchemaGUID("8f1ce45d-092f-4a77-b052-0001020304ff"))
        try await ScriptedRegistry.answering { _, _ in
            .json(#"{"schema":"{}","schemaType":"JSON"}"#)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let found = await fixture.settled(SchemaKey(subject: "orders-value", id: .guid(guid)))
                #expect(found.schema?.kind == .json)
            }
            #expect(registry.targets == ["/schemas/guids/8f1ce45d-092f-4a77-b052-0001020304ff"])
        }
    }

    @Test("The base URL may have a path")
    func path() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .string
        } _: { registry in
            let endpoint = try SchemaRegistryEndpoint(parsing: "\(registry.url)/apis/ccompat/v7//")
            try await Fixture.running(SchemaRegistryConfiguration(endpoints: [endpoint])) { fixture in
                #expect(await fixture.settled(7).schema != nil)
            }
            #expect(registry.targets == ["/apis/ccompat/v7/schemas/ids/7?fetchMaxId=false&subject=orders-value"])
        }
    }

    @Test("References are followed depth first, each name once, in the context of the schema that has them")
    func references() async throws {
        @Sendable func reference(_ name: String, _ subject: String, _ version: Int) -> String {
            #"{"name":"\#(name)","subject":"\#(subject)","version":\#(version)}"#
        }
        @Sendable func schema(_ text: String, _ references: String...) -> HTTPServerResponse {
            .json(
                #"{"schema":"\#(text)","schemaType":"PROTOBUF","references":[\#(references.joined(separator: ","))]}"#
            )
        }
        try await ScriptedRegistry.answering { request, _ in
            switch request.target {
            case "/schemas/ids/7?fetchMaxId=false&subject=%3A.staging%3Aorders-value":
                schema(
                    "root",
                    reference("a.proto", "sub/a", 1),
                    reference("b.proto", "b", -1),
                    reference("a.proto", "sub/a", 1)
                )
            case "/subjects/%3A.staging%3Asub%2Fa/versions/1?deleted=true":
                schema("A", reference("c.proto", ":.other:c", 4), reference("d.proto", "d", 2))
            case "/subjects/%3A.staging%3Ab/versions/latest?deleted=true":
                schema("B", reference("c.proto", ":.other:c", 4))
            case "/subjects/%3A.other%3Ac/versions/4?deleted=true": schema("C", reference("e.proto", "e", 5))
            case "/subjects/%3A.other%3Ae/versions/5?deleted=true": schema("E")
            case "/subjects/%3A.staging%3Ad/versions/2?deleted=true": schema("D", reference("e.proto", "x", 9))
            default: .error(40403)
            }
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let schema = try #require(await fixture.settled(7, ":.staging:orders-value").schema)
                #expect(schema.kind == .protobuf)
                #expect(schema.text == "root")
                #expect(schema.references.map(\.name) == ["e.proto", "c.proto", "d.proto", "a.proto", "b.proto"])
                #expect(schema.references.map(\.text) == ["E", "C", "D", "A", "B"])
            }
            #expect(registry.requests.count == 6)
        }
    }

    @Test("The subject that the answer names says in which context the references are")
    func foundElsewhere() async throws {
        try await ScriptedRegistry.answering { request, _ in
            switch request.target {
            case "/schemas/ids/7?fetchMaxId=false&subject=orders-value":
                .json(
                    #"{"schema":"r","subject":":.lab:orders-value","#
                        + #""references":[{"name":"n","subject":"s","version":1}]}"#
                )
            case "/subjects/%3A.lab%3As/versions/1?deleted=true":
                .json(
                    #"{"schema":"s","subject":":.attic:s","references":[{"name":"m","subject":"t","version":2}]}"#
                )
            case "/subjects/%3A.attic%3At/versions/2?deleted=true": .string
            default: .error(40401)
            }
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                #expect(await fixture.settled(7).schema?.references.map(\.name) == ["m", "n"])
            }
        }
    }

    @Test("References that go round in a circle, and too many of them, are refused", arguments: [0, 1, 2])
    func endless(_ kind: Int) async throws {
        try await ScriptedRegistry.answering { request, _ in
            let number =
                request.target.split(separator: "/").last { Int($0.prefix { $0.isNumber }) != nil }
                .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
            let names: [Int] =
                switch kind {
                case 0: [(number + 1) % 3]
                case 1: [number + 1]
                default: number == 7 ? Array(100..<120) : []
                }
            let list = names.map { #"{"name":"n\#($0)","subject":"s","version":\#($0)}"# }.joined(separator: ",")
            return .json(#"{"schema":"x","references":[\#(list)]}"#)
        } _: { registry in
            var configuration = try configuration(registry)
            configuration.limits.references = 10
            configuration.limits.referenceDepth = kind == 1 ? 5 : 64
            try await Fixture.running(configuration) { fixture in
                let refusal = try #require(await fixture.settled(7).refusal)
                #expect(refusal.code == .unusable)
                let parts = ["circle: n2 → n0 → n1 → n2", "nested more than 5 deep", "more than 10 schemas"]
                #expect(refusal.message.contains(parts[kind]))
                #expect(refusal.message.contains("schema 7 of subject orders-value"))
            }
        }
    }

    @Test("A reference that does not exist is the registry's last word")
    func missingReference() async throws {
        try await ScriptedRegistry.answering { request, _ in
            request.target.hasPrefix("/schemas")
                ? .json(#"{"schema":"x","references":[{"name":"n","subject":"gone","version":4}]}"#)
                : .error(40402, "Version 4 not found.")
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let refusal = try #require(await fixture.settled(7).refusal)
                #expect(refusal.code == .notFound)
                #expect(refusal.message.contains("version 4 of subject gone, which schema 7 of subject orders-value"))
                #expect(refusal.message.contains("Version 4 not found. (error 40402)"))
            }
        }
    }

    @Test("A schema in a language that nobody here reads is refused with the names of those that are")
    func language() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .json(#"{"schema":"x","schemaType":"THRIFT"}"#)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let refusal = try #require(await fixture.settled(7).refusal)
                #expect(refusal.code == .unusable)
                #expect(refusal.message.contains(#""THRIFT", expected one of AVRO, JSON, PROTOBUF"#))
            }
        }
    }

    @Test(
        "Rules that a reader must apply are seen, others are not",
        arguments: [
            (#"{"domainRules":[{"name":"pii","type":"ENCRYPT","mode":"WRITEREAD"}]}"#, ["pii (ENCRYPT)"]),
            (#"{"encodingRules":[{"name":"e","type":"ENCRYPT_PAYLOAD","mode":"READ"}]}"#, ["e (ENCRYPT_PAYLOAD)"]),
            (#"{"domainRules":[{"name":"c","type":"CEL","mode":"WRITE"}]}"#, []),
            (#"{"domainRules":[{"name":"c","type":"CEL","mode":"READ","disabled":true}]}"#, []),
            (#"{"migrationRules":[{"name":"m","type":"JSONATA","mode":"UPGRADE"}]}"#, []),
            (#"{"domainRules":null,"encodingRules":[]}"#, []), ("null", []), ("7", []),
        ] as [(String, [String])]
    )
    func rules(_ ruleSet: String, _ expected: [String]) async throws {
        try await ScriptedRegistry.answering { _, _ in
            .json(#"{"schema":"x","ruleSet":\#(ruleSet)}"#)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let schema = try #require(await fixture.settled(7).schema)
                #expect(schema.content.readRules == expected)
                #expect(schema.hasReadRules == !expected.isEmpty)
            }
        }
    }

    @Test("Schemas that say the same share one object, and a schema that says more has its own")
    func sharing() async throws {
        try await ScriptedRegistry.answering { request, _ in
            .json(request.target.contains("ids/9") ? #"{"schema":"y"}"# : #"{"schema":"x"}"#)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let one = try #require(await fixture.settled(7, "a-value").schema)
                let two = try #require(await fixture.settled(8, "b-value").schema)
                let three = try #require(await fixture.settled(9, "a-value").schema)
                #expect(one.content === two.content)
                #expect(one.content !== three.content)
                #expect(two.key == SchemaKey(subject: "b-value", id: .number(8)))
            }
        }
    }
}
