import HTTPServer
import Identity
import SchemaRegistry
import Secrets
import Testing

@Suite("Nothing secret is told", .timeLimit(.minutes(2)))
struct SecrecyTests {
    @Test(
        "Passwords, tokens and headers appear in no log line, error, problem or metric",
        arguments: [
            .none, .url, .basic(userInfo: Secret("user:s3cret")), .bearer(.token(RotatedSecret(Secret("s3cret")))),
            .bearer(
                .oauthClient(
                    .init(
                        tokenURL: "http://u:s3cret@127.0.0.1:1/t?code=s3cret",
                        clientID: "app",
                        clientSecret: RotatedSecret(Secret("s3cret"))
                    )
                )
            ),
            .bearer(.machineEndpoint(.init(query: "code=s3cret", url: "http://u:s3cret@127.0.0.1:1/t"))),
        ] as [SchemaRegistryAuthentication]
    )
    func redaction(_ authentication: SchemaRegistryAuthentication) async throws {
        let moved = HTTPHeader(name: "Location", value: "https://u:s3cret@x/y?sig=s3cret")
        try await ScriptedRegistry.answering { request, before in
            switch before % 5 {
            case 0: .error(401, "Unauthorized")
            case 1: .error(40301)
            case 2: HTTPServerResponse(status: 307, headers: [moved])
            case 3: .error(50001)
            default: .json("<html>")
            }
        } _: { registry in
            let endpoints = try [registry.url, "http://127.0.0.1:1"].map {
                try SchemaRegistryEndpoint(parsing: $0.replacing("//", with: "//user:s3cret@"))
            }
            let configuration = SchemaRegistryConfiguration(
                endpoints: endpoints,
                authentication: authentication,
                headers: ["X-Key": Secret("s3cret")]
            )
            try await Fixture.running(configuration) { fixture in
                _ = fixture.store.lookup(SchemaKey(subject: "orders-value", id: .number(7)))
                while fixture.problems.told.isEmpty { await Task.yield() }
                let error = await #expect(throws: SchemaRegistryError.self) { try await fixture.store.check() }
                let told = fixture.everythingTold
                #expect(told.contains(registry.url) || told.contains("http://127.0.0.1:1"))
                #expect(!told.contains("s3cret"))
                #expect(!"\(String(describing: error)) \(String(reflecting: error))".contains("s3cret"))
            }
            #expect(!String(describing: configuration).contains("user:s3cret"))
            // An encoded password is one too.
            let encoded = "dXNlcjpzM2NyZXQ="
            #expect(!String(describing: configuration).contains(encoded))
        }
    }
}
