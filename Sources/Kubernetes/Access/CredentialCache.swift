internal import Logging
internal import Synchronization
internal import Threads

/// Serves the credential of all requests, and gets a new one when it is time; see ``CredentialState``.
final class CredentialCache: Sendable {
    private struct State {
        var credentials = CredentialState()
        var waiters: [Int: CheckedContinuation<Result<CredentialState.Held, APIError>, Never>] = [:]
        var nextWaiter = 0
    }

    private let source: any CredentialSource
    private let clock: KubernetesClock
    private let logger: Logger
    private let state = Mutex(State())

    /// Creates a cache without a credential.
    init(source: any CredentialSource, clock: KubernetesClock, logger: Logger) {
        self.source = source
        self.clock = clock
        self.logger = logger
    }

    /// The credential for a request that begins now.
    /// - Parameter limit: How long the caller waits when there is none.
    /// - Throws: ``APIError`` when there is none and none can be got.
    func current(limit: Duration) async throws(APIError) -> CredentialState.Held {
        if let held = try ready() { return held }
        let outcome: Result<CredentialState.Held, APIError>?
        do {
            outcome = try await clock.limit(limit) { await self.outcome() }
        } catch {
            throw Self.cancelled
        }
        guard let outcome else {
            throw APIError(.configuration, "no credential was there within \(limit); see the log for its source")
        }
        return try outcome.get()
    }

    /// What can be used without waiting.
    private func ready() throws(APIError) -> CredentialState.Held? {
        let now = clock.now()
        let step = state.withLock { $0.credentials.isUsable(now: now) ? $0.credentials.ask(now: now) : nil }
        return try step.flatMap(perform)
    }

    /// Does what a caller has to do, and returns what it may use.
    private func perform(_ step: CredentialState.Step) throws(APIError) -> CredentialState.Held? {
        switch step {
        case .use(let held): return held
        case .fail(let error): throw error
        case .wait: return nil
        case .fetchAndUse(let held): return begin() ?? held
        case .fetchAndWait:
            begin()
            return nil
        }
    }

    /// Drops a credential that the server refused.
    func reject(generation: Int) { state.withLock { $0.credentials.rejected(generation: generation) } }

    /// Fetches at once, or on a thread when that takes long.
    /// - Returns: The new credential, if it is there already.
    @discardableResult
    private func begin() -> CredentialState.Held? {
        guard source.isSlow else { return fetch() }
        do throws(ThreadStartError) {
            _ = try BlockingThread(name: "credential") { _ = self.fetch() }
        } catch {
            fail(APIError(.configuration, error.message))
        }
        return nil
    }

    private func fetch() -> CredentialState.Held? {
        do throws(APIError) {
            let fetched = try source.fetch()
            let (held, waiters) = state.withLock { state in
                defer { state.waiters = [:] }
                return (state.credentials.fetched(fetched, now: clock.now()), state.waiters.values)
            }
            for waiter in waiters { waiter.resume(returning: .success(held)) }
            return held
        } catch {
            fail(error)
            return nil
        }
    }

    private func fail(_ error: APIError) {
        logger.warning("credential not renewed", ["error": error.message])
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            state.credentials.failed(error, now: clock.now())
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: .failure(error)) }
    }

    private func outcome() async -> Result<CredentialState.Held, APIError> {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let step = state.withLock { state -> CredentialState.Step in
                    if Task.isCancelled { return .fail(Self.cancelled) }
                    let step = state.credentials.ask(now: clock.now())
                    if step == .wait || step == .fetchAndWait { state.waiters[number] = continuation }
                    return step
                }
                do throws(APIError) {
                    // Nobody else resumes the continuation of a caller that has something to use, or fails.
                    let isWaiting = step == .wait || step == .fetchAndWait
                    if let held = try perform(step), !isWaiting { continuation.resume(returning: .success(held)) }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: .failure(Self.cancelled))
        }
    }

    private static let cancelled = APIError(.cancelled, "the request was cancelled while it waited for a credential")
}
