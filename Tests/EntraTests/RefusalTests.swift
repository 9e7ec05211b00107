import Cryptography
import Foundation
import Identity
import KustoEmulator
import Secrets
import Testing

/// A credential that is refused, and why.
private struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the message must contain.
    let text: String
    let application: @Sendable () throws -> EmulatedApplication
    /// Changes the fixture and makes the credential.
    let credential: @Sendable (EntraFixture) throws -> (Credential, [String: String])
}

@Suite("A credential that is refused is explained by Entra's number", .timeLimit(.minutes(5)))
struct RefusalTests {
    private static func secret(
        _ secret: String,
        tenant: String = "contoso.example",
        client: String = "app"
    ) -> @Sendable (EntraFixture) throws -> (Credential, [String: String]) {
        { _ in
            let application = EntraApplication(tenantID: tenant, clientID: client)
            return (.clientSecret(application, RotatedSecret(Secret(secret))), [:])
        }
    }

    private static func certificate(
        _ key: @escaping @Sendable () throws -> CertifiedKey,
        lead: Int = 0
    ) -> @Sendable (EntraFixture) throws -> (Credential, [String: String]) {
        { fixture in
            fixture.setLead(lead)
            let path = try fixture.write(try key().file, "client.pem")
            return (.certificate(EntraFixture.application, ClientCertificate(path: path)), [:])
        }
    }

    private static func workload(
        _ token: @autoclosure @escaping @Sendable () throws -> String
    ) -> @Sendable (EntraFixture) throws -> (Credential, [String: String]) {
        { fixture in
            (.workloadIdentity, fixture.podEnvironment(tokenFile: try fixture.write(try token(), "token")))
        }
    }

    private static let secrets: @Sendable () throws -> EmulatedApplication = {
        EmulatedApplication(secrets: ["g00d-secret"], expiredSecrets: ["0ld-secret"])
    }
    private static let certificates: @Sendable () throws -> EmulatedApplication = {
        EmulatedApplication(certificates: [try EntraFixture.firstKey().chain[0]])
    }
    private static let federated: @Sendable () throws -> EmulatedApplication = {
        .federated(try EntraFixture.firstKey())
    }
    private static let refusals: [Refusal] = [
        Refusal(
            testDescription: "a wrong secret",
            text: "AADSTS7000215: the client secret is wrong",
            application: secrets,
            credential: secret("wr0ng-secret")
        ),
        Refusal(
            testDescription: "a secret that has expired",
            text: "AADSTS7000222: the client secret has expired",
            application: secrets,
            credential: secret("0ld-secret")
        ),
        Refusal(
            testDescription: "an unknown application",
            text: "AADSTS700016: the application does not exist",
            application: secrets,
            credential: secret("g00d-secret", client: "other")
        ),
        Refusal(
            testDescription: "an unknown tenant",
            text: "AADSTS90002: the tenant does not exist",
            application: secrets,
            credential: secret("g00d-secret", tenant: "fabrikam.example")
        ),
        Refusal(
            testDescription: "a certificate of somebody else's",
            text: "AADSTS700027: the certificate is not one of the application's",
            application: certificates,
            credential: certificate(EntraFixture.secondKey)
        ),
        Refusal(
            testDescription: "an assertion whose time is over",
            text: "AADSTS700024: the assertion's time is over",
            application: certificates,
            credential: certificate(EntraFixture.firstKey, lead: 901)
        ),
        Refusal(
            testDescription: "an assertion whose time has not begun",
            text: "AADSTS700024: the assertion's time is over or has not begun",
            application: certificates,
            credential: certificate(EntraFixture.firstKey, lead: -301)
        ),
        Refusal(
            testDescription: "a service account's token of another issuer",
            text: "AADSTS700211: no federated credential of the application has this issuer",
            application: federated,
            credential: workload(
                try EntraFixture.serviceAccountToken(EntraFixture.firstKey(), issuer: "https://oidc.example/other")
            )
        ),
        Refusal(
            testDescription: "a token of another service account",
            text: "AADSTS700213: no federated credential of the application has this subject",
            application: federated,
            credential: workload(
                try EntraFixture.serviceAccountToken(
                    EntraFixture.firstKey(),
                    subject: "system:serviceaccount:sinks:default"
                )
            )
        ),
        Refusal(
            testDescription: "a service account's token for somebody else",
            text: "AADSTS700212: no federated credential of the application has this audience",
            application: federated,
            credential: workload(
                try EntraFixture.serviceAccountToken(EntraFixture.firstKey(), audience: "https://kubernetes")
            )
        ),
        Refusal(
            testDescription: "a service account's token that another key has signed",
            text: "AADSTS50013",
            application: federated,
            credential: workload(try EntraFixture.serviceAccountToken(EntraFixture.secondKey()))
        ),
        Refusal(
            testDescription: "a service account's token whose time is over",
            text: "AADSTS700024",
            application: federated,
            credential: workload(
                try EntraFixture.serviceAccountToken(EntraFixture.firstKey(), end: EntraFixture.start - 301)
            )
        ),
    ]

