import Cryptography
import Foundation
import Glibc
import KafkaBroker
import KustoEmulator
import Secrets
import Testing

/// A way to sign in to ADX, or one that is refused.
private struct Way: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Changes of the harness's properties; `FOLDER` stands for its folder.
    let changes: [String: String?]
    /// Variables of the worker; `CLUSTER` stands for the emulator's URL.
    var environment: [String: String] = [:]
    /// What the last line says when it is refused.
    var refusal: [String] = []
    /// What the worker must not print.
    var secrets: [String] = []
}

@Suite(
    "Signing in to ADX",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME or KAFKA_BOOTSTRAP_SERVERS"),
    .timeLimit(.minutes(5))
)
struct SigningInTests {
    private static let now = Int(Date().timeIntervalSince1970)
    private let good: CertifiedKey
    private let policy: AuthenticationPolicy

    init() throws {
        good = try CertifiedKey(selfSigned: "sink", notBefore: Self.now - 86_400, notAfter: Self.now + 86_400)
        policy = AuthenticationPolicy(
            applications: [
                "app": EmulatedApplication(
                    secrets: ["pl4nted-s3cret-value"],
                    expiredSecrets: ["0ld-value"],
                    certificates: [good.chain[0]],
                    federations: [
                        FederatedIdentity(
                            issuer: "https://oidc.example",
                            subject: "system:serviceaccount:sinks:orders",
                            certificate: good.chain[0]
                        )
                    ]
                )
            ],
            tenants: ["tenant"],
            machine: MachineIdentities(assigned: [.init(clientID: "mi")])
        )
    }

    private static let withoutApplication: [String: String?] = [
        "aad.auth.authority": nil, "aad.auth.appid": nil, "aad.auth.appkey": nil,
    ]

    private static let ways = [
        Way(testDescription: "a secret in a file", changes: ["aad.auth.appkey": "${directory:FOLDER:appkey}"]),
        Way(
            testDescription: "a certificate",
            changes: ["aad.auth.appkey": nil, "aad.auth.appcert.location": "FOLDER/good.pem"]
        ),
        Way(
            testDescription: "a managed identity",
            changes: withoutApplication.merging(
                ["aad.auth.strategy": "managed_identity", "aad.auth.appid": "mi"] as [String: String?]
            ) { $1 },
            environment: ["AZURE_POD_IDENTITY_AUTHORITY_HOST": "CLUSTER"]
        ),
        Way(
            testDescription: "a workload identity",
            changes: withoutApplication.merging(["aad.auth.strategy": "workload_identity"] as [String: String?]) { $1 },
            environment: [
                "AZURE_CLIENT_ID": "app", "AZURE_TENANT_ID": "tenant", "AZURE_AUTHORITY_HOST": "CLUSTER",
                "AZURE_FEDERATED_TOKEN_FILE": "FOLDER/token",
            ]
        ),
    ]

    private static let refusals = [
        Way(
            testDescription: "a wrong secret",
            changes: ["aad.auth.appkey": "pl4nted-wr0ng-value"],
            refusal: ["AADSTS7000215: the client secret is wrong", "aad.auth.appkey"],
            secrets: ["pl4nted-wr0ng-value"]
        ),
        Way(
            testDescription: "a secret that has expired",
            changes: ["aad.auth.appkey": "0ld-value"],
            refusal: ["AADSTS7000222: the client secret has expired", "aad.auth.appkey"],
            secrets: ["0ld-value"]
        ),
        Way(
            testDescription: "an unknown tenant",
            changes: ["aad.auth.authority": "nobody"],
            refusal: ["AADSTS90002: the tenant does not exist", "aad.auth.authority"]
        ),
        Way(
            testDescription: "a certificate that has expired",
            changes: ["aad.auth.appkey": nil, "aad.auth.appcert.location": "FOLDER/expired.pem"],
            refusal: ["the certificate of CN=expired ended at", "aad.auth.appcert.location"]
        ),
        Way(
            testDescription: "a certificate that the application does not have",
            changes: ["aad.auth.appkey": nil, "aad.auth.appcert.location": "FOLDER/other.pem"],
            refusal: [
                "AADSTS700027: the certificate is not one of the application's", "aad.auth.appcert.location",
            ]
        ),
        Way(
            testDescription: "an identity that is not the machine's",
            changes: withoutApplication.merging(
                ["aad.auth.strategy": "managed_identity", "aad.auth.appid": "nobody"] as [String: String?]
            ) { $1 },
            environment: ["AZURE_POD_IDENTITY_AUTHORITY_HOST": "CLUSTER"],
            refusal: ["this identity is not assigned to this machine", "aad.auth.appid"]
        ),
    ]

    /// Makes a topic and an emulator that knows the identities, with their files.
    private func harness(_ name: String) throws -> SinkHarness {
        let harness = try SinkHarness(name, partitions: 1, authentication: policy)
        func write(_ text: String, _ name: String) throws {
            try text.write(toFile: "\(harness.folder)/\(name)", atomically: true, encoding: .utf8)
        }
        try write("pl4nted-s3cret-value\n", "appkey")
        try write(file(good), "good.pem")
        let now = Self.now
        try write(
            file(try CertifiedKey(selfSigned: "expired", notBefore: now - 7200, notAfter: now - 3600)),
            "expired.pem"
        )
        try write(
            file(try CertifiedKey(selfSigned: "other", notBefore: now - 7200, notAfter: now + 86_400)),
            "other.pem"
        )
        let claims =
            #"{"aud":["api://AzureADTokenExchange"],"exp":\#(now + 3600),"iss":"https://oidc.example","nbf":\#(now),"sub":"system:serviceaccount:sinks:orders"}"#
        try write(try JWTSigner(good, algorithm: .rs256).sign(Array(claims.utf8)).reveal(), "token")
        return harness
    }

