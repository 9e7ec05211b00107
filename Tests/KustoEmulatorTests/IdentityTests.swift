import Cryptography
import Daemon
import Foundation
import FoundationNetworking
import JSON
import Secrets
import Synchronization
import Testing

@testable import KustoEmulator

@Suite("Identities are checked as Azure checks them", .timeLimit(.minutes(3)))
struct IdentityTests {
    private static let now = 1_800_000_000
    private static let key = Result {
        try CertifiedKey(selfSigned: "client", notBefore: now - 60, notAfter: now + 86_400)
    }

    /// An assertion whose claims and header are given, signed anyhow.
    private static func assertion(
        _ changes: [String: JSONValue?] = [:],
        algorithm: JWTAlgorithm = .rs256
    ) throws -> String {
        var claims: JSONObject = [
            "aud": "https://login/t/oauth2/v2.0/token", "iss": "app", "sub": "app", "jti": "1",
            "nbf": .integer(Int64(now)), "exp": .integer(Int64(now + 600)),
        ]
        for (name, value) in changes { claims[name] = value }
        return try JWTSigner(try key.get(), algorithm: algorithm).sign(JSONValue.object(claims).serialized()).reveal()
    }

    private func check(_ assertion: String, now: Int = IdentityTests.now) throws(EntraError) -> Int64? {
        guard let certificate = try? Self.key.get().chain[0] else { return nil }
        let check = AssertionCheck(
            client: "app",
            application: EmulatedApplication(certificates: [certificate]),
            audience: "https://login/t/oauth2/v2.0/token",
            now: now
        )
        do throws(EntraError) {
            _ = try check.check(assertion)
            return nil
        } catch {
            return error.number
        }
    }

    @Test("an assertion is taken when everything in it is right", arguments: JWTAlgorithm.allCases)
    func goodAssertion(algorithm: JWTAlgorithm) throws {
        let assertion = try Self.assertion(algorithm: algorithm)
        #expect(try check(assertion) == nil)
        #expect(try [899, -300].map { try check(assertion, now: Self.now + $0) } == [nil, nil])
    }

