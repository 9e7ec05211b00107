import Testing

@testable import Kubernetes

@Suite("The life of a watch")
struct WatchMachineTests {
    private static let gone = APIError(.gone, "too old", status: 410)
    private static let unreachable = APIError(.unreachable, "refused")
    private static let serverError = APIError(.unavailable, "internal error", status: 500)

    /// A machine that watches from version 10 since the time zero.
    private func watching() -> WatchMachine {
        var machine = WatchMachine()
        #expect(machine.listed(.init(objects: [], resourceVersion: "10"), at: .zero) == .watch(from: "10"))
        return machine
    }

    @Test("begins with the pages of a list, and watches from the version of the last one")
    func pages() {
        var machine = WatchMachine()
        #expect(WatchMachine.start == .list(continuing: nil))
        let first = ObjectPage(objects: [], resourceVersion: "7", continuation: "t1")
        #expect(machine.listed(first, at: .zero) == .list(continuing: "t1"))
        // An empty page is no end, and no token is.
        #expect(machine.listed(.init(objects: [], resourceVersion: "7"), at: .zero) == .watch(from: "7"))
    }

    @Test("goes on from the newest version when the server ends the watch")
    func resume() {
        var machine = watching()
        machine.received(version: "12")
        machine.received(version: "15")
        let (action, reason) = machine.watchEnded(.clean, at: .seconds(280), chance: 0)
        #expect(action == .watch(from: "15") && reason == .ended)
    }

    @Test("does not go back to an older version, and keeps its own when an event has none")
    func versionsOnlyGrow() {
        var machine = watching()
        for version in ["20", "18", "20", ""] { machine.received(version: version) }
        #expect(machine.version == "20")
        // Where versions are no numbers, the last one counts.
        machine.received(version: "abc")
        machine.received(version: "3")
        #expect(machine.version == "3")
    }