    private func file(_ key: CertifiedKey) -> String { key.key.reveal() + key.chain.map(\.pem).joined() }

    private func worker(_ way: Way, _ harness: SinkHarness, _ changes: [String: String?]) throws -> Program {
        func filled(_ text: String) -> String {
            text.replacing("FOLDER", with: harness.folder).replacing("CLUSTER", with: harness.cluster.ingestURL)
        }
        return try harness.worker(
            changes.merging(way.changes) { $1 }.mapValues { $0.map(filled) },
            environment: way.environment.mapValues(filled)
        )
    }

    /// Checks that nothing secret was printed: neither what was planted nor what was sent for a token, nor a key.
    private func expectNothingSecret(in worker: Program, _ way: Way, _ harness: SinkHarness) {
        let sent = harness.cluster.identityRequests.flatMap { request in
            request.body.split(separator: "&").filter {
                $0.hasPrefix("client_secret=") || $0.hasPrefix("client_assertion=")
            }.compactMap { $0.split(separator: "=").last.map(String.init) }
        }
        for text in way.secrets + sent + ["pl4nted-s3cret-value", "PRIVATE KEY", "client_assertion", "emulated."] {
            #expect(!worker.output.contains { $0.contains(text) }, "\(way.testDescription)")
        }
    }

    @Test("every identity brings its rows")
    func signsIn() async throws {
        let harness = try harness("identities")
        try await harness.produce(0..<10)
        // All at once, each in a group of its own and into a table of its own.
        let workers = try Self.ways.enumerated().map { number, way in
            _ = try harness.cluster.manage(".create table Way\(number) (id: long, body: string)")
            let mapping =
                "[{'topic':'\(harness.topic)','db':'\(SinkHarness.database)','table':'Way\(number)','format':'csv'}]"
            let changes = ["name": "\(harness.topic)-\(number)", "kusto.tables.topics.mapping": mapping]
            return (way, "Way\(number)", try worker(way, harness, changes))
        }
        let deadline = ContinuousClock.now + .seconds(90)
        for (way, table, worker) in workers {
            while try harness.cluster.rowCount(table) < 10 {
                try #require(ContinuousClock.now < deadline && worker.isRunning, "\(way): \(worker.output.suffix(20))")
                try await Task.sleep(for: .milliseconds(50))
            }
            worker.kill(SIGTERM)
        }
        for (way, table, worker) in workers {
            #expect(try await worker.exitCode(within: .seconds(60)) == 0, "\(worker.output.suffix(5))")
            #expect(try harness.cluster.rowCount(table) == 10)
            expectNothingSecret(in: worker, way, harness)
        }
        let paths = harness.cluster.identityRequests.filter { $0.path.hasSuffix("/token") }.map(\.path)
        let entra = "/tenant/oauth2/v2.0/token"
        #expect(paths.sorted() == ["/metadata/identity/oauth2/token", entra, entra, entra])
        #expect(harness.cluster.failureCodes.isEmpty)
        await harness.close()
    }

    @Test("every refusal ends the start at once, and says what to check")
    func refused() async throws {
        let harness = try harness("refusals")
        // The start would go on for ten minutes if the refusal did not end it.
        let changes = ["startup.timeout.ms": "600000"]
        let workers = try Self.refusals.map { ($0, try worker($0, harness, changes)) }
        for (way, worker) in workers {
            #expect(try await worker.exitCode(within: .seconds(60)) == 69, "\(worker.output)")
            let last = worker.output.last ?? ""
            for part in way.refusal { #expect(last.contains(part), "'\(part)' in '\(last)'") }
            expectNothingSecret(in: worker, way, harness)
        }
        await harness.close()
    }

    @Test("a secret that is replaced while the worker runs is used for the next token, and no record is lost")
    func rotates() async throws {
        let harness = try harness("rotation")
        _ = try harness.cluster.manage(".alter table \(SinkHarness.table) policy streamingingestion enable")
        // Each streamed batch needs a token; queued ones need one an hour.
        let worker = try worker(
            Self.ways[0],
            harness,
            [
                "kusto.tables.topics.mapping":
                    "[{'topic':'\(harness.topic)','db':'\(SinkHarness.database)','table':'\(SinkHarness.table)','format':'csv','streaming':true}]"
            ]
        )
        try await harness.produce(0..<10)
        try await harness.arrival(of: 10, within: .seconds(60))
        try "s3cond-value".write(toFile: "\(harness.folder)/appkey", atomically: true, encoding: .utf8)
        harness.cluster.setApplication("s3cond-value", for: "app")
        harness.cluster.revokeTokens()
        try await harness.produce(10..<20)
        try await harness.arrival(of: 20, within: .seconds(60))
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(60)) == 0, "\(worker.output.suffix(5))")
        let bodies = harness.cluster.identityRequests.filter { $0.path.hasSuffix("/token") }
        #expect(bodies.map(\.status) == [200, 200])
        #expect(bodies.last?.body.contains("client_secret=s3cond-value&") == true)
        #expect(!worker.output.contains { $0.contains("s3cond-value") })
        #expect(try harness.counts(below: 100) == (20, 20))
        await harness.close()
    }
}
