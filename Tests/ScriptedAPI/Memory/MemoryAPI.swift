package import JSON
package import Kubernetes
internal import Synchronization

/// An API server in memory, near enough to a real one for what an operator relies on.
///
/// Resource versions, uids and generations count as on a real server; server-side apply knows who owns which field;
/// patches, preconditions, finalizers, the status and scale subresources, selectors, pages and watches work. It has no
/// schemas and no controllers: a Deployment gets its `spec.replicas`, nothing else is filled in, nothing makes pods, and
/// what an owner leaves behind goes with ``collectGarbage()``.
///
/// A test changes the world behind the back of what it tests with ``put(_:)``, ``edit(_:_:)`` and ``remove(_:)``; reads
/// what was asked in ``requests`` and ``writes``; and lets calls fail with ``add(_:)``, ``failWrite(_:with:)``,
/// ``crashAfterWrite(_:)``, ``expireHistory()`` and ``endWatches(_:)``.
package final class MemoryAPI: KubernetesAPI {
    /// What every call throws after a crash; a part under test must not swallow it and go on writing.
    package static let crash = APIError(.other, "the process has crashed here, says the test")

    /// The kinds that come with a server, as far as operators use them.
    package static let builtIn: [ResourceKind] = [
        .secret, .service, .serviceAccount, .pod, .deployment, .podDisruptionBudget, .networkPolicy, .lease, .event,
        .configMap,
    ]

    struct Watcher {
        let wake: AsyncStream<Void>.Continuation
        var ending: WatchEnding?
    }

    struct State {
        var server: MemoryServer
        var requests: [MemoryRequest] = []
        var writes: [MemoryWrite] = []
        var faults: [(fault: MemoryFault, left: Int?)] = []
        var failingWrites: [Int: APIError] = [:]
        var crashAfterWrite: Int?
        var hasCrashed = false
        var watchers: [Int: Watcher] = [:]
        var lastWatcher = 0
        var bookmarks = 0
    }

    /// The most requests that are remembered.
    static let requestLimit = 100_000

    let clock: KubernetesClock
    let state: Mutex<State>

    /// Creates a server without objects.
    /// - Parameters:
    ///   - serving: Kinds that it has beside ``builtIn``.
    ///   - clock: Gives time stamps, and times what ``MemoryFault/Effect/delay(_:)`` delays.
    package init(serving kinds: [ResourceKind] = [], clock: KubernetesClock = .system) {
        self.clock = clock
        state = Mutex(State(server: MemoryServer(kinds: Self.builtIn + kinds)))
    }

    // MARK: KubernetesAPI

    package func get(_ reference: ObjectReference) async throws(APIError) -> KubernetesObject? {
        try await perform(MemoryRequest(.get, reference)) { server throws(APIError) in try server.get(reference) }
    }

    package func list(_ scope: ObjectScope, continuing: String?) async throws(APIError) -> ObjectPage {
        let request = MemoryRequest(.list, scope)
        return try await perform(request) { server throws(APIError) in
            try server.list(scope, continuing: continuing)
        }
    }

    package func apply(_ object: KubernetesObject, manager: String) async throws(APIError) -> KubernetesObject {
        let time = timestamp
        return try await write(.apply, object, manager: manager) { server throws(APIError) in
            try server.apply(object, manager: manager, at: time)
        }
    }

    package func patch(
        _ reference: ObjectReference,
        subresource: String?,
        _ patch: ObjectPatch,
        manager: String
    ) async throws(APIError) -> KubernetesObject {
        let body =
            switch patch {
            case .merge(let body), .operations(let body): body
            }
        let request = MemoryRequest(.patch, reference, subresource: subresource, manager: manager, body: body)
        return try await perform(request) { server throws(APIError) in
            try server.patch(reference, subresource: subresource, patch, manager: manager)
        }
    }

    package func create(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        let time = timestamp
        return try await write(.create, object, manager: nil) { server throws(APIError) in
            try server.create(object, manager: "unknown", at: time)
        }
    }

    package func replace(_ object: KubernetesObject) async throws(APIError) -> KubernetesObject {
        try await write(.replace, object, manager: nil) { server throws(APIError) in
            try server.replace(object, manager: "unknown")
        }
    }

    package func delete(_ reference: ObjectReference, uid: String?, resourceVersion: String?) async throws(APIError)
        -> Bool
    {
        let time = timestamp
        return try await perform(MemoryRequest(.delete, reference)) { server throws(APIError) in
            try server.delete(reference, uid: uid, resourceVersion: resourceVersion, at: time)
        }
    }

    package func read(path: String) async throws(APIError) -> JSONValue? {
        try await perform(MemoryRequest(.read, nil, name: path)) { server throws(APIError) in
            DiscoveryDocument.read(path, kinds: server.kinds)
        }
    }

    private func write(
        _ verb: MemoryRequest.Verb,
        _ object: KubernetesObject,
        manager: String?,
        _ body: (inout MemoryServer) throws(APIError) -> KubernetesObject
    ) async throws(APIError) -> KubernetesObject {
        let reference = try state.withLock { state throws(APIError) in try state.server.reference(of: object) }
        return try await perform(MemoryRequest(verb, reference, manager: manager, body: object.json), body)
    }

    // MARK: The way of a call

    /// Carries a call out, with what goes wrong with it.
    private func perform<Result: Sendable>(
        _ request: MemoryRequest,
        _ body: (inout MemoryServer) throws(APIError) -> Result
    ) async throws(APIError) -> Result {
        let answerIsLost = try await meetFaults(request)
        let outcome = state.withLock { state -> Swift.Result<Result, APIError> in
            if state.hasCrashed { return .failure(Self.crash) }
            let number = state.writes.count + 1
            if request.verb.isWrite, let error = state.failingWrites[number] {
                state.writes.append(MemoryWrite(number: number, request: request, outcome: .refused))
                return .failure(error)
            }
            let version = state.server.version
            var outcome = Swift.Result { () throws(APIError) in try body(&state.server) }
            guard request.verb.isWrite else { return outcome }
            let kind: MemoryWrite.Outcome =
                switch outcome {
                case .success: state.server.version == version ? .unchanged : .changed
                case .failure: .refused
                }
            state.writes.append(MemoryWrite(number: number, request: request, outcome: kind))
            if state.crashAfterWrite == number {
                state.hasCrashed = true
                outcome = .failure(Self.crash)
            }
            return outcome
        }
        wakeWatchers()
        let result = try outcome.get()
        if let answerIsLost { throw answerIsLost }
        return result
    }

    /// Meets the faults that are meant for a call; returns the error with which its answer is lost.
    func meetFaults(_ request: MemoryRequest) async throws(APIError) -> APIError? {
        let effects = state.withLock { state in
            if state.requests.count < Self.requestLimit { state.requests.append(request) }
            var effects: [MemoryFault.Effect] = []
            for index in state.faults.indices where state.faults[index].left != 0 {
                guard state.faults[index].fault.matches(request) else { continue }
                if let left = state.faults[index].left { state.faults[index].left = left - 1 }
                effects.append(state.faults[index].fault.effect)
            }
            state.faults.removeAll { $0.left == 0 }
            return effects
        }
        var lost: APIError?
        for effect in effects {
            switch effect {
            case .fail(let error):
                refuse(request)
                throw error
            case .loseAnswer(let error): lost = error
            case .delay(let time): try? await clock.sleep(time)
            case .hold(let gate): await gate.pass()
            }
        }
        if Task.isCancelled { throw APIError(.cancelled, "the call was cancelled") }
        return lost
    }

    private func refuse(_ request: MemoryRequest) {
        guard request.verb.isWrite else { return }
        state.withLock { state in
            let number = state.writes.count + 1
            state.writes.append(MemoryWrite(number: number, request: request, outcome: .refused))
        }
    }

    var timestamp: String { Timestamp.seconds(unixMicroseconds: clock.unixMicroseconds()) }
}
