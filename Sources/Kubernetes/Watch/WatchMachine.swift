// The life of a watch.
//
//             ┌──── next page ────┐
//             ▼                   │
//   start ─> listing ─────────────┴── last page ──> watching ──┬── ended by the server ──> watching, from the last version
//             ▲  │                                             │
//             │  └─ failed ─> waiting ─> listing               ├── 429, no answer, cut, silent, 500, or ended at once
//             │                                                │   without an event ──> waiting ──> watching, from the
//             │                                                │   last version
//             ├───────── 410, as a status or as an event, ─────┤
//             │          or a new list was asked for           │
//             └─ waiting <─ anything else, 500 for a minute ───┘
//
// A list that fails begins again at its first page: pages of two lists do not fit together. What has expired is listed
// again at once; when that happens twice in two minutes it waits like every other failure. A wait is 0.8 s at first and
// 30 s at most, doubles each time, is by chance up to twice as long so that many clients do not come back together, and
// is short again when nothing has failed for two minutes.
//
// The machine decides, ``ResourceWatcher`` performs. Times are those of a clock that only goes forward.

/// Decides what a watch does next: list, watch or wait.
struct WatchMachine {
    /// What is to be done next.
    enum Action: Equatable {
        /// Read a page of the list, the first one with `nil`.
        case list(continuing: String?)
        /// Follow the changes from a version on.
        case watch(from: String)
        /// Wait, and then do the next thing.
        case wait(Duration, then: Next)
    }

    /// What follows a wait.
    enum Next: Equatable {
        case list
        case watch(from: String)
    }

    /// Why a watch was begun anew; a label of a metric.
    enum Reason: String, CaseIterable {
        /// The server ended it, as it does with each after a while.
        case ended
        /// The version was too old.
        case expired
        /// The server asked for less.
        case throttled
        /// No answer, or the connection was cut.
        case unreachable
        /// It ended at once without an event.
        case short
        /// It was silent for longer than a watch lasts, and was given up.
        case stalled
        /// The server has a problem.
        case serverError = "server_error"
        /// The identity may not do this.
        case refused
        /// Something else.
        case other
    }

    /// How a watch ended.
    enum End: Equatable {
        /// By the server, without an error.
        case clean
        /// By an error, as an answer or as an event.
        case failed(APIError)
        /// By us, because nothing came.
        case stalled
    }

    private enum State: Equatable {
        case listing
        case watching(since: Duration, events: Int)
        case waiting
    }

    private static let firstDelay = Duration.milliseconds(800)
    private static let longestDelay = Duration.seconds(30)
    private static let quietTime = Duration.seconds(120)
    private static let serverErrorLimit = Duration.seconds(60)
    private static let shortest = Duration.seconds(1)
    /// What a missing permission is not granted sooner than.
    private static let refusalDelay = Duration.seconds(30)
    /// The most that the server may ask us to wait.
    private static let longestRequest = Duration.seconds(120)

    private var state = State.listing
    /// The version up to which all is known; `nil` before the first list and after it has expired.
    private(set) var version: String?
    private var delay = WatchMachine.firstDelay
    private var lastFailure: Duration?
    private var firstServerError: Duration?
    private var lastExpiry: Duration?

    /// What the machine does first.
    static let start = Action.list(continuing: nil)

    /// Takes a page of the list.
    mutating func listed(_ page: ObjectPage, at now: Duration) -> Action {
        if let next = page.continuation { return .list(continuing: next) }
        version = page.resourceVersion
        return watch(from: page.resourceVersion, at: now)
    }

    /// Takes an error of the list.
    /// - Parameter chance: At least 0, less than 1.
    mutating func listFailed(_ error: APIError, at now: Duration, chance: Double) -> (Action, Reason) {
        (relist(error, at: now, chance: chance), Self.reason(of: error))
    }

    /// Leaves a watch in favour of a new list that somebody has asked for.
    mutating func renewed() -> Action {
        state = .listing
        version = nil
        return Self.start
    }

    /// Takes the version of an event or a bookmark.
    ///
    /// A version that is known to be older than the one before is not taken: the watch would go back.
    mutating func received(version new: String) {
        if case .watching(let since, let events) = state { state = .watching(since: since, events: events + 1) }
        firstServerError = nil
        guard !new.isEmpty else { return }
        if let version, let old = UInt64(version), let new = UInt64(new), new < old { return }
        version = new
    }

    /// Takes the end of a watch.
    /// - Parameter chance: At least 0, less than 1.
    mutating func watchEnded(_ end: End, at now: Duration, chance: Double) -> (Action, Reason) {
        guard case .watching(let since, let events) = state, let version else { return (Self.start, .other) }
        let resume = Next.watch(from: version)
        switch end {
        case .stalled: return (wait(nil, at: now, chance: chance, then: resume), .stalled)
        case .clean:
            if now - since < Self.shortest, events == 0 {
                return (wait(nil, at: now, chance: chance, then: resume), .short)
            }
            firstServerError = nil
            return (watch(from: version, at: now), .ended)
        case .failed(let error):
            let reason = Self.reason(of: error)
            switch reason {
            case .unreachable, .throttled: return (wait(error, at: now, chance: chance, then: resume), reason)
            case .serverError:
                let first = firstServerError ?? now
                firstServerError = first
                guard now - first >= Self.serverErrorLimit else {
                    return (wait(error, at: now, chance: chance, then: resume), reason)
                }
                return (relist(error, at: now, chance: chance), reason)
            default: return (relist(error, at: now, chance: chance), reason)
            }
        }
    }

    /// Does what was to follow a wait.
    mutating func waited(for next: Next, at now: Duration) -> Action {
        switch next {
        case .list:
            state = .listing
            return .list(continuing: nil)
        case .watch(let version): return watch(from: version, at: now)
        }
    }

    private mutating func watch(from version: String, at now: Duration) -> Action {
        state = .watching(since: now, events: 0)
        return .watch(from: version)
    }

    /// Begins at the first page again: at once when a version or a token has expired, unless the list before was for
    /// the same reason, and after a wait otherwise.
    private mutating func relist(_ error: APIError, at now: Duration, chance: Double) -> Action {
        version = nil
        firstServerError = nil
        if error.code == .gone {
            let isFirst = lastExpiry.map { now - $0 >= Self.quietTime } ?? true
            lastExpiry = now
            if isFirst {
                state = .listing
                return .list(continuing: nil)
            }
        }
        return wait(error, at: now, chance: chance, then: .list)
    }

    private mutating func wait(_ error: APIError?, at now: Duration, chance: Double, then next: Next) -> Action {
        if let lastFailure, now - lastFailure >= Self.quietTime { delay = Self.firstDelay }
        lastFailure = now
        var chosen = min(delay * (1 + chance), Self.longestDelay)
        delay = min(delay * 2, Self.longestDelay)
        if error?.code == .forbidden { chosen = max(chosen, Self.refusalDelay) }
        if let asked = error?.retryAfter { chosen = max(chosen, min(asked, Self.longestRequest)) }
        state = .waiting
        return .wait(chosen, then: next)
    }

    private static func reason(of error: APIError) -> Reason {
        switch error.code {
        case .gone: .expired
        case .tooManyRequests: .throttled
        case .unreachable: .unreachable
        case .unavailable: .serverError
        case .forbidden, .unauthorized, .notFound, .namespaceTerminating: .refused
        default: .other
        }
    }
}
