import HTTP
import Testing

@testable import Identity

@Suite("Workload identity", .timeLimit(.minutes(2)))
struct WorkloadIdentityTests {
    private let fixture = Fixture()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func environment(_ changes: [String: String?] = [:]) throws -> [String: String] {
        var values = [
            "AZURE_CLIENT_ID": "id", "AZURE_TENANT_ID": "tid",
            "AZURE_FEDERATED_TOKEN_FILE": try folder.write("P0D-1\n", "token"),
        ]
        for (name, value) in changes { values[name] = value }
        return values
    }

    @Test(
        "logs in where the webhook says, with or without a scheme, or else where the cluster says",
        arguments: [
            (nil, "https://login.example"), ("", "https://login.example"), (" ", "https://login.example"),
            ("https://login.pod.example/", "https://login.pod.example"),
            (" login.pod.example/ ", "https://login.pod.example"),
            ("login.microsoftonline.us", "https://login.microsoftonline.us"),
            ("login.partner.microsoftonline.cn//", "https://login.partner.microsoftonline.cn"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://[::1]:8080/", "http://[::1]:8080"),
            ("HTTPS://Login.example", "https://login.example"),
            ("https://adfs.example/adfs", "https://adfs.example/adfs"),
        ]
    )
    func authority(host: String?, place: String) async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(
            .workloadIdentity,
            environment: try environment(["AZURE_AUTHORITY_HOST": host]),
            transport
        )
        _ = try await provider.token()
        #expect(transport.sent.map(\.url) == ["\(place)/tid/oauth2/v2.0/token"])
        #expect(
            transport.sent.first?.text
                == "client_id=id&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                + "&client_assertion=P0D-1&grant_type=client_credentials&scope=https%3A%2F%2Fr.example%2F.default"
        )
        // Entra is no endpoint of this machine.
        #expect(transport.sent.first?.bypassesProxy == false)
    }

    @Test(
        "sends the pod's token nowhere where somebody could read it on the way",
        arguments: [
            "http://login.example", "http://127.0.0.1.evil.example", "http://localhost@evil.example",
            "https://login.example@evil.example", "ftp://login.example", "https://", "://", "//login.example",
            "http://evil.example\\@localhost", "https://login.example?x=", "https://login.example#", "lögin.example",
            "login .example", "http://LOCALHOST.evil.example", "http://0x7f.evil.example", "https:///x",
        ]
    )
    func untrusted(host: String) async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(
            .workloadIdentity,
            environment: try environment(["AZURE_AUTHORITY_HOST": host]),
            transport
        )
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        #expect(error?.code == .untrustedEndpoint && error?.needsChange == true)
        #expect(transport.sent.isEmpty)
    }

    @Test("reads the pod's token anew for each exchange")
    func rotation() async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(.workloadIdentity, environment: try environment(), transport)
        _ = try await provider.token()
        try folder.write("P0D-2", "token")
        _ = try await provider.token()
        #expect(transport.sent.count == 1)
        fixture.advance(by: .seconds(3300))
        _ = try await provider.token()
        #expect(transport.sent.map { $0.text.contains("client_assertion=P0D-2&") } == [false, true])
    }

    @Test(
        "says which variable is missing",
        arguments: ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"],
        [nil, ""]
    )
    func missing(name: String, value: String?) async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(.workloadIdentity, environment: try environment([name: value]), transport)
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        #expect(error?.message.contains("\(name) is not set") == true && error?.needsChange == true)
        #expect(transport.sent.isEmpty)
    }

    @Test("a file without a token is named, and read again later")
    func files() async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(.workloadIdentity, environment: try environment(), transport)
        for (text, part) in [
            (nil, "cannot be read"), ("", "is empty"), ("\n", "is empty"), ("a b", "something else"),
            ("s3cret\u{1}", "something else"),
            (String(repeating: "s3cret", count: 20_000), "is larger than 65536 bytes"),
        ] {
            if let text { try folder.write(text, "token") } else { try folder.remove("token") }
            let error = await #expect(throws: IdentityError.self) { try await provider.token() }
            #expect(error?.code == .invalidConfiguration && error?.needsChange == false)
            let message = error?.message ?? ""
            #expect(message.contains(part) && message.contains("AZURE_FEDERATED_TOKEN_FILE"), "\(message)")
            #expect(!message.contains("s3cret"))
            // The failure is every caller's for a second.
            fixture.advance(by: .seconds(1))
        }
        #expect(transport.sent.isEmpty)
        try folder.write("P0D-3", "token")
        _ = try await provider.token()
        #expect(transport.sent.count == 1)
    }
}
