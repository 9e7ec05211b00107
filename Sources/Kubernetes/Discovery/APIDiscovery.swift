internal import JSON
package import Logging
internal import Synchronization

/// Knows which kinds the API server has, by asking it.
///
/// An answer is good for an hour, and one that a kind is absent for a minute: who installs what brings the kind should not
/// have to wait. When the server cannot be asked, the last answer stays, and where there is none the
/// kind counts as absent until it can.
package final class APIDiscovery: Sendable {
    private struct GroupVersion: Hashable {
        let group: String
        let version: String

        var path: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }
    }

    private struct Answer {
        let kinds: Set<String>
        let time: Duration
    }

    private struct State {
        var answers: [GroupVersion: Answer] = [:]
        /// When a group could not be asked; until a minute later it is not asked again.
        var failures: [GroupVersion: Duration] = [:]
    }

    /// How long an answer is good.
    private static let lifetime = Duration.seconds(3600)
    /// How long the absence of a kind is believed.
    private static let absenceLifetime = Duration.seconds(60)
    /// How long after a failure the server is not asked again.
    private static let pause = Duration.seconds(30)
    private static let limit = Duration.seconds(15)

    private let api: any KubernetesAPI
    private let clock: KubernetesClock
    private let logger: Logger
    private let state = Mutex(State())

    /// Creates a discovery that knows nothing yet.
    package init(api: any KubernetesAPI, clock: KubernetesClock = .system, logger: Logger) {
        self.api = api
        self.clock = clock
        self.logger = logger
    }

    /// Whether the server has a kind; asks it when that is not known or was asked more than an hour ago.
    package func has(_ kind: ResourceKind) async -> Bool {
        let key = GroupVersion(group: kind.group, version: kind.version)
        let now = clock.now()
        let known = state.withLock { state -> Bool? in
            if let answer = state.answers[key] {
                let isThere = answer.kinds.contains(kind.plural)
                if now - answer.time < (isThere ? Self.lifetime : Self.absenceLifetime) { return isThere }
            }
            if let failure = state.failures[key], now - failure < Self.pause {
                return state.answers[key]?.kinds.contains(kind.plural) ?? false
            }
            return nil
        }
        if let known { return known }
        return await ask(key)?.contains(kind.plural) ?? false
    }

    /// Forgets when answers were given, so that the next question asks the server: after a 404 that means a kind.
    package func refresh() {
        state.withLock { state in
            state.failures = [:]
            for (key, answer) in state.answers {
                state.answers[key] = Answer(kinds: answer.kinds, time: answer.time - Self.lifetime)
            }
        }
    }

    /// Makes the next question about a kind, and about others of its group, ask the server: it has just answered with 404
    /// to a request that would have worked if the kind were there.
    package func forget(_ kind: ResourceKind) {
        let key = GroupVersion(group: kind.group, version: kind.version)
        state.withLock { state in
            state.failures[key] = nil
            guard let answer = state.answers[key] else { return }
            state.answers[key] = Answer(kinds: answer.kinds, time: answer.time - Self.lifetime)
        }
    }

    /// Asks the server; returns the plurals of a group's kinds, the old ones when it cannot be asked.
    private func ask(_ key: GroupVersion) async -> Set<String>? {
        do {
            let document = try await clock.limit(Self.limit) { [api] in
                Document(json: try await api.read(path: key.path))
            }
            guard let document else { throw APIError(.unreachable, "no answer within \(Self.limit)") }
            let kinds = Set(document.json?["resources"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? [])
            let time = clock.now()
            state.withLock { state in
                state.answers[key] = Answer(kinds: kinds, time: time)
                state.failures[key] = nil
            }
            return kinds
        } catch {
            let time = clock.now()
            let old = state.withLock { state in
                state.failures[key] = time
                return state.answers[key]?.kinds
            }
            logger.warning(
                old == nil
                    ? "API group cannot be asked for, and counts as absent until it can"
                    : "API group cannot be asked for, the last answer stays",
                ["kubernetes.path": key.path, "error": "\(error)"]
            )
            return old
        }
    }

    /// Tells "no such group" from "no answer in time".
    private struct Document: Sendable {
        let json: JSONValue?
    }
}
