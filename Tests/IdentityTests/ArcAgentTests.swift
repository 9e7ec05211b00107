import Foundation
import HTTP
import Secrets
import Testing

@testable import Identity

@Suite("The agent of Azure Arc", .timeLimit(.minutes(2)))
struct ArcAgentTests {
    private let fixture = Fixture()
    private static let target = TokenTarget(loginEndpoint: "https://login.example", resource: "https://r.example")

    /// Asks an agent that names a file.
    private func token(
        naming realm: String,
        in folder: TemporaryFolder,
        endpoint: String = "http://localhost:40342/metadata/identity/oauth2/token"
    ) async throws(IdentityError) -> (token: String, requests: [HTTPRequest]) {
        let transport = ScriptedTransport { request, _ in
            request.header("Authorization") == nil
                ? .text("", status: 401, headers: [HTTPHeader("WWW-Authenticate", realm)]) : .token()
        }
        let flow = ManagedIdentityFlow(
            identity: .systemAssigned,
            environment: ["IDENTITY_ENDPOINT": endpoint, "IMDS_ENDPOINT": "http://localhost:40342"],
            wire: TokenWire(transport: transport, clock: fixture.clock, remedy: "check the remedy"),
            arcKeyFolder: folder.path
        )
        let token = try await flow.token(for: Self.target)
        return (token.secret.reveal(), transport.sent)
    }

    @Test("is shown the content of the file that it names", arguments: [false, true])
    func challenge(isQuoted: Bool) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("K3Y==\n", "a-b.key")
        let (token, requests) = try await token(
            naming: isQuoted ? "basic Realm=\"\(file)\"" : "Basic realm=\(file)",
            in: folder
        )
        #expect(token == "T0KEN" && requests.count == 2)
        for request in requests {
            #expect(
                request.url
                    == "http://localhost:40342/metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2Fr.example"
            )
            #expect(request.header("Metadata") == "true" && request.bypassesProxy)
        }
        #expect(requests[0].header("Authorization") == nil)
        #expect(requests[1].header("Authorization") == "Basic K3Y==")
    }

    @Test("is shown no other file")
    func otherFiles() async throws {
        let folder = try TemporaryFolder()
        let outside = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/sub", withIntermediateDirectories: true)
        try folder.write("s3cret", "notes.txt")
        try folder.write("s3cret", "sub/deep.key")
        try outside.write("s3cret", "other.key")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.key",
            withDestinationPath: outside.path + "/other.key"
        )
        let parent = String(outside.path.split(separator: "/").last ?? "")
        for realm in [
            "Basic realm=\(folder.path)/notes.txt", "Basic realm=\(folder.path)/sub/deep.key",
            "Basic realm=\(outside.path)/other.key", "Basic realm=\(folder.path)/../\(parent)/other.key",
            "Basic realm=\(folder.path)/link.key", "Basic realm=\(folder.path)x/other.key", "Basic realm=other.key",
            "Basic realm=", "Basic", "", "Bearer realm=\(folder.path)/notes.key", "Basic charset=UTF-8",
        ] {
            do throws(IdentityError) {
                _ = try await token(naming: realm, in: folder)
                Issue.record("\(realm) was followed")
            } catch {
                #expect([.untrustedEndpoint, .invalidConfiguration].contains(error.code), "\(realm)")
                #expect(!error.message.contains("s3cret") && !error.message.contains("other.key"))
            }
        }
    }

    @Test("a key of the wrong size, or one that cannot be read, is named with what to do")
    func badKeys() async throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "k", count: 4096), "full.key")
        try folder.write(String(repeating: "k", count: 4097), "long.key")
        try folder.write(" \n", "empty.key")
        try folder.write("a\nb", "lines.key")
        _ = try await token(naming: "Basic realm=\(folder.path)/full.key", in: folder)
        for (name, part) in [
            ("long", "has more than 4096 bytes"), ("empty", "holds no key"), ("lines", "holds no key"),
            ("missing", "to the group himds"),
        ] {
            let error = await #expect(throws: IdentityError.self) {
                try await token(naming: "Basic realm=\(folder.path)/\(name).key", in: folder)
            }
            #expect(error?.code == .invalidConfiguration && error?.needsChange == false)
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
    }

    @Test("must be on this machine, since the key must not leave it")
    func elsewhere() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("K3Y", "a.key")
        let error = await #expect(throws: IdentityError.self) {
            try await token(naming: "Basic realm=\(file)", in: folder, endpoint: "http://agent.example/token")
        }
        #expect(error?.code == .untrustedEndpoint && error?.needsChange == true)
    }

    @Test("headers of any form are read without a crash")
    func mutations() {
        var random = SystemRandomNumberGenerator()
        let sample = Array("Basic realm=\"/var/opt/azcmagent/tokens/a.key\"".utf8)
        for _ in 0..<2000 {
            var bytes = sample
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...127, using: &random)
            }
            let count = Int.random(in: 0...bytes.count, using: &random)
            _ = ArcAgent.realm(String(decoding: bytes.prefix(count), as: UTF8.self))
        }
        #expect(ArcAgent.realm("Basic realm=\"\"") == "" && ArcAgent.realm("Basic realm=\"") == "\"")
    }
}
