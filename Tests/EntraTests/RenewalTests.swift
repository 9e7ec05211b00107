import Cryptography
import Foundation
import Identity
import Kusto
import KustoEmulator
import Secrets
import Testing

@Suite("Tokens are renewed in time, with what is on disk then", .timeLimit(.minutes(5)))
struct RenewalTests {
    private static let policy = AuthenticationPolicy(applications: ["app": "f1rst"], tokenLifetimeSeconds: 3600)

    @Test("a secret, a certificate and a service account's token that are replaced are used for the next token")
    func rotation() async throws {
        let (first, second) = (try EntraFixture.firstKey(), try EntraFixture.secondKey())
        let policy = AuthenticationPolicy(
            applications: [
                "secret": "f1rst", "certificate": EmulatedApplication(certificates: [first.chain[0]]),
                "app": .federated(first),
            ],
            tokenLifetimeSeconds: 3600
        )
        try await EntraFixture.with(policy) { fixture in
            try fixture.write("f1rst\n", "secret")
            let pem = try fixture.write(first.file, "client.pem")
            let token = try fixture.write(try EntraFixture.serviceAccountToken(first), "token")
            let providers = [
                fixture.provider(
                    .clientSecret(
                        EntraApplication(tenantID: "contoso.example", clientID: "secret"),
                        try fixture.secret(in: "secret")
                    )
                ),
                fixture.provider(
                    .certificate(
                        EntraApplication(tenantID: "contoso.example", clientID: "certificate"),
                        ClientCertificate(path: pem)
                    )
                ),
                fixture.provider(.workloadIdentity, environment: fixture.podEnvironment(tokenFile: token)),
            ]
            for provider in providers { _ = try await provider.token() }

            // What was good is so no more, as after a rotation that has ended.
            fixture.cluster.setApplication("s3cond", for: "secret")
            fixture.cluster.setApplication(EmulatedApplication(certificates: [second.chain[0]]), for: "certificate")
            fixture.cluster.setApplication(.federated(second), for: "app")
            try fixture.write("s3cond\n", "secret")
            try fixture.write(second.file, "client.pem")
            try fixture.write(
                try EntraFixture.serviceAccountToken(second, end: EntraFixture.start + 7200),
                "token"
            )
            fixture.advance(by: .seconds(3500))
            for provider in providers { #expect(try await provider.token().generation == 2) }
            #expect(fixture.tokenRequests.map(\.status) == [200, 200, 200, 200, 200, 200])
            #expect(fixture.renewalFailures.isEmpty)
            #expect(fixture.tokenRequests[3].body.field("client_secret") == "s3cond")
        }
    }

    @Test("a rotation that has reached Entra first, or the disk first, loses no token", arguments: [true, false])
    func overlap(isEntraFirst: Bool) async throws {
        try await EntraFixture.with(Self.policy) { fixture in
            try fixture.write("f1rst", "secret")
            let provider = fixture.provider(
                .clientSecret(EntraFixture.application, try fixture.secret(in: "secret"))
            )
            let old = try await provider.token().value.secret
            if isEntraFirst {
                fixture.cluster.setApplication("s3cond", for: "app")
            } else {
                try fixture.write("s3cond", "secret")
            }
            fixture.advance(by: .seconds(3400))
            let meanwhile = try await provider.token()
            // Entra still takes the old secret where the new one is not known yet; where the old one is refused, the old
            // token is good until its end.
            #expect((meanwhile.generation == 2) == !isEntraFirst)
            #expect((meanwhile.value.secret == old) == isEntraFirst)
            #expect(fixture.renewalFailures.count == 1)
            if isEntraFirst {
                try fixture.write("s3cond", "secret")
            } else {
                fixture.cluster.setApplication("s3cond", for: "app")
            }
            fixture.advance(by: .seconds(isEntraFirst ? 60 : 3400))
            #expect(try await provider.token().generation == (isEntraFirst ? 2 : 3))
            #expect(fixture.renewalFailures.count == 1)
        }
    }

    @Test("a hundred callers make one request, for the first token and for each renewal, and none of theirs is refused")
    func singleFlight() async throws {
        try await EntraFixture.with(Self.policy) { fixture in
            let client = fixture.client(.clientSecret(EntraFixture.application, RotatedSecret(Secret("f1rst"))))
            for round in 1...3 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<100 {
                        group.addTask { _ = try await client.query("T | count", database: "D") }
                    }
                    try await group.waitForAll()
                }
                #expect(fixture.tokenRequests.map(\.status) == Array(repeating: 200, count: round))
                // Five minutes before the end of an hour a token is renewed; the old one would be good for four more.
                fixture.advance(by: .seconds(3360))
            }
            #expect(fixture.cluster.identityRequests.count { $0.path == "/v1/rest/auth/metadata" } == 1)
            #expect(fixture.cluster.refusedTokens == 0)
        }
    }

    @Test("a token that ends within minutes is renewed every half minute, not for every request")
    func shortLife() async throws {
        let policy = AuthenticationPolicy(applications: ["app": "f1rst"], tokenLifetimeSeconds: 200)
        try await EntraFixture.with(policy) { fixture in
            let provider = fixture.provider(.clientSecret(EntraFixture.application, RotatedSecret(Secret("f1rst"))))
            for round in 1...3 {
                for _ in 0..<10 {
                    let token = try await provider.token()
                    #expect(token.generation == round)
                }
                fixture.advance(by: .seconds(30))
            }
            #expect(fixture.tokenRequests.count == 3)
        }
    }

    @Test("a renewal that fails is tried again while the old token is good, and no request fails")
    func outage() async throws {
        try await EntraFixture.with(Self.policy) { fixture in
            let client = fixture.client(.clientSecret(EntraFixture.application, RotatedSecret(Secret("f1rst"))))
            _ = try await client.query("T | count", database: "D")
            fixture.cluster.add(Fault(.answer(status: 503, body: nil, isPermanent: false), at: .token, count: 2))
            fixture.advance(by: .seconds(3360))
            for _ in 0..<4 {
                _ = try await client.query("T | count", database: "D")
                fixture.advance(by: .seconds(31))
            }
            #expect(fixture.tokenRequests.map(\.status) == [200, 503, 503, 200])
            #expect(fixture.cluster.refusedTokens == 0)
        }
    }

    @Test("a token that the cluster refuses is replaced once, and the request repeated")
    func refused() async throws {
        try await EntraFixture.with(Self.policy) { fixture in
            let client = fixture.client(.clientSecret(EntraFixture.application, RotatedSecret(Secret("f1rst"))))
            _ = try await client.query("T | count", database: "D")
            fixture.cluster.revokeTokens()
            _ = try await client.query("T | count", database: "D")
            #expect(fixture.tokenRequests.count == 2 && fixture.cluster.refusedTokens == 1)

            // A token that was taken away is refused with a new one, too, when there is none that would be good.
            fixture.cluster.setApplication(EmulatedApplication(expiredSecrets: ["f1rst"]), for: "app")
            fixture.cluster.revokeTokens()
            let error = await #expect(throws: KustoError.self) {
                try await client.query("T | count", database: "D")
            }
            #expect(error?.message.contains("AADSTS7000222: the client secret has expired") == true)
            #expect(fixture.tokenRequests.count == 3)
        }
    }

    @Test("a token ends at the cluster when it says so")
    func expiry() async throws {
        try await EntraFixture.with(Self.policy) { fixture in
            let client = fixture.client(.clientSecret(EntraFixture.application, RotatedSecret(Secret("f1rst"))))
            _ = try await client.query("T | count", database: "D")
            // The cluster's clock is ahead, so the client learns of the end by being refused.
            fixture.setLead(3601)
            _ = try await client.query("T | count", database: "D")
            #expect(fixture.tokenRequests.map(\.status) == [200, 200] && fixture.cluster.refusedTokens == 1)
        }
    }
}