    @Test("lists anew at once when its version has expired, and waits when that happens again")
    func expired() {
        var machine = watching()
        #expect(
            machine.watchEnded(.failed(Self.gone), at: .seconds(1), chance: 0) == (.list(continuing: nil), .expired)
        )
        _ = machine.listed(.init(objects: [], resourceVersion: "30"), at: .seconds(2))
        let second = machine.watchEnded(.failed(Self.gone), at: .seconds(3), chance: 0)
        #expect(second == (.wait(.milliseconds(800), then: .list), .expired))
        #expect(machine.waited(for: .list, at: .seconds(4)) == .list(continuing: nil))
        _ = machine.listed(.init(objects: [], resourceVersion: "40"), at: .seconds(5))
        let later = machine.watchEnded(.failed(Self.gone), at: .seconds(200), chance: 0)
        #expect(later.0 == .list(continuing: nil))
    }

    @Test("begins a list at its first page again when a token has expired")
    func tokenExpired() {
        var machine = WatchMachine()
        _ = machine.listed(.init(objects: [], resourceVersion: "7", continuation: "t1"), at: .zero)
        #expect(machine.listFailed(Self.gone, at: .seconds(1), chance: 0) == (.list(continuing: nil), .expired))
    }

    @Test("does not ask at once again when a watch ends at once without an event")
    func shortWatch() {
        var machine = watching()
        let short = machine.watchEnded(.clean, at: .milliseconds(900), chance: 0)
        #expect(short == (.wait(.milliseconds(800), then: .watch(from: "10")), .short))
        _ = machine.waited(for: .watch(from: "10"), at: .seconds(2))
        machine.received(version: "11")
        let lively = machine.watchEnded(.clean, at: .milliseconds(2100), chance: 0)
        #expect(lively == (.watch(from: "11"), .ended))
    }

    @Test(
        "goes on from its version after a wait where nothing was missed",
        arguments: [
            (WatchMachine.End.failed(unreachable), WatchMachine.Reason.unreachable), (.stalled, .stalled),
            (.failed(APIError(.tooManyRequests, "", status: 429)), .throttled), (.failed(serverError), .serverError),
        ]
    )
    func resumesAfterWait(end: WatchMachine.End, reason: WatchMachine.Reason) {
        var machine = watching()
        machine.received(version: "11")
        #expect(
            machine.watchEnded(end, at: .seconds(5), chance: 0)
                == (.wait(.milliseconds(800), then: .watch(from: "11")), reason)
        )
        #expect(machine.waited(for: .watch(from: "11"), at: .seconds(6)) == .watch(from: "11"))
    }

    @Test("waits as long as the server asks, but not for ever", arguments: [(7, 7), (86_400, 120)])
    func retryAfter(asked: Int, waited: Int) {
        var machine = watching()
        let error = APIError(.tooManyRequests, "", status: 429, retryAfter: .seconds(asked))
        let (action, _) = machine.watchEnded(.failed(error), at: .seconds(5), chance: 0)
        #expect(action == .wait(.seconds(waited), then: .watch(from: "10")))
    }

    @Test("lists anew when the server has failed for a minute, unless an event came meanwhile")
    func serverErrors() {
        var machine = watching()
        var now = Duration.seconds(10)
        for step in 0..<4 {
            let (action, _) = machine.watchEnded(.failed(Self.serverError), at: now, chance: 0)
            guard case .wait(_, then: .watch("10")) = action else {
                Issue.record("step \(step): \(action)")
                return
            }
            now += .seconds(15)
            _ = machine.waited(for: .watch(from: "10"), at: now)
        }
        var other = machine
        guard
            case (.wait(_, then: .list), .serverError) = machine.watchEnded(
                .failed(Self.serverError),
                at: now,
                chance: 0
            )
        else {
            Issue.record("no list after a minute of errors")
            return
        }
        other.received(version: "10")
        guard case (.wait(_, then: .watch("10")), _) = other.watchEnded(.failed(Self.serverError), at: now, chance: 0)
        else {
            Issue.record("an event did not end the minute")
            return
        }
    }

    @Test("lists anew after anything else")
    func others() {
        var machine = watching()
        let (action, reason) = machine.watchEnded(.failed(APIError(.malformed, "no JSON")), at: .seconds(9), chance: 0)
        #expect(action == .wait(.milliseconds(800), then: .list) && reason == .other)
    }

    @Test("gives a missing permission half a minute")
    func forbidden() {
        var machine = WatchMachine()
        let (action, reason) = machine.listFailed(APIError(.forbidden, "", status: 403), at: .zero, chance: 0)
        #expect(action == .wait(.seconds(30), then: .list) && reason == .refused)
    }

    @Test("waits twice as long each time, by chance up to twice that, and thirty seconds at most")
    func backoff() {
        var machine = WatchMachine()
        var waits: [Duration] = []
        var now = Duration.zero
        for chance in [0, 0.5, 0.999, 0, 0, 0, 0.9] {
            guard case (.wait(let wait, _), _) = machine.listFailed(Self.unreachable, at: now, chance: chance) else {
                Issue.record("no wait")
                return
            }
            waits.append(wait)
            now += wait
        }
        let milliseconds = waits.map { Int(($0 / .milliseconds(1)).rounded()) }
        #expect(milliseconds == [800, 2400, 6397, 6400, 12_800, 25_600, 30_000])
    }

    @Test("waits briefly again when nothing has failed for two minutes", arguments: [(119, 3200), (120, 800)])
    func backoffResets(quiet: Int, wait: Int) {
        var machine = WatchMachine()
        _ = machine.listFailed(Self.unreachable, at: .zero, chance: 0)
        _ = machine.listFailed(Self.unreachable, at: .seconds(1), chance: 0)
        let (action, _) = machine.listFailed(Self.unreachable, at: .seconds(1 + quiet), chance: 0)
        #expect(action == .wait(.milliseconds(wait), then: .list))
    }
}
