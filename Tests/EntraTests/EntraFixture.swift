import Cryptography
import Foundation
import HTTP
import Identity
import Kusto
import KustoEmulator
import Logging
import Metrics
import Secrets
import Synchronization
import Testing

/// An emulated cluster whose time only the test moves, and clients of it that speak HTTP.
final class EntraFixture: Sendable {
    static let start = 1_800_000_000
    static let application = EntraApplication(tenantID: "contoso.example", clientID: "app")
    static let issuer = "https://oidc.example/cluster"
    static let subject = "system:serviceaccount:sinks:orders"

    private final class Time: Sendable {
        let passed = Mutex(Duration.zero)
        /// How far the emulator's clock is ahead, in seconds.
        let lead = Mutex(0)
    }

    private let time: Time
    private let failures = Mutex<[String]>([])
    let cluster: EmulatedCluster
    private let client: HTTPClient
    let folder: String

    private init(_ authentication: AuthenticationPolicy) throws {
        let time = Time()
        self.time = time
        let logger = Logger(label: "test", sink: MemoryLogSink())
        cluster = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                splitsEndpoints: true,
                databases: ["D"],
                setupCommands: [".create table T (a: string)"],
                authentication: authentication,
                clock: WallClock(unixSeconds: {
                    Self.start + time.lead.withLock { $0 } + Int(time.passed.withLock { $0 }.components.seconds)
                })
            ),
            logger: logger
        )
        client = try HTTPClient(logger: logger)
        folder = FileManager.default.temporaryDirectory.path + "/entra-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try cluster.start()
    }

    /// Runs `body` with a cluster, and stops it.
    static func with(
        _ authentication: AuthenticationPolicy,
        _ body: (EntraFixture) async throws -> Void
    ) async throws {
        let fixture = try EntraFixture(authentication)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(fixture))
        } catch {
            outcome = .failure(error)
        }
        await fixture.client.shutdown()
        await fixture.cluster.stop()
        try? FileManager.default.removeItem(atPath: fixture.folder)
        try outcome.get()
    }

    // MARK: Time

    func advance(by duration: Duration) { time.passed.withLock { $0 += duration } }

    /// Puts the emulator's clock ahead of the client's.
    func setLead(_ seconds: Int) { time.lead.withLock { $0 = seconds } }

    /// How much time has passed, waiting included.
    var passed: Duration { time.passed.withLock { $0 } }

    private var sleep: @Sendable (Duration) async -> Bool {
        { [self] pause in
            advance(by: pause)
            return !Task.isCancelled
        }
    }

    var clock: IdentityClock {
        IdentityClock(
            now: { [self] in passed },
            unixSeconds: { [self] in Double(Self.start) + passed / .seconds(1) },
            sleep: sleep
        )
    }

    // MARK: Clients

    /// Carries requests to the cluster.
    var http: PatientTransport { PatientTransport(client: client) }

    /// The failures of renewals that were told.
    var renewalFailures: [String] { failures.withLock { $0 } }

    func provider(_ credential: Credential, environment: [String: String] = [:]) -> TokenProvider {
        TokenProvider(
            credential,
            for: .cluster(url: cluster.ingestURL, trusting: TrustedEndpoints()),
            remedy: "check the remedy",
            environment: environment,
            transport: http,
            clock: clock,
            onFailure: { [self] error in failures.withLock { $0.append("\(error)") } }
        )
    }

    func client(_ credential: Credential, environment: [String: String] = [:]) -> KustoClient {
        KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: cluster.ingestURL,
                queryURL: cluster.engineURL,
                credential: credential,
                environment: environment
            ),
            transport: http,
            logger: Logger(label: "test", sink: MemoryLogSink()),
            metrics: MetricsRegistry(),
            clock: KustoClock(
                now: { [self] in passed },
                date: { [self] in Date(timeIntervalSince1970: Double(Self.start) + passed / .seconds(1)) },
                sleep: sleep
            )
        )
    }

    /// The requests for tokens so far, without those for metadata.
    var tokenRequests: [IdentityRequest] {
        cluster.identityRequests.filter { $0.path != "/v1/rest/auth/metadata" }
    }

    // MARK: Files

    /// Writes a file in place of one that may be there, as Kubernetes replaces it, and returns its path.
    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        return "\(folder)/\(name)"
    }

    /// A secret that is read from a file of ``folder``.
    func secret(in name: String) throws -> RotatedSecret {
        try RotatedSecret(reading: "${directory:\(folder):\(name)}", environment: [:])
    }

    // MARK: Keys

    /// A key with a certificate that is valid now; all tests share it, since making one takes long.
    static func firstKey() throws -> CertifiedKey { try first.get() }

    /// Another key.
    static func secondKey() throws -> CertifiedKey { try second.get() }

    private static let first = Result { try key("first") }
    private static let second = Result { try key("second") }

    private static func key(_ name: String) throws -> CertifiedKey {
        try CertifiedKey(selfSigned: name, notBefore: start - 86_400, notAfter: start + 365 * 86_400)
    }

    /// A token of a service account, as Kubernetes projects it into a pod.
    static func serviceAccountToken(
        _ key: CertifiedKey,
        issuer: String = EntraFixture.issuer,
        subject: String = EntraFixture.subject,
        audience: String = FederatedIdentity.usualAudience,
        end: Int = start + 3600
    ) throws -> String {
        let claims =
            #"{"aud":["\#(audience)"],"exp":\#(end),"iat":\#(end - 3600),"iss":"\#(issuer)","nbf":\#(end - 3600),"sub":"\#(subject)"}"#
        return try JWTSigner(key, algorithm: .rs256).sign(Array(claims.utf8)).reveal()
    }

    /// The variables that the webhook of Azure's workload identities sets in a pod.
    func podEnvironment(tokenFile: String) -> [String: String] {
        [
            "AZURE_CLIENT_ID": "app", "AZURE_TENANT_ID": "contoso.example",
            "AZURE_FEDERATED_TOKEN_FILE": tokenFile, "AZURE_AUTHORITY_HOST": cluster.ingestURL + "/",
        ]
    }
}

extension CertifiedKey {
    /// The key and its certificate, as a file has them.
    var file: String { key.reveal() + chain.map(\.pem).joined() }
}

extension EmulatedApplication {
    /// An application of which service accounts with tokens of a key are a part.
    static func federated(_ key: CertifiedKey) -> EmulatedApplication {
        EmulatedApplication(
            federations: [
                FederatedIdentity(
                    issuer: EntraFixture.issuer,
                    subject: EntraFixture.subject,
                    certificate: key.chain[0]
                )
            ]
        )
    }
}

extension String {
    /// The fields of a form or query, decoded, in their order.
    var fields: [String] {
        split(separator: "&").map { $0.replacing("+", with: " ").removingPercentEncoding ?? "?" }
    }

    /// The value of a field of a form.
    func field(_ name: String) -> String? {
        fields.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
