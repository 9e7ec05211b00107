import HTTPServer
import SchemaRegistry
import Testing

@Suite("Checking a registry", .timeLimit(.minutes(2)))
struct CheckTests {
    private func check(_ script: @escaping ScriptedRegistry.Script) async throws -> SchemaRegistryError? {
        try await ScriptedRegistry.answering(script) { registry in
            let store = try Fixture(SchemaRegistryConfiguration(endpoints: [try registry.endpoint])).store
            do throws(SchemaRegistryError) {
                try await store.check()
                return nil
            } catch {
                #expect(error.message.contains(registry.url))
                return error
            }
        }
    }

    @Test("A registry that says that it has no schema 0 is one, and so is one that has it")
    func good() async throws {
        #expect(try await check { _, _ in .error(40403, "Schema 0 not found") } == nil)
        #expect(try await check { _, _ in .string } == nil)
        #expect(try await check { _, _ in .error(400, "bad id") } == nil)
    }

    @Test("Where rights depend on the subject, being let in at all suffices")
    func rights() async throws {
        #expect(
            try await check { request, _ in
                request.target == "/schemas/types" ? .json(#"["AVRO"]"#) : .error(40301)
            } == nil
        )
        #expect(try await check { _, _ in .error(40301) }?.code == .forbidden)
    }

    @Test(
        "Anything else is an error that says so, after one attempt",
        arguments: [
            (.error(401), .unauthenticated), (HTTPServerResponse(status: 404), .unexpectedAnswer),
            (.error(404, "HTTP 404 Not Found"), .unexpectedAnswer), (.error(50001), .serviceFailure),
            (HTTPServerResponse(status: 200, body: .bytes(Array("<html>".utf8))), .unexpectedAnswer),
            (.json("{}", status: 429, headers: [HTTPHeader(name: "Retry-After", value: "3")]), .throttled),
        ] as [(HTTPServerResponse, SchemaRegistryError.Code)]
    )
    func bad(_ answer: HTTPServerResponse, _ code: SchemaRegistryError.Code) async throws {
        #expect(try await check { _, before in before == 0 ? answer : .string }?.code == code)
    }
}
