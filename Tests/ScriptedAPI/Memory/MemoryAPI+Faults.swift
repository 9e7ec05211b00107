package import Kubernetes
internal import Synchronization

/// What was asked, and what goes wrong.
extension MemoryAPI {
    /// All calls so far, in order.
    package var requests: [MemoryRequest] { state.withLock { $0.requests } }

    /// The writes so far, in order, since ``forgetCalls()``.
    package var writes: [MemoryWrite] { state.withLock { $0.writes } }

    /// Begins to count calls and writes anew.
    package func forgetCalls() {
        state.withLock { state in
            state.requests = []
            state.writes = []
        }
    }

    /// Lets something go wrong with calls from now on.
    package func add(_ fault: MemoryFault) { state.withLock { $0.faults.append((fault, fault.times)) } }

    /// Lets calls fail with an error.
    /// - Parameters:
    ///   - times: How many of them; `nil` for all.
    ///   - verb: Only these; `nil` for all.
    ///   - kind: Only calls about this kind; `nil` for all.
    ///   - name: Only calls about objects of this name; `nil` for all.
    package func fail(
        with error: APIError,
        times: Int? = 1,
        verb: MemoryRequest.Verb? = nil,
        kind: ResourceKind? = nil,
        name: String? = nil
    ) {
        add(
            MemoryFault(.fail(error), times: times) { request in
                (verb ?? request.verb) == request.verb && (kind ?? request.kind) == request.kind
                    && (name ?? request.name) == request.name
            }
        )
    }

    /// Takes all faults away that ``add(_:)`` and ``fail(with:times:verb:kind:name:)`` have put in.
    package func clearFaults() { state.withLock { $0.faults = [] } }

    /// Refuses one write, counted from 1 since ``forgetCalls()``.
    package func failWrite(_ number: Int, with error: APIError = MemoryAPI.conflictError) {
        state.withLock { $0.failingWrites[number] = error }
    }

    /// Carries out the write of this number, counted from 1 since ``forgetCalls()``, and then fails it and every call
    /// after it with ``crash``, as if the process had ended there; with 0 the very next call fails.
    package func crashAfterWrite(_ number: Int) {
        state.withLock { state in
            state.crashAfterWrite = number
            if number <= state.writes.count { state.hasCrashed = true }
        }
    }

    /// Whether a crash has happened.
    package var hasCrashed: Bool { state.withLock { $0.hasCrashed } }

    /// Ends a crash, and begins to count calls and writes anew: the next start of the process.
    package func restart() {
        state.withLock { state in
            state.crashAfterWrite = nil
            state.hasCrashed = false
            state.failingWrites = [:]
            state.requests = []
            state.writes = []
        }
    }

    /// What the server answers when an object has changed meanwhile.
    package static let conflictError = APIError(.conflict, "the object has been modified", status: 409)
    /// What the server answers when it is asked too often.
    package static let throttledError = APIError(
        .tooManyRequests,
        "too many requests",
        status: 429,
        retryAfter: .seconds(1)
    )
    /// What the server answers about a version that is too old.
    package static let goneError = APIError(.gone, "too old resource version", status: 410)
    /// What a server that is away answers: nothing.
    package static let unreachableError = APIError(.unreachable, "connection refused")
    /// What the server answers when the identity may not do this.
    package static let forbiddenError = APIError(.forbidden, "forbidden", status: 403)
}
