import Cryptography
import Foundation
import HTTP
import JSON
import Kusto
import KustoEmulator
import Secrets
import Testing

@testable import Identity

@Suite("What is sent for each identity, and taken", .timeLimit(.minutes(5)))
struct RequestTests {
    private static let scope = "scope=https://kusto.kusto.windows.net/.default"
    private static let assertionType =
        "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Connects, and checks that the cluster was asked for its metadata first, and once.
    private func connect(
        _ fixture: EntraFixture,
        _ credential: Credential,
        environment: [String: String] = [:]
    ) async throws -> IdentityRequest {
        try await fixture.client(credential, environment: environment).connect()
        let requests = fixture.cluster.identityRequests
        try #require(requests.map(\.status) == [200, 200], "\(requests.map(\.path))")
        let metadata = requests[0]
        #expect(metadata.method == "GET" && metadata.path == "/v1/rest/auth/metadata" && metadata.query.isEmpty)
        #expect(metadata.headers["accept"] == "application/json" && metadata.headers["authorization"] == nil)
        return requests[1]
    }

    private func expectForm(_ request: IdentityRequest, path: String = "/contoso.example/oauth2/v2.0/token") {
        #expect(request.method == "POST" && request.path == path && request.query.isEmpty)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(request.headers["accept"] == "application/json" && request.headers["authorization"] == nil)
        #expect(request.headers["metadata"] == nil)
    }

