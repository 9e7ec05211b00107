import Foundation
import Testing

@testable import KustoEmulator

@Suite("A shared access signature is good only whole", .timeLimit(.minutes(3)))
struct SignatureTests {
    private func registry(_ time: ManualClock, seconds: Int = 100) -> SharedAccessRegistry {
        SharedAccessRegistry(lifetimeSeconds: seconds, containerLifetimeSeconds: seconds, clock: time.clock)
    }

    private let container = StorageResource(kind: .blob, account: "a", name: "c")

    private func isRefused(_ verdict: SharedAccessRegistry.Verdict, _ code: String) -> Bool {
        if case .refused(code, _) = verdict { true } else { false }
    }

    @Test(
        "Each part is signed",
        arguments: [
            ("sp=rwd", "sp=rwdl"), ("se=2026-", "se=2027-"), ("st=2026-", "st=2025-"), ("sr=c", "sr=b"), ("sr=c&", ""),
            ("sv=2020-08-04", "sv=2021-08-06"), ("sp=", "spr=https&sp="),
        ]
    )
    func altered(part: String, replacement: String) {
        let access = registry(ManualClock())
        let query = access.query(for: container)
        #expect(access.check(QueryParameters(query), for: container, anyOf: "r") == .allowed)
        #expect(query.contains(part))
        let other = QueryParameters(query.replacing(part, with: replacement))
        #expect(isRefused(access.check(other, for: container, anyOf: "r"), "AuthenticationFailed"))
    }

    @Test("Parameters may be reordered, and others added")
    func reordered() {
        let access = registry(ManualClock())
        let parts =
            access.query(for: container).split(separator: "&").map(String.init).reversed() + [
                "comp=block", "timeout=600",
            ]
        let query = QueryParameters(parts.joined(separator: "&"))
        #expect(access.check(query, for: container, anyOf: "r") == .allowed)
    }

    @Test("It opens its own resource for what it permits, until it expires")
    func verdicts() {
        let time = ManualClock()
        let access = registry(time)
        let query = QueryParameters(access.query(for: container))
        #expect(isRefused(access.check(query, for: container, anyOf: "x"), "AuthorizationPermissionMismatch"))
        let other = StorageResource(kind: .blob, account: "a", name: "d")
        #expect(isRefused(access.check(query, for: other, anyOf: "r"), "AuthenticationFailed"))
        time.advance(seconds: 100)
        // The end is rounded up to a whole second.
        #expect(access.check(query, for: container, anyOf: "r") == .allowed)
        time.advance(seconds: 1)
        guard case .refused(_, let reason) = access.check(query, for: container, anyOf: "r") else {
            Issue.record("an expired signature was taken")
            return
        }
        #expect(reason.contains("expired"))
    }

    @Test("A new one is issued when half of its life is over, and the old one is good until its end")
    func renewal() {
        let time = ManualClock()
        let access = registry(time)
        let first = access.query(for: container)
        time.advance(seconds: 40)
        #expect(access.query(for: container) == first)
        time.advance(seconds: 20)
        #expect(access.query(for: container) != first)
        #expect(access.check(QueryParameters(first), for: container, anyOf: "r") == .allowed)
    }

    @Test("A blob whose signature expires before the message is looked at is not ingested")
    func expiredAtIngestion() async throws {
        let time = ManualClock()
        let configuration = EmulatedClusterConfiguration(
            authentication: AuthenticationPolicy(mode: .none),
            uploadSignatureLifetimeSeconds: 30,
            ingestionDelaySeconds: 60,
            clock: time.clock
        )
        try await RunningCluster.with(configuration) { running in
            try await running.ingest("x,1\n")
            #expect(!running.cluster.isIdle)
            time.advance(seconds: 61)
            running.cluster.setDiscarding(false)
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == ["Download_Forbidden"])
            #expect(try running.cluster.rowCount("T") == 0)
            let failures = try running.cluster.manage(".show ingestion failures")
            #expect(failures.values(of: "Details").map(\.text).allSatisfy { $0.contains("expired") })
        }
    }

    @Test("A message waits as long as was asked for, and is then ingested")
    func delayed() async throws {
        let time = ManualClock()
        let configuration = EmulatedClusterConfiguration(
            authentication: AuthenticationPolicy(mode: .none),
            ingestionDelaySeconds: 60,
            clock: time.clock
        )
        try await RunningCluster.with(configuration) { running in
            try await running.ingest("x,1\n")
            time.advance(seconds: 59)
            running.cluster.setDiscarding(false)
            #expect(!running.cluster.isIdle)
            #expect(try running.cluster.rowCount("T") == 0)
            time.advance(seconds: 1)
            running.cluster.setDiscarding(false)
            try await running.waitUntilIdle()
            #expect(try running.cluster.rowCount("T") == 1)
        }
    }

    @Test("An identity token that is too old, or was taken back, fails the ingestion")
    func identityTokens() async throws {
        let time = ManualClock()
        let configuration = EmulatedClusterConfiguration(
            authentication: AuthenticationPolicy(mode: .none, identityTokenLifetimeSeconds: 50),
            ingestionDelaySeconds: 60,
            clock: time.clock
        )
        try await RunningCluster.with(configuration) { running in
            try await running.ingest("x,1\n")
            let first = try running.cluster.manage(".get kusto identity token").rows
            time.advance(seconds: 61)
            running.cluster.setDiscarding(false)
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == ["BadRequest_InvalidKustoIdentityToken"])
            #expect(try running.cluster.manage(".get kusto identity token").rows != first)
        }
        try await RunningCluster.with { running in
            running.cluster.setDiscarding(true)
            try await running.ingest("x,1\n")
            running.cluster.revokeIdentityTokens()
            running.cluster.setDiscarding(false)
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == ["BadRequest_InvalidKustoIdentityToken"])
        }
    }
}
