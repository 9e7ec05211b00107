import HTTP
import Secrets
import Testing

@testable import Identity

/// The variables of places that have identities.
private enum Place {
    static let appService: [String: String] = [
        "IDENTITY_ENDPOINT": "http://169.254.130.4:8081/msi/token", "IDENTITY_HEADER": "h3ader",
    ]
    static let learning: [String: String] = ["MSI_ENDPOINT": "http://127.0.0.1:46808/MSI/auth", "MSI_SECRET": "s3cret"]
    static let shell: [String: String] = ["MSI_ENDPOINT": "http://localhost:50342/oauth2/token"]
    static let arc: [String: String] = [
        "IDENTITY_ENDPOINT": "http://localhost:40342/metadata/identity/oauth2/token",
        "IMDS_ENDPOINT": "http://localhost:40342",
    ]
}

@Suite("Managed identities", .timeLimit(.minutes(2)))
struct ManagedIdentityTests {
    private static let resource = "https%3A%2F%2Fr.example"

    private let fixture = Fixture()

    /// What is asked first, where everything answers with a token.
    private func request(
        _ identity: ManagedIdentity,
        _ environment: [String: String],
        resource: String = "https://r.example"
    ) async throws -> HTTPRequest {
        let transport = ScriptedTransport([.token()])
        let audience = TokenAudience.resource(resource, loginEndpoint: "https://login.example")
        let provider = fixture.provider(
            .managedIdentity(identity),
            for: audience,
            environment: environment,
            transport
        )
        #expect(try await provider.token().value.secret.reveal() == "T0KEN")
        return try #require(transport.sent.first)
    }

    private func failure(
        of identity: ManagedIdentity = .systemAssigned,
        _ environment: [String: String],
        _ answers: [ScriptedTransport.Answer] = [.token()]
    ) async throws -> IdentityError {
        let transport = ScriptedTransport(answers)
        let provider = fixture.provider(.managedIdentity(identity), environment: environment, transport)
        return try #require(await #expect(throws: IdentityError.self) { try await provider.token() })
    }