    @Test("a client secret goes as a form, with characters of every kind")
    func clientSecret() async throws {
        let secret = "s3+c&r=e t/ü~%"
        let applications = ["app": EmulatedApplication(secrets: [secret])]
        try await EntraFixture.with(AuthenticationPolicy(applications: applications)) { fixture in
            let request = try await connect(
                fixture,
                .clientSecret(EntraFixture.application, RotatedSecret(Secret(secret)))
            )
            expectForm(request)
            #expect(
                request.body.split(separator: "&").map(String.init) == [
                    "client_id=app", "client_secret=s3%2Bc%26r%3De%20t%2F%C3%BC~%25", "grant_type=client_credentials",
                    "scope=https%3A%2F%2Fkusto.kusto.windows.net%2F.default",
                ]
            )
        }
    }

    @Test("a certificate signs an assertion, which is good once")
    func certificate() async throws {
        let key = try EntraFixture.firstKey()
        let applications = ["app": EmulatedApplication(certificates: [key.chain[0]])]
        try await EntraFixture.with(AuthenticationPolicy(applications: applications)) { fixture in
            let path = try fixture.write(key.file, "client.pem")
            let credential = Credential.certificate(EntraFixture.application, ClientCertificate(path: path))
            let request = try await connect(fixture, credential)
            expectForm(request)
            let fields = request.body.fields
            let assertion = try #require(request.body.field("client_assertion"))
            #expect(
                fields == [
                    "client_id=app", Self.assertionType, "client_assertion=\(assertion)",
                    "grant_type=client_credentials", Self.scope,
                ]
            )
            let verified = try #require(JWTVerifier.verify(assertion, signedBy: key.chain[0], .ps256))
            let (header, claims) = (try JSONValue(parsing: verified.header), try JSONValue(parsing: verified.claims))
            #expect(header["alg"] == "PS256" && header["x5t#S256"]?.stringValue == key.chain[0].thumbprint)
            #expect(claims["aud"]?.stringValue == fixture.cluster.ingestURL + request.path)
            #expect(claims["iss"] == "app" && claims["sub"] == "app")
            #expect(claims["exp"]?.intValue == EntraFixture.start + 600)

            let again = try await fixture.http.execute(
                HTTPRequest(
                    method: .post,
                    url: fixture.cluster.ingestURL + request.path,
                    headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
                    body: .bytes(Array(request.body.utf8)),
                    timeout: .seconds(60)
                )
            )
            #expect(again.status == 401 && String(decoding: again.body, as: UTF8.self).contains("AADSTS50013"))
        }
    }

    @Test("a service account's token is exchanged at the authority of the pod")
    func workloadIdentity() async throws {
        let key = try EntraFixture.firstKey()
        try await EntraFixture.with(AuthenticationPolicy(applications: ["app": .federated(key)])) { fixture in
            let token = try EntraFixture.serviceAccountToken(key)
            let environment = fixture.podEnvironment(tokenFile: try fixture.write("\(token)\n", "token"))
            let request = try await connect(fixture, .workloadIdentity, environment: environment)
            expectForm(request)
            #expect(
                request.body.fields == [
                    "client_id=app", Self.assertionType, "client_assertion=\(token)", "grant_type=client_credentials",
                    Self.scope,
                ]
            )
            // On AKS a managed identity is found by the same variables.
            fixture.cluster.forgetIdentityRequests()
            let same = try await connect(
                fixture,
                .managedIdentity(.clientID("app")),
                environment: environment
            )
            #expect(same.body == request.body && same.path == request.path)
        }
    }

    private static let resource = "resource=https://kusto.kusto.windows.net"
    private static let resourceID =
        "/subscriptions/0/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/sink"
    private static let machine = MachineIdentities(
        assigned: [.init(clientID: "mi", objectID: "principal", resourceID: resourceID)],
        secret: "h3ader-value"
    )

    @Test(
        "the metadata service is asked by what names the identity",
        arguments: [
            ManagedIdentity.systemAssigned: nil, .clientID("mi"): "client_id=mi",
            .objectID("principal"): "object_id=principal", .resourceID(resourceID): "msi_res_id=\(resourceID)",
        ]
    )
    func metadataService(identity: ManagedIdentity, field: String?) async throws {
        try await EntraFixture.with(AuthenticationPolicy(machine: Self.machine)) { fixture in
            let request = try await connect(
                fixture,
                .managedIdentity(identity),
                environment: ["AZURE_POD_IDENTITY_AUTHORITY_HOST": fixture.cluster.ingestURL]
            )
            #expect(request.method == "GET" && request.path == "/metadata/identity/oauth2/token")
            #expect(request.headers["metadata"] == "true" && request.headers["authorization"] == nil)
            #expect(
                request.query.fields == ["api-version=2018-02-01", Self.resource] + [field].compactMap { $0 }
            )
        }
    }

    @Test("App Service is asked with its header")
    func appService() async throws {
        try await EntraFixture.with(AuthenticationPolicy(machine: Self.machine)) { fixture in
            let request = try await connect(
                fixture,
                .managedIdentity(.resourceID(Self.resourceID)),
                environment: [
                    "IDENTITY_ENDPOINT": fixture.cluster.ingestURL + "/machine/app-service/token",
                    "IDENTITY_HEADER": "h3ader-value",
                ]
            )
            #expect(request.method == "GET" && request.headers["x-identity-header"] == "h3ader-value")
            #expect(
                request.query.fields == ["api-version=2019-08-01", Self.resource, "mi_res_id=\(Self.resourceID)"]
            )
        }
    }

    @Test("Azure Machine Learning and Cloud Shell are asked in the way of their own")
    func others() async throws {
        try await EntraFixture.with(AuthenticationPolicy(machine: Self.machine)) { fixture in
            let learning = try await connect(
                fixture,
                .managedIdentity(.clientID("mi")),
                environment: [
                    "MSI_ENDPOINT": fixture.cluster.ingestURL + "/machine/azure-ml/token",
                    "MSI_SECRET": "h3ader-value",
                ]
            )
            #expect(learning.method == "GET" && learning.headers["secret"] == "h3ader-value")
            #expect(learning.query.fields == ["api-version=2017-09-01", Self.resource, "clientid=mi"])
            fixture.cluster.forgetIdentityRequests()
            let shell = try await connect(
                fixture,
                .managedIdentity(.systemAssigned),
                environment: ["MSI_ENDPOINT": fixture.cluster.ingestURL + "/machine/cloud-shell/token"]
            )
            #expect(shell.method == "POST" && shell.headers["metadata"] == "true")
            #expect(shell.body.fields == [Self.resource])
        }
    }

    @Test("Azure Arc's agent names a file, whose content is shown to it once")
    func arc() async throws {
        let keys = FileManager.default.temporaryDirectory.path + "/arc-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: keys) }
        let machine = MachineIdentities(arcKeyFolder: keys)
        try await EntraFixture.with(AuthenticationPolicy(machine: machine)) { fixture in
            let flow = ManagedIdentityFlow(
                identity: .systemAssigned,
                environment: [
                    "IDENTITY_ENDPOINT": fixture.cluster.ingestURL + "/machine/arc/metadata/identity/oauth2/token",
                    "IMDS_ENDPOINT": "http://127.0.0.1:1",
                ],
                wire: TokenWire(transport: fixture.http, clock: fixture.clock, remedy: "r"),
                arcKeyFolder: keys
            )
            let target = TokenTarget(
                loginEndpoint: fixture.cluster.ingestURL,
                resource: "https://kusto.kusto.windows.net"
            )
            _ = try await flow.token(for: target)
            let requests = fixture.tokenRequests
            #expect(requests.map(\.status) == [401, 200])
            for request in requests {
                #expect(request.headers["metadata"] == "true")
                #expect(request.query.fields == ["api-version=2020-06-01", Self.resource])
            }
            #expect(requests[0].headers["authorization"] == nil)
            let key = try #require(requests[1].headers["authorization"])
            #expect(key.hasPrefix("Basic ") && key.count == 42)
            // The key is used up, and its file gone.
            #expect(try FileManager.default.contentsOfDirectory(atPath: keys).isEmpty)
        }
    }

    @Test("Kafka's identity provider gets HTTP Basic, and gives a token that its keys are good for")
    func openID() async throws {
        let policy = AuthenticationPolicy(applications: ["sink": "s3cret:+value"], tokenLifetimeSeconds: 900)
        try await EntraFixture.with(policy) { fixture in
            let base = fixture.cluster.ingestURL
            for encodes in [false, true] {
                fixture.cluster.forgetIdentityRequests()
                let client = OAuthClient(
                    tokenURL: base + "/oidc/token",
                    clientID: "sink",
                    clientSecret: RotatedSecret(Secret("s3cret:+value")),
                    scope: "kafka all",
                    encodesCredentials: encodes
                )
                let token = try await fixture.provider(.oauthClient(client)).token().value
                let request = fixture.tokenRequests[0]
                #expect(request.body.fields == ["grant_type=client_credentials", "scope=kafka all"])
                let pair = encodes ? "sink:s3cret%3A%2Bvalue" : "sink:s3cret:+value"
                #expect(request.headers["authorization"] == "Basic \(Data(pair.utf8).base64EncodedString())")

                let answer = try await fixture.http.execute(HTTPRequest(url: base + "/jwks", timeout: .seconds(60)))
                let key = try #require(JSONValue(parsing: answer.body)["keys"]?[0])
                let parts = token.secret.reveal().split(separator: ".").map(String.init)
                let header = try JSONValue(parsing: try #require(Base64.decodeForURL(parts[0].utf8)))
                let claims = try JSONValue(parsing: try #require(Base64.decodeForURL(parts[1].utf8)))
                #expect(header["alg"] == "RS256" && header["kid"] == key["kid"] && key["kty"] == "RSA")
                #expect(claims["sub"] == "sink" && claims["aud"] == "kafka" && claims["scope"] == "kafka all")
                #expect(claims["iss"]?.stringValue == base + "/oidc")
                #expect(claims["exp"]?.intValue == EntraFixture.start + 900)
                #expect(token.lifetime == .seconds(900))
            }
        }
    }

    @Test("the endpoint that somebody has written is asked as it is written")
    func machineEndpoint() async throws {
        try await EntraFixture.with(AuthenticationPolicy(machine: Self.machine)) { fixture in
            let endpoint = MachineEndpoint(
                query: "api-version=2018-02-01&resource=api://registry&client_id=mi",
                url: fixture.cluster.ingestURL + "/metadata/identity/oauth2/token"
            )
            _ = try await fixture.provider(.machineEndpoint(endpoint)).token()
            let request = fixture.tokenRequests[0]
            #expect(request.query == endpoint.query && request.headers["metadata"] == "true")
        }
    }

    @Test("a token that is given is used as it is, and nobody is asked for another")
    func givenToken() async throws {
        try await EntraFixture.with(AuthenticationPolicy(staticTokens: ["g1ven"])) { fixture in
            try await fixture.client(.token(RotatedSecret(Secret("g1ven")))).connect()
            #expect(fixture.cluster.identityRequests.isEmpty)
        }
    }
}
