import HTTPServer
import Identity
import Logging
import SchemaRegistry
import Secrets
import Synchronization
import Testing

@Suite("Authentication", .timeLimit(.minutes(2)))
struct AuthenticationTests {
    /// A registry and an identity provider in one, which takes the token that it gave last.
    private static func provider(
        answer: @escaping @Sendable (Int) -> HTTPServerResponse = { number in
            .json(#"{"access_token":"t\#(number)","expires_in":1000,"token_type":"Bearer"}"#)
        }
    ) -> ScriptedRegistry.Script {
        let last = Mutex(-1)
        return { request, before in
            if request.target.hasPrefix("/token") {
                last.withLock { $0 = before }
                return answer(before)
            }
            let good = last.withLock { "Bearer t\($0)" }
            return request.header("Authorization") == good ? .string : .error(401, "Unauthorized")
        }
    }

    private func application(
        _ registry: ScriptedRegistry,
        scope: String? = nil
    ) throws -> SchemaRegistryConfiguration {
        SchemaRegistryConfiguration(
            endpoints: [try registry.endpoint],
            authentication: .bearer(
                .oauthClient(
                    .init(
                        tokenURL: "\(registry.url)/token",
                        clientID: "app",
                        clientSecret: RotatedSecret(Secret("s:e c")),
                        scope: scope
                    )
                )
            )
        )
    }

    @Test(
        "The credential goes into the header that its kind has",
        arguments: [
            (.none, nil), (.basic(userInfo: Secret("user:pass:wörd")), "Basic dXNlcjpwYXNzOnfDtnJk"),
            (.basic(user: "user", password: Secret("pass")), "Basic dXNlcjpwYXNz"), (.url, "Basic dTpwIHE="),
            (.bearer(.token(RotatedSecret(Secret("t0ken")))), "Bearer t0ken"),
        ] as [(SchemaRegistryAuthentication, String?)]
    )
    func header(_ authentication: SchemaRegistryAuthentication, _ expected: String?) async throws {
        try await ScriptedRegistry.answering { _, _ in
            .string
        } _: { registry in
            let endpoint = try SchemaRegistryEndpoint(parsing: registry.url.replacing("//", with: "//u:p%20q@"))
            let configuration = SchemaRegistryConfiguration(endpoints: [endpoint], authentication: authentication)
            try await Fixture.running(configuration) { fixture in #expect(await fixture.settled(7).schema != nil) }
            #expect(registry.requests.map { $0.header("Authorization") } == [expected])
        }
    }

    @Test("Each URL has its own user and password")
    func eachURL() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .error(50001)
        } _: { one in
            try await ScriptedRegistry.answering { _, _ in
                .string
            } _: { two in
                let configuration = SchemaRegistryConfiguration(
                    endpoints: [
                        try SchemaRegistryEndpoint(parsing: one.url.replacing("//", with: "//a:1@")),
                        try SchemaRegistryEndpoint(parsing: two.url.replacing("//", with: "//b:2@")),
                    ],
                    authentication: .url
                )
                try await Fixture.running(configuration) { fixture in #expect(await fixture.settled(7).schema != nil) }
                #expect(one.requests.first?.header("Authorization") == "Basic YTox")
                #expect(two.requests.first?.header("Authorization") == "Basic Yjoy")
            }
        }
    }

    @Test("The cluster, the pool and further headers are sent, and a header of the user's replaces the client's")
    func headers() async throws {
        try await ScriptedRegistry.answering { _, _ in
            .string
        } _: { registry in
            let configuration = SchemaRegistryConfiguration(
                endpoints: [try registry.endpoint],
                authentication: .bearer(.token(RotatedSecret(Secret("t0ken")))),
                logicalCluster: "lsrc-1",
                identityPool: "pool-2",
                headers: ["X-Team": Secret("orders"), "accept": Secret("application/json")]
            )
            try await Fixture.running(configuration) { fixture in #expect(await fixture.settled(7).schema != nil) }
            let request = try #require(registry.requests.first)
            #expect(request.header("target-sr-cluster") == "lsrc-1")
            #expect(request.header("Confluent-Identity-Pool-Id") == "pool-2")
            #expect(request.header("X-Team") == "orders")
            #expect(request.headers.count { $0.name.lowercased() == "accept" } == 1)
            #expect(request.header("Accept") == "application/json")
        }
    }

    @Test("An application's token is asked for as Kafka's client does, and used until a while before its end")
    func application() async throws {
        try await ScriptedRegistry.answering(Self.provider()) { registry in
            try await Fixture.running(try application(registry, scope: "api://x/.default y")) { fixture in
                #expect(await fixture.settled(1).schema != nil)
                #expect(await fixture.settled(2).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 1)
                fixture.clock.advance(by: .seconds(699))
                #expect(await fixture.settled(3).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 1)
                fixture.clock.advance(by: .seconds(1))
                #expect(await fixture.settled(4).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 2)
                #expect(fixture.clock.pauses.isEmpty)
            }
            let request = try #require(registry.requests.first)
            #expect(request.method == "POST")
            #expect(request.header("Authorization") == "Basic YXBwOnM6ZSBj")
            #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
            #expect(request.header("Accept") == "application/json")
            #expect(request.body == "grant_type=client_credentials&scope=api%3A%2F%2Fx%2F.default%20y")
        }
    }

    @Test("A managed identity's token comes from the endpoint that the machine offers")
    func managedIdentity() async throws {
        let script = Self.provider { number in
            .json(#"{"access_token":"t\#(number)","expires_in":"86399","resource":"r"}"#)
        }
        try await ScriptedRegistry.answering(script) { registry in
            let configuration = SchemaRegistryConfiguration(
                endpoints: [try registry.endpoint],
                authentication: .bearer(
                    .machineEndpoint(
                        .init(query: "api-version=2025-04-07&resource=r&client_id=c", url: "\(registry.url)/token")
                    )
                )
            )
            try await Fixture.running(configuration) { fixture in
                #expect(await fixture.settled(1).schema != nil)
                fixture.clock.advance(by: .seconds(80_000))
                #expect(await fixture.settled(2).schema != nil)
            }
            #expect(registry.targets.count { $0.hasPrefix("/token") } == 1)
            let request = try #require(registry.requests.first)
            #expect(request.method == "GET")
            #expect(request.target == "/token?api-version=2025-04-07&resource=r&client_id=c")
            #expect(request.header("Metadata") == "true")
        }
    }

    @Test(
        "When a token ends is read from the answer, or from the token itself",
        arguments: [
            (#"{"access_token":"t0","expires_in":600}"#, 300), (#"{"access_token":"t0","expires_in":"600"}"#, 300),
            (#"{"access_token":"t0","expires_on":1800000600}"#, 300),
            (#"{"access_token":"t0","expires_in":10}"#, 5), (#"{"access_token":"t0"}"#, 150),
            (#"{"access_token":"t0","expires_in":1e300}"#, 86_100),
        ] as [(String, Int64)]
    )
    func lifetime(_ answer: String, _ seconds: Int64) async throws {
        try await ScriptedRegistry.answering(
            Self.provider { number in
                .json(answer.replacing("t0", with: "t\(number)"))
            }
        ) { registry in
            try await Fixture.running(try application(registry)) { fixture in
                #expect(await fixture.settled(1).schema != nil)
                fixture.clock.advance(by: .seconds(seconds) - .milliseconds(1))
                #expect(await fixture.settled(2).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 1)
                fixture.clock.advance(by: .milliseconds(1))
                #expect(await fixture.settled(3).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 2)
            }
        }
    }

    @Test("A JWT says itself when it ends")
    func jwt() async throws {
        // {"alg":"none"}.{"sub":"~~~???","exp":1800000600}, whose base64 has both characters that URLs have not.
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ-fn4_Pz8iLCJleHAiOjE4MDAwMDA2MDB9.x"
        try await ScriptedRegistry.answering { request, _ in
            request.target == "/token" ? .json(#"{"access_token":"\#(token)"}"#) : .string
        } _: { registry in
            try await Fixture.running(try application(registry)) { fixture in
                #expect(await fixture.settled(1).schema != nil)
                fixture.clock.advance(by: .seconds(299))
                #expect(await fixture.settled(2).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 1)
                fixture.clock.advance(by: .seconds(1))
                #expect(await fixture.settled(3).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 2)
            }
        }
    }

    @Test("A token that the registry does not take any more is renewed at once, and once")
    func revoked() async throws {
        let refusals = Mutex(0)
        try await ScriptedRegistry.answering { request, before in
            if request.target == "/token" { return .json(#"{"access_token":"t\#(before)","expires_in":1000}"#) }
            let isOld = request.header("Authorization") == "Bearer t0" && request.target.contains("/2?")
            let isNever =
                request.target.contains("/3?")
                && refusals.withLock {
                    $0 += 1; return $0
                } <= 2
            return isOld || isNever ? .error(401) : .string
        } _: { registry in
            try await Fixture.running(try application(registry)) { fixture in
                #expect(await fixture.settled(1).schema != nil)
                #expect(await fixture.settled(2).schema != nil)
                #expect(fixture.clock.pauses.isEmpty)
                #expect(registry.targets.count { $0 == "/token" } == 2)
                // A registry that takes no token at all is an outage, not a loop.
                #expect(await fixture.settled(3).schema != nil)
                #expect(fixture.clock.pauses.count == 1)
                #expect(fixture.log.entries.contains { $0.metadata["error.code"] == "unauthenticated" })
            }
        }
    }

    @Test("Many schemas at a time ask for one token")
    func oneToken() async throws {
        let gate = Gate()
        try await ScriptedRegistry.answering { request, before in
            guard request.target == "/token" else { return .string }
            await gate.pass()
            return .json(#"{"access_token":"t\#(before)","expires_in":1000}"#)
        } _: { registry in
            try await Fixture.running(try application(registry)) { fixture in
                for number in 1...20 as ClosedRange<Int32> {
                    _ = fixture.store.lookup(SchemaKey(subject: "orders-value", id: .number(number)))
                }
                await gate.arrivals(1)
                gate.open()
                for number in 1...20 as ClosedRange<Int32> { #expect(await fixture.settled(number).schema != nil) }
            }
            #expect(registry.targets.count { $0 == "/token" } == 1)
        }
    }

    @Test(
        "Without a token the schema waits, and the reason names the provider and the properties",
        arguments: [
            (
                .json(#"{"error":"invalid_client","error_description":"expired"}"#, status: 401),
                "(invalid_client)"
            ),
            (.json("{}", status: 503), "status 503"), (.json("{}"), "has no access_token"),
            (.json(#"{"access_token":"a\nb"}"#), "has no access_token"), (.json("<html>"), "has no access_token"),
            (.abort, "cannot get an access token"),
        ] as [(HTTPServerResponse, String)]
    )
    func noToken(_ answer: HTTPServerResponse, _ part: String) async throws {
        try await ScriptedRegistry.answering { request, before in
            guard request.target == "/token" else { return .string }
            return before == 0 ? answer : .json(#"{"access_token":"t","expires_in":1000}"#)
        } _: { registry in
            try await Fixture.running(try application(registry)) { fixture in
                #expect(await fixture.settled(1).schema != nil)
                let warning = try #require(fixture.log.entries.first { $0.level == .warning })
                #expect(warning.metadata["error.code"] == "token")
                let message = try #require(warning.metadata["error"])
                #expect(message.contains(part), "\(message)")
                #expect(message.contains("value.converter.bearer.auth.issuer.endpoint.url"))
                #expect(!message.contains("s:e c"))
            }
        }
    }

    @Test("A renewal that fails leaves the old token in use as long as it is good")
    func failedRenewal() async throws {
        try await ScriptedRegistry.answering { request, before in
            guard request.target == "/token" else { return .string }
            return before == 1 ? .json("{}", status: 500) : .json(#"{"access_token":"t\#(before)","expires_in":1000}"#)
        } _: { registry in
            try await Fixture.running(try application(registry)) { fixture in
                #expect(await fixture.settled(1).schema != nil)
                fixture.clock.advance(by: .seconds(800))
                #expect(await fixture.settled(2).schema != nil)
                #expect(await fixture.settled(3).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 2)
                fixture.clock.advance(by: .seconds(30))
                #expect(await fixture.settled(4).schema != nil)
                #expect(registry.targets.count { $0 == "/token" } == 3)
                #expect(
                    registry.requests.suffix(2).last?.header("Authorization") == "Bearer t2"
                )
                #expect(fixture.clock.pauses.isEmpty)
            }
        }
    }
}
