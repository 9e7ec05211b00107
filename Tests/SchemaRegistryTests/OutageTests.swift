import HTTPServer
import Logging
import SchemaRegistry
import Testing

@Suite("Outages", .timeLimit(.minutes(2)))
struct OutageTests {
    private func configuration(_ registry: ScriptedRegistry) throws -> SchemaRegistryConfiguration {
        SchemaRegistryConfiguration(endpoints: [try registry.endpoint])
    }

    /// An answer that says nothing about a schema, and what is said about it.
    struct Trouble: Sendable, CustomTestStringConvertible {
        let answer: HTTPServerResponse
        let code: SchemaRegistryError.Code
        let part: String

        init(_ answer: HTTPServerResponse, _ code: SchemaRegistryError.Code, _ part: String) {
            self.answer = answer
            self.code = code
            self.part = part
        }

        var testDescription: String { "\(code): \(part)" }
    }

    static let troubles: [Trouble] = [
        Trouble(.error(401, "Unauthorized"), .unauthenticated, "value.converter."),
        Trouble(HTTPServerResponse(status: 401), .unauthenticated, "neither of which is set"),
        Trouble(.error(40301, "User is denied operation Read"), .forbidden, "User is denied operation Read"),
        Trouble(HTTPServerResponse(status: 407), .unauthenticated, "value.converter.proxy.host"),
        Trouble(HTTPServerResponse(status: 408), .timedOut, "answered 408"),
        Trouble(.error(429, "quota"), .throttled, "answered 429: quota"),
        Trouble(.error(50001, "Error in the backend data store"), .serviceFailure, "50001"),
        Trouble(.error(50002), .serviceFailure, "answered 500"), Trouble(.error(50003), .serviceFailure, "50003"),
        Trouble(.error(50004, "no leader", status: 500), .serviceFailure, "no leader (error 50004)"),
        Trouble(HTTPServerResponse(status: 502), .serviceFailure, "answered 502"),
        Trouble(HTTPServerResponse(status: 503), .serviceFailure, "answered 503"),
        Trouble(HTTPServerResponse(status: 504), .serviceFailure, "answered 504"),
        Trouble(.error(404, "HTTP 404 Not Found"), .unexpectedAnswer, "value.converter.schema.registry.url leads to"),
        Trouble(HTTPServerResponse(status: 404), .unexpectedAnswer, "with its whole path"),
        Trouble(HTTPServerResponse(status: 400, body: .bytes(Array("<html>".utf8))), .unexpectedAnswer, "answered 400"),
        Trouble(.error(40403, status: 400), .unexpectedAnswer, "answered 400"),
        Trouble(
            HTTPServerResponse(status: 302, headers: [HTTPHeader(name: "Location", value: "https://u:p@x/y?t=1")]),
            .unexpectedAnswer,
            "leads to https://x/y"
        ),
        Trouble(.json("", status: 200), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(.json("<html>", status: 200), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(.json(#"{"schema":"x""#), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(.json("[]"), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(.json("{}"), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(.json(#"{"schema":{"type":"string"}}"#), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(.json(#"{"schema":"x","schemaType":7}"#), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(.json(#"{"schema":"x","references":{}}"#), .unexpectedAnswer, "no JSON object with a schema"),
        Trouble(
            .json(#"{"schema":"x","references":[{"name":"n"}]}"#),
            .unexpectedAnswer,
            "no JSON object with a schema"
        ),
        Trouble(.abort, .unreachable, "cannot fetch schema 7 of subject orders-value"),
        Trouble(
            .json(#"{"schema":"\#(String(repeating: "x", count: 5000))"}"#),
            .unexpectedAnswer,
            "more than 4096 bytes"
        ),
    ]

    @Test("An answer that says nothing about the schema is followed by another attempt", arguments: troubles)
    func again(_ trouble: Trouble) async throws {
        try await ScriptedRegistry.answering { request, before in
            // The second question after an unknown path is whether this is a registry at all.
            before == 0 || request.target.contains("/ids/0?") ? trouble.answer : .string
        } _: { registry in
            var configuration = try configuration(registry)
            configuration.limits.answerBytes = 4096
            try await Fixture.running(configuration) { fixture in
                #expect(await fixture.settled(7).schema?.text == #""string""#)
                #expect(fixture.clock.pauses.first == .seconds(1))
                let warning = try #require(fixture.log.entries.first { $0.level == .warning })
                #expect(warning.metadata["error.code"] == trouble.code.description)
                let message = try #require(warning.metadata["error"])
                #expect(message.contains(trouble.part), "\(message)")
                #expect(message.contains("schema 7 of subject orders-value"))
                #expect(message.contains(registry.url))
                #expect(fixture.problems.told.isEmpty)
                let ok = #"kusto_sink_schema_registry_requests_total{converter="value",outcome="ok"}"#
                #expect(fixture.metric(ok) == "1")
            }
        }
    }

    @Test("Nothing listens, a host without an address and a TLS that is none are outages too")
    func noConnection() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .string
        } _: { registry in
            for (url, code) in [
                ("http://127.0.0.1:1", SchemaRegistryError.Code.unreachable), ("http://registry.invalid", .unreachable),
                (registry.url.replacing("http:", with: "https:"), .tls),
            ] {
                let configuration = SchemaRegistryConfiguration(endpoints: [try SchemaRegistryEndpoint(parsing: url)])
                let error = await #expect(throws: SchemaRegistryError.self) {
                    try await Fixture(configuration).store.check()
                }
                #expect(error?.code == code, "\(url)")
                #expect(error?.isRefusal == false)
                #expect(error?.message.contains("schema.registry.ssl.") == (code == .tls))
            }
        }
    }

    @Test("A registry that takes requests and says nothing is an outage after the time limit")
    func silence() async throws {
        let gate = Gate()
        try await ScriptedRegistry.answering { _, before in
            if before == 0 { await gate.pass() }
            return .string
        } _: { registry in
            var configuration = try configuration(registry)
            configuration.requestTimeout = .milliseconds(200)
            try await Fixture.running(configuration) { fixture in
                #expect(await fixture.settled(7).schema != nil)
                #expect(fixture.log.entries.contains { $0.metadata["error.code"] == "timedOut" })
            }
            gate.open()
        }
    }

    @Test("Pauses double up to their bound, and the registry may ask for a longer one, within bounds")
    func pauses() async throws {
        try await ScriptedRegistry.answering { _, before in
            switch before {
            case 0..<7: .error(50001)
            case 7: .error(429, "quota", status: 429)
            case 8:
                .json("{}", status: 429, headers: [HTTPHeader(name: "Retry-After", value: "77")])
            case 9:
                .json("{}", status: 503, headers: [HTTPHeader(name: "Retry-After", value: "86400")])
            case 10:
                .json("{}", status: 503, headers: [HTTPHeader(name: "Retry-After", value: "soon")])
            default: .string
            }
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                #expect(await fixture.settled(7).schema != nil)
                #expect(
                    fixture.clock.pauses.map { $0.components.seconds }
                        == [1, 2, 4, 8, 16, 30, 30, 30, 77, 300, 30]
                )
            }
        }
    }

    @Test("Pauses are spread over their upper half")
    func jitter() async throws {
        try await ScriptedRegistry.answering { _, before in
            before < 3 ? .error(50001) : .string
        } _: { registry in
            try await Fixture.running(try configuration(registry), clock: JumpingClock(jitter: 0)) { fixture in
                #expect(await fixture.settled(7).schema != nil)
                #expect(fixture.clock.pauses == [.milliseconds(500), .seconds(1), .seconds(2)])
            }
        }
    }

    @Test("A long outage is told once with its reason, counted, and told to be over")
    func longOutage() async throws {
        try await ScriptedRegistry.answering { _, before in
            before < 9 ? .error(50004, "no leader") : .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let up = #"kusto_sink_schema_registry_up{converter="value"}"#
                #expect(fixture.metric(up) == "1")
                #expect(await fixture.settled(7).schema != nil)
                let told = fixture.problems.told
                #expect(told.count == 2)
                let problem = try #require(told.first)
                #expect(
                    problem.hasPrefix(
                        "+ schema registry (value): the schema registry \(registry.url) has not given schema 7 of subject "
                            + "orders-value for 61 s, records wait for it and are not lost: "
                    )
                )
                #expect(problem.contains("no leader (error 50004)"))
                #expect(told.last == "- schema registry (value)")
                #expect(fixture.metric(up) == "1")
                #expect(
                    fixture.metric(#"kusto_sink_schema_registry_failing_since_timestamp_seconds{converter="value"}"#)
                        == "0"
                )
                #expect(
                    fixture.metric(
                        #"kusto_sink_schema_registry_requests_total{converter="value",outcome="server_error"}"#
                    ) == "9"
                )
                #expect(fixture.log.entries.count { $0.level == .warning } == 2)
                #expect(fixture.log.entries.contains { $0.metadata["outage.seconds"] == "151" })
            }
        }
    }

    @Test("A second outage is told as the first one was")
    func secondOutage() async throws {
        try await ScriptedRegistry.answering { _, before in
            before < 9 ? .error(50004, "no leader") : .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                #expect(await fixture.settled(7).schema != nil)
                #expect(await fixture.settled(8).schema != nil)
                #expect(fixture.problems.told.map { $0.prefix(1) } == ["+", "-", "+", "-"])
            }
        }
    }

    @Test("While a schema is asked for in vain the gauge says so, and others are fetched")
    func gauge() async throws {
        try await ScriptedRegistry.answering { request, _ in
            request.target.contains("secret-value") ? .error(40301) : .string
        } _: { registry in
            try await Fixture.running(try configuration(registry)) { fixture in
                let denied = SchemaKey(subject: "secret-value", id: .number(1))
                let waiter = fixture.store.whenSettled(denied) { Issue.record("nothing was settled") }
                while fixture.problems.told.isEmpty { await Task.yield() }
                #expect(fixture.metric(#"kusto_sink_schema_registry_up{converter="value"}"#) == "0")
                #expect(
                    fixture.metric(#"kusto_sink_schema_registry_failing_since_timestamp_seconds{converter="value"}"#)?
                        .hasPrefix("18000000") == true
                )
                #expect(await fixture.settled(7).schema != nil)
                #expect(fixture.store.lookup(denied).isPending)
                // The partition moves to another member: then this one is not ready for no reason any more.
                fixture.store.withdraw(try #require(waiter))
                while fixture.problems.told.count < 2 { await Task.yield() }
                #expect(fixture.problems.told.last == "- schema registry (value)")
                #expect(fixture.metric(#"kusto_sink_schema_registry_up{converter="value"}"#) == "1")
            }
        }
    }
}