    @Test("with what to check, and without the credential", arguments: refusals)
    private func explained(refusal: Refusal) async throws {
        let policy = AuthenticationPolicy(
            applications: ["app": try refusal.application()],
            tenants: ["contoso.example"]
        )
        try await EntraFixture.with(policy) { fixture in
            let (credential, environment) = try refusal.credential(fixture)
            let provider = fixture.provider(credential, environment: environment)
            let error = await #expect(throws: IdentityError.self) { try await provider.token() }
            let message = error?.message ?? ""
            #expect(error?.code == .refused && error?.needsChange == false, "\(message)")
            #expect(message.contains(refusal.text) && message.hasSuffix("check the remedy"), "\(message)")
            let request = try #require(fixture.tokenRequests.last)
            for name in ["client_secret", "client_assertion"] {
                guard let value = request.body.field(name) else { continue }
                #expect(!message.contains(value))
            }
        }
    }

    @Test("an identity that is not the machine's, or an endpoint that wants another header, is told so")
    func machine() async throws {
        let machine = MachineIdentities(hasOwn: false, assigned: [.init(clientID: "mi")], secret: "r1ght-header")
        try await EntraFixture.with(AuthenticationPolicy(machine: machine)) { fixture in
            let base = fixture.cluster.ingestURL
            let metadataService = ["AZURE_POD_IDENTITY_AUTHORITY_HOST": base]
            let appService = [
                "IDENTITY_ENDPOINT": base + "/machine/app-service/token", "IDENTITY_HEADER": "wr0ng-header",
            ]
            let learning = ["MSI_ENDPOINT": base + "/machine/azure-ml/token", "MSI_SECRET": "wr0ng-header"]
            for (identity, environment, text) in [
                (ManagedIdentity.clientID("other"), metadataService, "this identity is not assigned to this machine"),
                (.systemAssigned, metadataService, "this identity is not assigned to this machine"),
                (.objectID("principal"), metadataService, "this identity is not assigned to this machine"),
                (.clientID("mi"), appService, "status 401"), (.clientID("mi"), learning, "status 401"),
            ] {
                let provider = fixture.provider(.managedIdentity(identity), environment: environment)
                let error = await #expect(throws: IdentityError.self) { try await provider.token() }
                let message = error?.message ?? ""
                #expect(error?.code == .refused && message.contains(text), "\(message)")
                #expect(!message.contains("wr0ng-header"))
            }
        }
    }

    @Test(
        "a metadata service that is not ready is asked again in its own time",
        arguments: [404: 2, 410: 5, 429: 2, 500: 2, 503: 2]
    )
    func notReady(status: Int, seconds: Int) async throws {
        try await EntraFixture.with(AuthenticationPolicy()) { fixture in
            fixture.cluster.add(Fault(.answer(status: status, body: nil, isPermanent: false), at: .token, count: 2))
            let provider = fixture.provider(
                .managedIdentity(.systemAssigned),
                environment: ["AZURE_POD_IDENTITY_AUTHORITY_HOST": fixture.cluster.ingestURL]
            )
            _ = try await provider.token()
            #expect(fixture.tokenRequests.map(\.status) == [status, status, 200])
            // Two pauses, of which the first is none.
            #expect((.seconds(seconds) - .milliseconds(500)) ... .seconds(seconds) ~= fixture.passed)
        }
    }

    @Test("a metadata service that refuses is not asked again", arguments: [400, 403])
    func final(status: Int) async throws {
        try await EntraFixture.with(AuthenticationPolicy()) { fixture in
            fixture.cluster.add(Fault(.answer(status: status, body: nil, isPermanent: true), at: .token))
            let provider = fixture.provider(
                .managedIdentity(.systemAssigned),
                environment: ["AZURE_POD_IDENTITY_AUTHORITY_HOST": fixture.cluster.ingestURL]
            )
            let error = await #expect(throws: IdentityError.self) { try await provider.token() }
            #expect(error?.code == .refused && error?.httpStatus == status)
            #expect(fixture.tokenRequests.count == 1)
        }
    }
}
