import Secrets
import Testing

@testable import Identity

@Suite("Where a machine offers its identities")
struct IdentitySourceTests {
    private static let all = [
        "IDENTITY_ENDPOINT": "http://localhost/id", "IDENTITY_HEADER": "h", "IDENTITY_SERVER_THUMBPRINT": "t",
        "IMDS_ENDPOINT": "http://localhost/imds", "MSI_ENDPOINT": "http://localhost/msi", "MSI_SECRET": "s",
        "AZURE_AUTHORITY_HOST": "https://login.example", "AZURE_TENANT_ID": "tid",
        "AZURE_FEDERATED_TOKEN_FILE": "/token", "AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1",
    ]

    @Test("the first of these that the variables describe is taken; an empty variable counts as absent")
    func order() {
        var environment = Self.all
        func without(_ names: String...) -> IdentitySource {
            for name in names { environment[name] = "" }
            return IdentitySource(environment)
        }
        #expect(without() == .serviceFabric)
        #expect(
            without("IDENTITY_SERVER_THUMBPRINT")
                == .appService(endpoint: "http://localhost/id", header: Secret("h"))
        )
        #expect(without("IDENTITY_HEADER") == .arc(endpoint: "http://localhost/id"))
        let learning = IdentitySource.machineLearning(
            endpoint: "http://localhost/msi",
            secret: Secret("s"),
            ownClientID: nil
        )
        #expect(without("IMDS_ENDPOINT") == learning)
        #expect(without("MSI_SECRET") == .cloudShell(endpoint: "http://localhost/msi"))
        #expect(without("MSI_ENDPOINT") == .workloadIdentity)
        #expect(without("AZURE_TENANT_ID") == .metadataService(base: "http://127.0.0.1:1"))
        #expect(
            without("AZURE_POD_IDENTITY_AUTHORITY_HOST") == .metadataService(base: "http://169.254.169.254")
        )
        #expect(IdentitySource([:]) == .metadataService(base: "http://169.254.169.254"))
    }

    @Test(
        "is not chosen by half of its variables",
        arguments: [
            ["IDENTITY_HEADER": "h", "IDENTITY_SERVER_THUMBPRINT": "t"], ["IDENTITY_ENDPOINT": "http://e"],
            ["IMDS_ENDPOINT": "http://e"], ["MSI_SECRET": "s"],
            ["AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": "/f", "AZURE_CLIENT_ID": "c"],
            ["AZURE_AUTHORITY_HOST": "https://login.example", "AZURE_TENANT_ID": "t"],
        ]
    )
    func halves(environment: [String: String]) {
        #expect(IdentitySource(environment) == .metadataService(base: "http://169.254.169.254"))
    }

    @Test(
        "an identity is named by nothing, its client id, its place in Azure, or its object",
        arguments: [
            (nil, .systemAssigned), ("", .systemAssigned),
            ("2c9c3a0e-0000-4000-8000-5d2c9f0b0a11", .clientID("2c9c3a0e-0000-4000-8000-5d2c9f0b0a11")),
            ("/subscriptions/s/x", .resourceID("/subscriptions/s/x")),
            ("/SUBSCRIPTIONS/s/x", .resourceID("/SUBSCRIPTIONS/s/x")),
            ("object_id=0b", .objectID("0b")), ("Object_ID=0b", .objectID("0b")), ("/x", .clientID("/x")),
        ] as [(String?, ManagedIdentity)]
    )
    func names(text: String?, identity: ManagedIdentity) {
        #expect(ManagedIdentity(naming: text) == identity)
    }
}
