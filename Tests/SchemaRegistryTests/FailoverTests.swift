import HTTPServer
import Logging
import SchemaRegistry
import Testing

@Suite("Several URLs", .timeLimit(.minutes(2)))
struct FailoverTests {
    private func pair(
        _ first: @escaping ScriptedRegistry.Script,
        _ second: @escaping ScriptedRegistry.Script,
        _ body: @Sendable (ScriptedRegistry, ScriptedRegistry, Fixture) async throws -> Void
    ) async throws {
        try await ScriptedRegistry.answering(first) { one in
            try await ScriptedRegistry.answering(second) { two in
                let configuration = SchemaRegistryConfiguration(endpoints: [try one.endpoint, try two.endpoint])
                try await Fixture.running(configuration) { fixture in try await body(one, two, fixture) }
            }
        }
    }

    @Test("When a URL does not answer the next one is asked at once, and stays the first one to be asked")
    func failover() async throws {
        try await pair({ _, _ in .error(50001) }, { _, _ in .string }) { one, two, fixture in
            #expect(await fixture.settled(7).schema != nil)
            #expect(await fixture.settled(8).schema != nil)
            #expect(one.requests.count == 1)
            #expect(two.requests.count == 2)
            #expect(fixture.clock.pauses.isEmpty)
        }
    }

    @Test("When the URL that answered last fails, the others get their turn again")
    func around() async throws {
        try await pair(
            { request, _ in request.target.contains("/7?") ? .abort : .string },
            { request, _ in request.target.contains("/7?") ? .string : .error(50001) }
        ) { one, two, fixture in
            #expect(await fixture.settled(7).schema != nil)
            #expect(await fixture.settled(8).schema != nil)
            #expect(await fixture.settled(9).schema != nil)
            #expect(two.requests.count == 2)
            #expect(one.targets.suffix(2).allSatisfy { $0.contains("/8?") || $0.contains("/9?") })
        }
    }

    @Test("A registry's word about a schema counts, whichever URL it comes from")
    func word() async throws {
        try await pair({ _, _ in .error(40403) }, { _, _ in .string }) { _, two, fixture in
            #expect(await fixture.settled(7).refusal?.code == .notFound)
            #expect(two.requests.isEmpty)
        }
    }

    @Test("A URL that is no registry does not stand in the way of one that is")
    func wrongURL() async throws {
        try await pair({ _, _ in HTTPServerResponse(status: 404) }, { _, _ in .string }) { _, _, fixture in
            #expect(await fixture.settled(7).schema != nil)
            try await fixture.store.check()
        }
    }

    @Test("A URL that asks for a pause is left alone meanwhile, the other one is not")
    func pause() async throws {
        let busy = HTTPServerResponse.json("{}", status: 429, headers: [HTTPHeader(name: "Retry-After", value: "60")])
        try await pair(
            { _, before in before == 0 ? busy : .string },
            { _, before in before == 0 ? .error(50001) : .string }
        ) { one, two, fixture in
            #expect(await fixture.settled(7).schema != nil)
            #expect(one.requests.count == 1)
            #expect(two.requests.count == 2)
            #expect(fixture.clock.pauses == [.seconds(1)])
            let message = fixture.log.entries.lazy.compactMap { $0.metadata["error"] }.first
            #expect(message?.contains("nor does the other URL give it") == true)
        }
    }

    @Test("When every URL asks for a pause, the shortest one is waited for")
    func allPause() async throws {
        @Sendable func busy(_ seconds: Int) -> HTTPServerResponse {
            .json("{}", status: 429, headers: [HTTPHeader(name: "Retry-After", value: "\(seconds)")])
        }
        try await pair(
            { _, before in before == 0 ? busy(90) : .string },
            { _, before in before == 0 ? busy(40) : .string }
        ) { one, two, fixture in
            #expect(await fixture.settled(7).schema != nil)
            #expect(one.requests.count == 1)
            #expect(two.requests.count == 2)
            #expect(fixture.clock.pauses.count == 1)
            #expect(fixture.clock.now >= .seconds(40) && fixture.clock.now < .seconds(41))
        }
    }
}
