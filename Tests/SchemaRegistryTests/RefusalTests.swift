import HTTPServer
import Logging
import SchemaRegistry
import Testing

@Suite("What a registry refuses for good", .timeLimit(.minutes(2)))
struct RefusalTests {
    private func configuration(_ registry: ScriptedRegistry) throws -> SchemaRegistryConfiguration {
        SchemaRegistryConfiguration(endpoints: [try registry.endpoint])
    }

    @Test(
        "Something that does not exist is asked for without the subject, and then refused",
        arguments: [40401, 40402, 40403]
    )
    func notFound(_ code: Int) async throws {
        try await ScriptedRegistry.answering { _, _ in
            .error(code, "Schema 7 not found")
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let refusal = try #require(await fixture.settled(7).refusal)
                #expect(refusal.code == .notFound)
                #expect(refusal.isRefusal)
                #expect(refusal.httpStatus == 404)
                #expect(refusal.message.contains("does not have schema 7 of subject orders-value"))
                #expect(refusal.message.contains("Schema 7 not found (error \(code))"))
                #expect(fixture.problems.told.isEmpty)
                #expect(fixture.metric(#"kusto_sink_schema_registry_up{converter="value"}"#) == "1")
                #expect(
                    fixture.metric(#"kusto_sink_schema_registry_requests_total{converter="value",outcome="not_found"}"#)
                        == "4"
                )
            }
            #expect(
                registry.targets == [
                    "/schemas/ids/7?fetchMaxId=false&subject=orders-value", "/schemas/ids/7?fetchMaxId=false",
                    "/schemas/ids/7?fetchMaxId=false&subject=orders-value", "/schemas/ids/7?fetchMaxId=false",
                ]
            )
        }
    }

    @Test("A follower of the registry that lags behind costs a second, not the record")
    func lag() async throws {
        try await ScriptedRegistry.answering { _, before in
            before == 0 ? .error(40403) : .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                #expect(await fixture.settled(7, ":.c:orders-value").schema != nil)
                #expect(fixture.clock.pauses == [.seconds(1)])
                #expect(fixture.log.entries.allSatisfy { $0.level < .warning })
                #expect(fixture.metric(#"kusto_sink_schema_registry_up{converter="value"}"#) == "1")
            }
        }
    }

    @Test("A topic full of bytes that look like numbers of schemas does not wait for each of them")
    func garbage() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .error(40403)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                for number in 1...20 as ClosedRange<Int32> {
                    #expect(await fixture.settled(number, ":.c:orders-value").refusal?.code == .notFound)
                }
                #expect(fixture.clock.pauses == [.seconds(1), .seconds(1), .seconds(1)])
            }
            #expect(registry.requests.count == 23)
        }
    }

    @Test("A number that is known without the subject is found, as for a topic that was renamed")
    func renamed() async throws {
        try await ScriptedRegistry.answering { request, _ in
            request.target.contains("subject=") ? .error(40403) : .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                #expect(await fixture.settled(7).schema?.text == #""string""#)
                #expect(await fixture.settled(8, ":.:orders-value").schema != nil)
            }
        }
    }

    @Test("A number of another context is not looked up in the default one, where it is some other schema")
    func otherContext() async throws {
        try await ScriptedRegistry.answering { request, _ in
            request.target.contains("subject=") ? .error(40403) : .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                #expect(await fixture.settled(7, ":.staging:orders-value").refusal?.code == .notFound)
            }
            #expect(registry.targets.allSatisfy { $0.contains("subject=%3A.staging%3Aorders-value") })
        }
    }

    @Test("A refusal is remembered for its lifetime, then the registry is asked again")
    func lifetime() async throws {
        try await ScriptedRegistry.answering { _, before in
            before < 2 ? .error(40403) : .string
        } _: { registry in
            var configuration = try configuration(registry)
            configuration.limits.refusalLifetime = .seconds(30)
            try await Fixture.running(configuration) { fixture in
                let key = SchemaKey(subject: ":.c:orders-value", id: .number(7))
                #expect(await fixture.settled(key).refusal != nil)
                fixture.clock.advance(by: .seconds(29))
                #expect(fixture.store.lookup(key).refusal != nil)
                #expect(registry.requests.count == 2)
                fixture.clock.advance(by: .seconds(1))
                #expect(fixture.store.lookup(key).isPending)
                #expect(await fixture.settled(key).schema != nil)
            }
        }
    }

    @Test(
        "A registry's own error about a schema is its last word",
        arguments: [(422, 42201), (400, 400), (409, 409), (422, 422), (410, 41001), (405, 405)]
    )
    func refused(_ status: Int, _ code: Int) async throws {
        try await ScriptedRegistry.answering { _, _ in
            .error(code, "Invalid schema", status: status)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let refusal = try #require(await fixture.settled(7).refusal)
                #expect(refusal.code == .refused)
                #expect(refusal.httpStatus == status)
                #expect(refusal.message.contains("Invalid schema (error \(code))"))
            }
            #expect(registry.requests.count == 1)
        }
    }

    @Test("A registry that does not know GUIDs refuses those, since it answers as a registry otherwise")
    func olderRegistry() async throws {
        let guid = SchemaGUID(high: 1, low: 2)
        try await ScriptedRegistry.answering { request, _ in
            request.target.hasPrefix("/schemas/ids/0?") ? .error(40403) : .error(404, "HTTP 404 Not Found")
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let refusal = try #require(
                    await fixture.settled(SchemaKey(subject: "orders-value", id: .guid(guid))).refusal
                )
                #expect(refusal.code == .refused)
                #expect(refusal.message.contains("does not know the path /schemas/guids/\(guid)"))
            }
        }
    }

    @Test("The registry's words are one line and not long")
    func words() async throws {
        let long = String(repeating: "x", count: 2000)
        try await ScriptedRegistry.answering { _, _ in
            .error(42201, "a\\nb\\u0007" + long)
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let refusal = try #require(await fixture.settled(7).refusal)
                #expect(refusal.message.contains("a b x"))
                #expect(refusal.message.utf8.count < 600)
            }
        }
    }
}