    @Test("an assertion is refused by number when one thing in it is wrong")
    func badAssertions() throws {
        for text in ["", "a.b.c", "e30.e30", "e30.W10.e30"] { #expect(try check(text) == 50_027, "\(text)") }
        let cases: [(String, JSONValue?, Int64)] = [
            ("iss", "other", 700_211), ("iss", nil, 700_211), ("sub", "other", 700_021), ("sub", nil, 700_021),
            ("aud", "https://login/t/oauth2/token", 700_023), ("aud", nil, 700_023), ("jti", nil, 50_013),
            ("jti", "", 50_013), ("exp", nil, 700_024), ("exp", .integer(Int64(Self.now - 300)), 700_024),
            ("exp", .double(1e300), 700_024), ("nbf", .integer(Int64(Self.now + 301)), 700_024),
        ]
        for (name, value, number) in cases {
            #expect(try check(Self.assertion([name: value])) == number, "\(name) \(String(describing: value))")
        }
        // A signature of another header or other claims.
        let parts = try Self.assertion().split(separator: ".").map(String.init)
        let others = try Self.assertion(["jti": "2"]).split(separator: ".").map(String.init)
        #expect(try check("\(parts[0]).\(others[1]).\(parts[2])") == 700_027)
        let pss = try Self.assertion(algorithm: .ps256).split(separator: ".").map(String.init)
        #expect(try check("\(pss[0]).\(parts[1]).\(parts[2])") == 700_027)
        #expect(try check("\(parts[0]).\(parts[1]).") == 700_027)
    }

    @Test("an assertion's id is remembered until it ends, and no longer")
    func replay() {
        let registry = ApplicationRegistry(policy: AuthenticationPolicy())
        #expect(registry.take("1", until: 100, now: 50))
        #expect(!registry.take("1", until: 100, now: 99))
        #expect(registry.take("1", until: 200, now: 100))
    }

    @Test("the control API replaces the secrets of an application, and refuses what is none")
    func control() async throws {
        let policy = AuthenticationPolicy(applications: ["app": "old"])
        try await RunningCluster.with(EmulatedClusterConfiguration(authentication: policy)) { running async throws in
            func ask(_ secret: String) async throws -> String {
                let form = "grant_type=client_credentials&scope=https%3A%2F%2Fx%2F.default&client_id=app&client_secret="
                let answer = try await running.send("POST", "/t/oauth2/v2.0/token", form + secret)
                let json = try JSONValue(parsing: answer.body)
                return json["access_token"] == nil ? json["error_codes"]?[0]?.text ?? "?" : "token"
            }
            #expect(try await [ask("old"), ask("new")] == ["token", "7000215"])
            let change = #"{"secrets": ["new"], "expiredSecrets": ["old"]}"#
            #expect(try await running.send("PUT", "/emulator/applications/app", change).status == 204)
            #expect(try await [ask("old"), ask("new")] == ["7000222", "token"])
            for bad in ["[]", #"{"secret": "x"}"#, #"{"secrets": [1]}"#, #"{"certificates": ["x"]}"#, "{"] {
                #expect(try await running.send("PUT", "/emulator/applications/app", bad).status == 400, "\(bad)")
            }
            #expect(try await ask("new") == "token")
            let other = #"{"secrets": []}"#
            #expect(try await running.send("PUT", "/emulator/applications/other", other).status == 204)
            #expect(try await running.send("DELETE", "/emulator/applications/app").status == 204)
            #expect(try await ask("new") == "700016")
        }
    }

    @Test("commands, queries and streamed rows need a token that has not ended, and say so")
    func bearer() async throws {
        let time = Mutex(Self.now)
        let configuration = EmulatedClusterConfiguration(
            authentication: AuthenticationPolicy(tokenLifetimeSeconds: 60),
            clock: WallClock(unixSeconds: { time.withLock { $0 } })
        )
        try await RunningCluster.with(configuration) { running in
            _ = try running.cluster.manage(".alter table T policy streamingingestion enable")
            let form =
                "grant_type=client_credentials&client_id=app&client_secret=s&scope=https%3A%2F%2Fx%2F.default"
            let answer = try await running.send("POST", "/t/oauth2/v2.0/token", form)
            let token = try #require(JSONValue(parsing: answer.body)["access_token"]?.stringValue)
            func statuses(_ headers: [String: String]) async throws -> [Int] {
                var statuses: [Int] = []
                for (path, body) in [
                    ("/v1/rest/mgmt", #"{"db":"emulated","csl":".show tables"}"#),
                    ("/v2/rest/query", #"{"db":"emulated","csl":"T | count"}"#),
                    ("/v1/rest/ingest/emulated/T?streamFormat=csv", "x,1"),
                ] {
                    let reply = try await running.send("POST", path, body, headers: headers)
                    statuses.append(reply.status)
                    let challenge = reply.response.value(forHTTPHeaderField: "WWW-Authenticate")
                    #expect((challenge?.hasPrefix("Bearer ") == true) == (reply.status == 401))
                }
                return statuses
            }
            let headers = ["Authorization": "Bearer \(token)"]
            #expect(try await statuses(headers) == [200, 200, 200])
            #expect(try await statuses([:]) == [401, 401, 401])
            #expect(try await statuses(["Authorization": "Bearer \(token)x"]) == [401, 401, 401])
            time.withLock { $0 += 60 }
            #expect(try await statuses(headers) == [401, 401, 401])
            #expect(running.cluster.refusedTokens == 9)
        }
    }

    @Test("machines' endpoints want the header and version that Azure's want, and no proxy in between")
    func machineHeaders() async throws {
        let policy = AuthenticationPolicy(machine: MachineIdentities(secret: "h"))
        try await RunningCluster.with(EmulatedClusterConfiguration(authentication: policy)) { running async throws in
            let resource = "resource=https%3A%2F%2Fx"
            func status(_ path: String, _ headers: [String: String] = [:], _ method: String = "GET") async throws -> Int
            {
                try await running.send(method, path, headers: headers).status
            }
            let metadata = "/metadata/identity/oauth2/token?api-version=2018-02-01&\(resource)"
            let header = ["Metadata": "true"]
            #expect(try await [status(metadata, header), status(metadata)] == [200, 400])
            #expect(try await status(metadata, ["Metadata": "true", "X-Forwarded-For": "10.0.0.1"]) == 400)
            #expect(try await status("/metadata/identity/oauth2/token?\(resource)", header) == 400)
            #expect(try await status("/metadata/identity/oauth2/token?api-version=2018-02-01", header) == 400)
            let app = "/machine/app-service/token?\(resource)&api-version"
            #expect(try await status("\(app)=2019-08-01", ["X-IDENTITY-HEADER": "h"]) == 200)
            #expect(try await status("\(app)=2019-08-01", ["X-IDENTITY-HEADER": "i"]) == 401)
            #expect(try await status("\(app)=2017-09-01", ["X-IDENTITY-HEADER": "h"]) == 400)
            let learning = "/machine/azure-ml/token?\(resource)&api-version=2017-09-01"
            #expect(try await [status(learning, ["secret": "h"]), status(learning)] == [200, 401])
            #expect(try await status("/machine/cloud-shell/token", header) == 400)
            #expect(try await status("/machine/arc/metadata/identity/oauth2/token?\(resource)", header) == 404)
        }
    }

    @Test("the command line names applications, certificates, machines' identities and faults")
    func arguments() throws {
        let pem = FileManager.default.temporaryDirectory.path + "/identity-\(UUID().uuidString).pem"
        let certificate = try Self.key.get().chain[0]
        try certificate.pem.write(toFile: pem, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: pem) }
        func configuration(_ arguments: String...) throws -> EmulatedClusterConfiguration {
            guard case .run(let parsed) = try EmulatorArguments.interface.parse(["kusto-emulator"] + arguments) else {
                return EmulatedClusterConfiguration(databases: [])
            }
            return try EmulatorArguments.configuration(parsed)
        }
        let made = try configuration(
            "--application",
            "app=a=b",
            "--application",
            "app=c",
            "--expired-secret",
            "app=old",
            "--application-certificate",
            "certified=\(pem)",
            "--federated-identity",
            "pod=https://oidc.example,system:serviceaccount:a:b,\(pem)",
            "--tenant",
            "Contoso.Example",
            "--machine-identity",
            "mi,principal,/subscriptions/0",
            "--machine-identity",
            "other",
            "--machine-secret",
            "h",
            "--arc-key-folder",
            "/keys",
            "--oidc-audience",
            "brokers",
            "--token-lifetime",
            "60",
            "--fault",
            #"{"endpoint":"token","kind":"throttle","retryAfter":3}"#
        )
        let policy = made.authentication
        #expect(
            policy.applications == [
                "app": EmulatedApplication(secrets: ["a=b", "c"], expiredSecrets: ["old"]),
                "certified": EmulatedApplication(certificates: [certificate]),
                "pod": EmulatedApplication(federations: [
                    FederatedIdentity(
                        issuer: "https://oidc.example",
                        subject: "system:serviceaccount:a:b",
                        certificate: certificate
                    )
                ]),
            ]
        )
        #expect(policy.tenants == ["contoso.example"] && policy.openIDAudience == "brokers")
        #expect(policy.tokenLifetimeSeconds == 60)
        #expect(
            policy.machine
                == MachineIdentities(
                    assigned: [
                        .init(clientID: "mi", objectID: "principal", resourceID: "/subscriptions/0"),
                        .init(clientID: "other"),
                    ],
                    secret: "h",
                    arcKeyFolder: "/keys"
                )
        )
        #expect(made.faults == [Fault(.throttle(retryAfter: 3), at: .token)])
        for bad in [
            ["--application", "app"], ["--application-certificate", "app=/nowhere.pem"],
            ["--federated-identity", "app=issuer,subject"], ["--machine-identity", ""], ["--fault", "{"],
            ["--fault", #"{"kind":"unheard-of"}"#], ["--application-certificate", "app=/proc/self/status"],
        ] {
            #expect(throws: (any Error).self) { try configuration(bad[0], bad[1]) }
        }
    }
}
