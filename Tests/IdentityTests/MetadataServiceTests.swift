import HTTP
import Testing

@testable import Identity

@Suite("The metadata service's moods", .timeLimit(.minutes(2)))
struct MetadataServiceTests {
    private let fixture = Fixture()

    private func provider(_ transport: ScriptedTransport) -> TokenProvider {
        fixture.provider(.managedIdentity(.systemAssigned), transport)
    }

    @Test(
        "it is asked again up to five times, with pauses that grow",
        arguments: [
            (404, [0, 1600, 3200, 6400, 12_800]), (429, [0, 1600, 3200, 6400, 12_800]),
            (500, [0, 1600, 3200, 6400, 12_800]), (503, [0, 1600, 3200, 6400, 12_800]),
            (410, [0, 5000, 10_000, 20_000, 40_000]),
        ]
    )
    func ladder(status: Int, pauses: [Int]) async throws {
        for failures in 1...6 {
            let fixture = Fixture()
            let transport = ScriptedTransport { _, before in
                before < failures ? .text("", status: status) : .token()
            }
            let provider = fixture.provider(.managedIdentity(.systemAssigned), transport)
            if failures < 6 {
                _ = try await provider.token()
            } else {
                let error = await #expect(throws: IdentityError.self) { try await provider.token() }
                #expect(error?.code == (status == 429 ? .throttled : .serviceFailure) && error?.httpStatus == status)
                #expect(error?.needsChange == false)
            }
            #expect(transport.sent.count == min(failures + 1, 6))
            #expect(fixture.pauses == pauses.prefix(failures).map { .milliseconds($0) })
        }
    }

    @Test("different moods climb the same ladder, and the pause that the service asks for is kept if it is short")
    func mixed() async throws {
        let transport = ScriptedTransport([
            .text("", status: 500), .text("", status: 410),
            .text("", status: 429, headers: [HTTPHeader("Retry-After", "30")]), .token(),
        ])
        _ = try await provider(transport).token()
        #expect(fixture.pauses == [.zero, .seconds(5), .seconds(30)])

        let busy = ScriptedTransport([.text("", status: 429, headers: [HTTPHeader("Retry-After", "300")])])
        let error = await #expect(throws: IdentityError.self) { try await provider(busy).token() }
        #expect(error?.code == .throttled && error?.retryAfter == .seconds(300))
        #expect(busy.sent.count == 1)
    }

    @Test("what it refuses it is not asked again", arguments: [400, 401, 403, 405])
    func final(status: Int) async throws {
        let transport = ScriptedTransport([.text(#"{"error":"invalid_request"}"#, status: status)])
        let error = await #expect(throws: IdentityError.self) { try await provider(transport).token() }
        #expect(error?.code == .refused && transport.sent.count == 1 && fixture.pauses.isEmpty)
    }

    @Test("where nobody takes the connection one soon knows, and is told what that may mean")
    func silence() async throws {
        let transport = ScriptedTransport([.silence])
        let error = await #expect(throws: IdentityError.self) { try await provider(transport).token() }
        #expect(error?.code == .unreachable && error?.needsChange == false)
        #expect(error?.message.contains("needs a machine of Azure") == true)
        #expect(transport.sent.count == 3 && fixture.pauses == [.zero, .milliseconds(1600)])

        let late = ScriptedTransport([.silence, .silence, .token()])
        _ = try await Fixture().provider(.managedIdentity(.systemAssigned), late).token()
    }

    @Test("a 403 that says \"unreachable\" is nobody's refusal")
    func unreachable() async throws {
        let transport = ScriptedTransport([
            .text("connecting to 169.254.169.254:80: dial tcp: network is unreachable: s3cret", status: 403)
        ])
        let error = await #expect(throws: IdentityError.self) { try await provider(transport).token() }
        #expect(error?.code == .unreachable && transport.sent.count == 1)
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test("a task that is cancelled waits no longer")
    func cancellation() async throws {
        let transport = ScriptedTransport { _, _ in
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return .text("", status: 500)
        }
        let provider = provider(transport)
        let error = await Task { await #expect(throws: IdentityError.self) { try await provider.token() } }.value
        #expect(error?.code == .cancelled && transport.sent.count == 1)
    }

    @Test("a machine's token of a day is renewed after half of it")
    func halfLife() async throws {
        let transport = ScriptedTransport([.text(#"{"access_token":"A","expires_in":"86400","expires_on":"0"}"#)])
        let provider = provider(transport)
        _ = try await provider.token()
        fixture.advance(by: .seconds(43_199))
        _ = try await provider.token()
        #expect(transport.sent.count == 1)
        fixture.advance(by: .seconds(1))
        _ = try await provider.token()
        #expect(transport.sent.count == 2)
    }
}