    @Test(
        "virtual machines, and nodes of AKS, are asked at the metadata service",
        arguments: [
            (.systemAssigned, ""), (.clientID("a b"), "&client_id=a%20b"), (.objectID("0b"), "&object_id=0b"),
            (.resourceID("/subscriptions/s"), "&msi_res_id=%2Fsubscriptions%2Fs"),
        ] as [(ManagedIdentity, String)],
        [nil, "http://127.0.0.1:8080", "http://127.0.0.1:8080/"]
    )
    func metadataService(_ named: (identity: ManagedIdentity, query: String), base: String?) async throws {
        let environment = base.map { ["AZURE_POD_IDENTITY_AUTHORITY_HOST": $0] } ?? [:]
        let request = try await request(named.identity, environment)
        let place = base == nil ? "http://169.254.169.254" : "http://127.0.0.1:8080"
        #expect(
            request.url
                == "\(place)/metadata/identity/oauth2/token?api-version=2018-02-01&resource=\(Self.resource)\(named.query)"
        )
        #expect(request.method == .get && request.header("Metadata") == "true")
        #expect(request.bypassesProxy && request.connectTimeout == .seconds(2))
    }

    @Test("the resource has no slash at its end")
    func resourceWithSlash() async throws {
        let request = try await request(.systemAssigned, [:], resource: "https://r.example/")
        #expect(request.url.hasSuffix("&resource=\(Self.resource)"))
    }

    @Test(
        "App Service, Functions and Container Apps are asked with their header",
        arguments: [
            (.systemAssigned, ""), (.clientID("c"), "&client_id=c"), (.objectID("0b"), "&object_id=0b"),
            (.resourceID("/subscriptions/s"), "&mi_res_id=%2Fsubscriptions%2Fs"),
        ] as [(ManagedIdentity, String)]
    )
    func appService(identity: ManagedIdentity, query: String) async throws {
        let request = try await request(identity, Place.appService)
        #expect(
            request.url
                == "http://169.254.130.4:8081/msi/token?api-version=2019-08-01&resource=\(Self.resource)\(query)"
        )
        #expect(request.method == .get && request.header("X-IDENTITY-HEADER") == "h3ader" && request.bypassesProxy)
    }

    @Test("App Service says only when the token ends")
    func appServiceToken() async throws {
        let transport = ScriptedTransport([
            .text(#"{"access_token":"A","expires_on":"1800000600","resource":"r","token_type":"Bearer"}"#)
        ])
        let provider = fixture.provider(
            .managedIdentity(.systemAssigned),
            environment: Place.appService,
            transport
        )
        #expect(try await provider.token().value.lifetime == .seconds(600))
        fixture.advance(by: .seconds(299))
        _ = try await provider.token()
        #expect(transport.sent.count == 1)
        fixture.advance(by: .seconds(1))
        _ = try await provider.token()
        #expect(transport.sent.count == 2)
    }

    @Test(
        "Azure Machine Learning is asked with its secret, for its own client id if it has one",
        arguments: [
            (.systemAssigned, nil, ""), (.systemAssigned, "own", "&clientid=own"),
            (.clientID("c"), "own", "&clientid=c"),
        ] as [(ManagedIdentity, String?, String)]
    )
    func machineLearning(identity: ManagedIdentity, own: String?, query: String) async throws {
        var environment = Place.learning
        environment["DEFAULT_IDENTITY_CLIENT_ID"] = own
        let request = try await request(identity, environment)
        #expect(
            request.url
                == "http://127.0.0.1:46808/MSI/auth?api-version=2017-09-01&resource=\(Self.resource)\(query)"
        )
        #expect(request.header("secret") == "s3cret" && request.bypassesProxy)
    }

    @Test("Cloud Shell is asked by a form")
    func cloudShell() async throws {
        let request = try await request(.systemAssigned, Place.shell)
        #expect(request.url == "http://localhost:50342/oauth2/token" && request.method == .post)
        #expect(request.text == "resource=\(Self.resource)" && request.header("Metadata") == "true")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded" && request.bypassesProxy)
    }

    @Test("in a pod of workload identity the pod's token is exchanged, for the application that is named")
    func workloadIdentity() async throws {
        let folder = try TemporaryFolder()
        let environment = [
            "AZURE_AUTHORITY_HOST": "https://login.pod.example/", "AZURE_TENANT_ID": "tid", "AZURE_CLIENT_ID": "own",
            "AZURE_FEDERATED_TOKEN_FILE": try folder.write("P0D", "token"),
        ]
        for (identity, client) in [(ManagedIdentity.systemAssigned, "own"), (.clientID("other"), "other")] {
            let request = try await request(identity, environment)
            #expect(request.url == "https://login.pod.example/tid/oauth2/v2.0/token")
            #expect(request.text.hasPrefix("client_id=\(client)&"))
            #expect(request.text.contains("&client_assertion=P0D&"))
            #expect(!request.bypassesProxy)
        }
    }

    @Test("Service Fabric is refused, with what to do")
    func serviceFabric() async throws {
        let error = try await failure(
            Place.appService.merging(["IDENTITY_SERVER_THUMBPRINT": "t"]) { $1 }
        )
        #expect(error.code == .invalidConfiguration && error.needsChange)
        #expect(error.message.contains("Service Fabric") && error.message.contains("use an application"))
    }

    @Test(
        "a kind of identity that a place has not is refused before anything is sent",
        arguments: [
            (.clientID("c"), Place.arc, "Azure Arc"), (.objectID("o"), Place.arc, "Azure Arc"),
            (.resourceID("/r"), Place.shell, "Cloud Shell"), (.objectID("o"), Place.learning, "Azure Machine Learning"),
            (
                .objectID("o"),
                ["AZURE_AUTHORITY_HOST": "h", "AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": "/f"],
                "workload identity"
            ),
        ] as [(ManagedIdentity, [String: String], String)]
    )
    func wrongKinds(identity: ManagedIdentity, environment: [String: String], place: String) async throws {
        let error = try await failure(of: identity, environment)
        #expect(error.code == .invalidConfiguration && error.needsChange)
        #expect(error.message.contains(place) && error.message.contains("check the remedy"), "\(error.message)")
    }

    @Test(
        "variables that hold no URL, or no header, are named and not quoted",
        arguments: [
            (["IDENTITY_ENDPOINT": "localhost/s3cret", "IDENTITY_HEADER": "h"], "IDENTITY_ENDPOINT"),
            (["IDENTITY_ENDPOINT": "http://u:s3cret@h/", "IDENTITY_HEADER": "h"], "IDENTITY_ENDPOINT"),
            (["IDENTITY_ENDPOINT": "http://", "IDENTITY_HEADER": "h"], "IDENTITY_ENDPOINT"),
            (["IDENTITY_ENDPOINT": "file:///s3cret", "IDENTITY_HEADER": "h"], "IDENTITY_ENDPOINT"),
            (["IDENTITY_ENDPOINT": "http://h/", "IDENTITY_HEADER": "s3cret\r\nX: y"], "IDENTITY_HEADER"),
            (["MSI_ENDPOINT": "http://h/#s3cret"], "MSI_ENDPOINT"),
            (["MSI_ENDPOINT": "http://h/", "MSI_SECRET": "s3cret\n"], "MSI_SECRET"),
            (["AZURE_POD_IDENTITY_AUTHORITY_HOST": "h s3cret"], "AZURE_POD_IDENTITY_AUTHORITY_HOST"),
        ]
    )
    func badVariables(environment: [String: String], name: String) async throws {
        let error = try await failure(environment)
        #expect(error.code == .invalidConfiguration && error.needsChange)
        #expect(error.message.contains(name) && !error.message.contains("s3cret"), "\(error.message)")
    }

    @Test(
        "an identity that is not assigned is refused at once, with the reason",
        arguments: [
            ([:], #"{"error":"invalid_request","error_description":"Identity not found"}"#, "not assigned"),
            (
                [:],
                #"{"error":"invalid_request","error_description":"Multiple user assigned identities exist, please specify"}"#,
                "name one by its client id"
            ),
            (
                Place.appService,
                #"{"statusCode":400,"message":"No User Assigned or Delegated Managed Identity found for specified ClientId"}"#,
                "not assigned"
            ),
        ] as [([String: String], String, String)]
    )
    func notAssigned(environment: [String: String], body: String, part: String) async throws {
        let error = try await failure(environment, [.text(body, status: 400)])
        #expect(error.code == .refused && !error.needsChange)
        #expect(error.message.contains(part) && error.message.contains("check the remedy"), "\(error.message)")
        #expect(fixture.pauses.isEmpty)
    }
}
