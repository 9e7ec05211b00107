import Testing

@testable import SchemaRegistry

@Suite("What a store keeps")
struct StoreStateTests {
    private static let content = SchemaContent(kind: .avro, text: "x")

    private func state(_ change: (inout SchemaRegistryConfiguration.Limits) -> Void = { _ in }) -> StoreState {
        var limits = SchemaRegistryConfiguration.Limits()
        change(&limits)
        return StoreState(limits: limits, backoff: .init(confirmation: .zero))
    }

    private func key(_ number: Int32, _ subject: String = "a") -> SchemaKey {
        SchemaKey(subject: subject, id: .number(number))
    }

    private func error(_ code: SchemaRegistryError.Code, retryAfter: Duration? = nil) -> SchemaRegistryError {
        SchemaRegistryError(code, "no", retryAfter: retryAfter)
    }

    /// Fetches a key with an outcome.
    private func settle(_ state: inout StoreState, _ key: SchemaKey, _ outcome: StoreState.Outcome) {
        _ = state.lookup(key, now: .zero)
        #expect(state.start(now: .zero).keys == [key])
        _ = state.finish(key, outcome, now: .zero, jitter: 1)
    }

    @Test("Each subject has room of its own, and what was used longest ago makes room")
    func room() {
        var state = state { $0.schemasPerSubject = 3 }
        for number in 1...3 as ClosedRange<Int32> { settle(&state, key(number), .fetched(Self.content)) }
        settle(&state, key(1, "b"), .fetched(Self.content))
        #expect(state.lookup(key(1), now: .zero).0.schema != nil)
        settle(&state, key(4), .fetched(Self.content))
        #expect(state.readyCount == 4)
        #expect(state.lookup(key(1), now: .zero).0.schema != nil)
        #expect(state.lookup(key(1, "b"), now: .zero).0.schema != nil)
        #expect(state.lookup(key(2), now: .zero).0.isPending)
    }

    @Test("Refusals, however many, drive out no schema, and are bounded too")
    func refusals() {
        var state = state { $0.schemasPerSubject = 3 }
        settle(&state, key(1), .fetched(Self.content))
        for number in 10..<30 as Range<Int32> { settle(&state, key(number), .failed(error(.notFound))) }
        #expect(state.lookup(key(1), now: .zero).0.schema != nil)
        #expect(state.lookup(key(29), now: .zero).0.refusal != nil)
        #expect(state.lookup(key(10), now: .zero).0.isPending)
    }

    @Test("A key is fetched by one task at a time, the one that waits longest first")
    func order() {
        var state = state { $0.requests = 2 }
        #expect(state.lookup(key(1), now: .seconds(3)).isNew)
        #expect(!state.lookup(key(1), now: .seconds(3)).isNew)
        _ = state.lookup(key(2), now: .seconds(1))
        _ = state.lookup(key(3), now: .seconds(2))
        #expect(state.start(now: .seconds(3)).keys == [key(2), key(3)])
        #expect(state.start(now: .seconds(3)).keys.isEmpty)
        _ = state.finish(key(2), .fetched(Self.content), now: .seconds(3), jitter: 0)
        #expect(state.start(now: .seconds(3)).keys == [key(1)])
        state.abandon(key(1))
        #expect(state.start(now: .seconds(3)).keys == [key(1)])
    }

    @Test("After a failure a key is due again when its pause is over")
    func pause() {
        var state = state()
        _ = state.lookup(key(1), now: .zero)
        _ = state.start(now: .zero)
        let effects = state.finish(key(1), .failed(error(.throttled, retryAfter: .seconds(9))), now: .zero, jitter: 1)
        #expect(effects.isNews && effects.waiters.isEmpty)
        let (keys, next) = state.start(now: .seconds(8))
        #expect(keys.isEmpty && next == .seconds(9))
        #expect(state.start(now: .seconds(9)).keys == [key(1)])
        #expect(!state.finish(key(1), .failed(error(.throttled)), now: .seconds(9), jitter: 1).isNews)
        #expect(state.outage?.since == .zero)
    }

    @Test("An answer about another key ends the pause of what the whole registry failed, and of nothing else")
    func recovery() {
        var state = state()
        let failures: [SchemaRegistryError.Code] = [.unreachable, .throttled, .forbidden, .unexpectedAnswer, .timedOut]
        for (number, code) in failures.enumerated() {
            _ = state.lookup(key(Int32(number)), now: .zero)
            _ = state.start(now: .zero)
            _ = state.finish(key(Int32(number)), .failed(error(code)), now: .zero, jitter: 1)
        }
        #expect(state.outage?.schemas == 5)
        settle(&state, key(9), .failed(error(.notFound)))
        #expect(Set(state.start(now: .zero).keys) == [key(0), key(4)])
    }

    @Test("A pause that is asked for has a bound")
    func longestPause() {
        var state = state()
        _ = state.lookup(key(1), now: .zero)
        _ = state.start(now: .zero)
        _ = state.finish(key(1), .failed(error(.throttled, retryAfter: .seconds(86_400))), now: .zero, jitter: 1)
        #expect(state.start(now: .zero).next == .seconds(300))
    }

