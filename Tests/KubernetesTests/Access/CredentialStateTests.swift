import Secrets
import Testing

@testable import Kubernetes

@Suite("The life of a credential")
struct CredentialStateTests {
    private static func credential(_ token: String) -> Credential { Credential(authorization: Secret(token)) }

    private static func fetched(
        _ token: String,
        fresh: Duration? = nil,
        usable: Duration? = nil
    ) -> FetchedCredential {
        FetchedCredential(credential: credential(token), freshFor: fresh, usableFor: usable)
    }

    private static func held(_ token: String, _ generation: Int) -> CredentialState.Held {
        CredentialState.Held(credential: credential(token), generation: generation)
    }

    @Test("without one, one caller fetches and the others wait")
    func first() {
        var state = CredentialState()
        #expect(state.ask(now: .zero) == .fetchAndWait)
        #expect(state.ask(now: .zero) == .wait && !state.isUsable(now: .zero))
        #expect(state.fetched(Self.fetched("a"), now: .zero) == Self.held("a", 1))
        #expect(state.ask(now: .seconds(1_000_000)) == .use(Self.held("a", 1)))
    }

    @Test("an old one is served while one caller fetches the next")
    func renewal() {
        var state = CredentialState()
        _ = state.ask(now: .zero)
        _ = state.fetched(Self.fetched("a", fresh: .seconds(50), usable: .seconds(100)), now: .zero)
        #expect(state.ask(now: .seconds(49)) == .use(Self.held("a", 1)))
        #expect(state.ask(now: .seconds(50)) == .fetchAndUse(Self.held("a", 1)))
        #expect(state.ask(now: .seconds(51)) == .use(Self.held("a", 1)))
        // Its end comes while the fetch still runs.
        #expect(state.ask(now: .seconds(100)) == .wait)
        _ = state.fetched(Self.fetched("b"), now: .seconds(101))
        #expect(state.ask(now: .seconds(101)) == .use(Self.held("b", 2)))
    }

    @Test("a failed fetch keeps the old one, and the next comes after a pause")
    func failure() {
        let error = APIError(.configuration, "no")
        var state = CredentialState()
        _ = state.ask(now: .zero)
        _ = state.fetched(Self.fetched("a", fresh: .seconds(50)), now: .zero)
        #expect(state.ask(now: .seconds(50)) == .fetchAndUse(Self.held("a", 1)))
        state.failed(error, now: .seconds(51))
        #expect(state.ask(now: .seconds(60)) == .use(Self.held("a", 1)))
        #expect(state.ask(now: .seconds(61)) == .fetchAndUse(Self.held("a", 1)))
    }

    @Test("a failure without an old one is the answer for a second")
    func refusal() {
        let error = APIError(.configuration, "no")
        var state = CredentialState()
        _ = state.ask(now: .zero)
        state.failed(error, now: .seconds(1))
        #expect(state.ask(now: .seconds(1.5)) == .fail(error))
        #expect(state.ask(now: .seconds(2)) == .fetchAndWait)
    }

    @Test("one that the server refuses is dropped, unless there is another since")
    func rejection() {
        var state = CredentialState()
        _ = state.ask(now: .zero)
        _ = state.fetched(Self.fetched("a"), now: .zero)
        state.rejected(generation: 1)
        #expect(state.ask(now: .zero) == .fetchAndWait)
        _ = state.fetched(Self.fetched("b"), now: .zero)
        // A request that began with the first one is answered late.
        state.rejected(generation: 1)
        #expect(state.ask(now: .zero) == .use(Self.held("b", 2)))
    }
}