    @Test("That something does not exist is believed at the second word, also with an outage in between")
    func confirmation() {
        var state = StoreState(limits: .init(), backoff: .init())
        _ = state.lookup(key(1), now: .zero)
        _ = state.start(now: .zero)
        #expect(state.finish(key(1), .failed(error(.notFound)), now: .zero, jitter: 1).isUndecided)
        #expect(state.outage == nil)
        #expect(state.start(now: .zero).next == .seconds(1))
        #expect(state.start(now: .seconds(1)).keys == [key(1)])
        _ = state.finish(key(1), .failed(error(.unreachable)), now: .seconds(1), jitter: 1)
        #expect(state.lookup(key(1), now: .seconds(2)).0.isPending)
        #expect(state.start(now: .seconds(2)).keys == [key(1)])
        _ = state.finish(key(1), .failed(error(.notFound)), now: .seconds(2), jitter: 1)
        #expect(state.lookup(key(1), now: .seconds(2)).0.refusal != nil)
        // Other refusals do not depend on which member of the registry is asked.
        _ = state.lookup(key(2), now: .zero)
        _ = state.start(now: .zero)
        _ = state.finish(key(2), .failed(error(.refused)), now: .zero, jitter: 1)
        #expect(state.lookup(key(2), now: .zero).0.refusal != nil)
    }

    @Test("The first failure of a key is news, unless the whole registry is away and that was told")
    func news() {
        var state = state()
        func fail(_ number: Int32, _ code: SchemaRegistryError.Code) -> Bool {
            _ = state.lookup(key(number), now: .zero)
            _ = state.start(now: .zero)
            return state.finish(key(number), .failed(error(code)), now: .zero, jitter: 1).isNews
        }
        #expect(fail(1, .unreachable))
        #expect(!fail(2, .unreachable))
        #expect(fail(3, .forbidden))
    }

    @Test("A key that nobody waits for any more is dropped when its attempt fails, and kept when it succeeds")
    func withdrawnWhileFetched() throws {
        var state = state()
        let (first, _) = state.wait(key(1), now: .zero) {}
        _ = state.start(now: .zero)
        state.withdraw(try #require(first))
        #expect(state.pendingCount == 1)
        _ = state.finish(key(1), .failed(error(.unreachable)), now: .zero, jitter: 1)
        #expect(state.pendingCount == 0 && state.outage == nil)
        let (second, _) = state.wait(key(1), now: .zero) {}
        _ = state.start(now: .zero)
        state.withdraw(try #require(second))
        _ = state.finish(key(1), .fetched(Self.content), now: .zero, jitter: 1)
        #expect(state.lookup(key(1), now: .zero).0.schema != nil)
    }

    @Test("A content that nobody keeps any more is forgotten")
    func contents() {
        var table = ContentTable()
        for number in 0..<1000 {
            let content = SchemaContent(kind: .avro, text: "\(number)")
            #expect(table.shared(content) === content)
            #expect(table.shared(SchemaContent(kind: .avro, text: "\(number)")) === content)
        }
        #expect(table.count < 200)
    }

    @Test(
        "The context of a subject stands between colons",
        arguments: [
            ("orders-value", "", true), (":.:orders-value", ":.:", true), (":.lab:a:b", ":.lab:", false),
            (":.lab", "", true), (":lab:x", "", true), ("a:.lab:x", "", true),
        ]
    )
    func context(_ subject: String, _ prefix: String, _ isDefault: Bool) {
        #expect(SubjectContext.prefix(of: subject) == prefix)
        #expect(SubjectContext.isDefault(subject) == isDefault)
        #expect(SubjectContext.qualified("r", like: subject) == prefix + "r")
        #expect(SubjectContext.qualified(":.own:r", like: subject) == ":.own:r")
    }

    @Test(
        "A pause that a server asks for is seconds or a date",
        arguments: [
            ("0", .zero), ("77", .seconds(77)), (" 5 ", .seconds(5)), ("-1", nil), ("", nil), ("soon", nil),
            ("Fri, 15 Jan 2027 08:00:30 GMT", .seconds(30)), ("Fri, 15 Jan 2027 07:59:59 GMT", .zero),
            ("Thu, 29 Feb 2028 00:00:00 GMT", .seconds(31_536_000)), ("Fri, 15 Xxx 2027 08:00:30 GMT", nil),
            ("Fri, 15 Jan 2027 25:00:30 GMT", nil), ("99999999999999999999", nil), ("9999999999", .seconds(31_536_000)),
            ("Fri, 15 Jan 99999999 08:00:30 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil),
        ] as [(String, Duration?)]
    )
    func retryAfter(_ text: String, _ expected: Duration?) {
        // 2027-01-15T08:00:00Z
        #expect(RetryAfter.pause(text, unixSeconds: 1_800_000_000) == expected)
    }
}
