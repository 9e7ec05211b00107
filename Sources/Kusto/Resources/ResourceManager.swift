internal import FoundationEssentials
internal import Identity
internal import JSON
internal import Logging
internal import Metrics
internal import Refreshing

/// The ingestion resources and the identity token: an hour old at most while Data Management answers, two when it does not.
///
/// A message with an identity token that has ended is accepted by its queue and then refused by ADX. So beyond that age
/// batches wait until Data Management answers again.
struct ResourceManager: Sendable {
    /// Attempts at storage, each at another resource if there is one.
    static let attempts = 3
    /// How long an old value may serve while a new one cannot be had; Azure's Go SDK allows as much.
    static let grace = Duration.seconds(3600)

    private let resources: RefreshedValue<IngestionResources, KustoError>
    private let identity: RefreshedValue<String, KustoError>
    private let ranking: AccountRanking
    private let clock: KustoClock

    init(
        _ engine: Engine,
        url: String,
        trust: TrustedEndpoints,
        requestsPerAccount: Int,
        clock: KustoClock,
        _ failures: RefreshFailures,
        _ accounts: AccountReports
    ) {
        self.clock = clock
        let ranking = AccountRanking(share: requestsPerAccount, now: clock.now, onChange: accounts.report)
        accounts.observe(ranking)
        self.ranking = ranking
        resources = RefreshedValue(pause: .seconds(60), now: clock.now, onFailure: failures.reporter(of: "resources")) {
            () async throws(KustoError) in
            let issued = clock.date()
            let table = try await engine.manage(
                ".get ingestion resources",
                database: "NetDefaultDB",
                at: url,
                leg: .resources
            )
            let resources = try IngestionResources(table, url: url, trust: trust, issued: issued)
            if !resources.refusals.isEmpty { accounts.report(foreign: resources.refusals, from: url) }
            return (resources, Self.validity)
        }
        identity = RefreshedValue(pause: .seconds(60), now: clock.now, onFailure: failures.reporter(of: "identity")) {
            () async throws(KustoError) in
            let table = try await engine.manage(
                ".get kusto identity token",
                database: "NetDefaultDB",
                at: url,
                leg: .resources
            )
            guard !table.rows.isEmpty, let token = table[0, "AuthorizationContext"]?.stringValue, !token.isEmpty else {
                throw FailureClassifier.unexpected("'.get kusto identity token' gives none", leg: .resources, url: url)
            }
            return (token, Self.validity)
        }
    }

    /// A random time from 50 minutes to an hour, so that workers that were started together do not all ask at once.
    private static var validity: Validity {
        let fresh = Duration.seconds(Int.random(in: 3000...3600))
        return Validity(fresh: fresh, usable: fresh + grace)
    }

    /// The identity token, which every message carries.
    func identityToken() async throws(KustoError) -> String { try await identity.get().value }

    /// Fetches what is not there yet.
    func load() async throws(KustoError) {
        _ = try await resources.get()
        _ = try await identity.get()
    }

    /// Tries `operation` at up to three resources, best account first.
    /// - Parameters:
    ///   - kind: Which resources.
    ///   - isWanted: Asked before each try; once it says no, nothing is sent any more.
    ///   - operation: What is tried.
    /// - Throws: The failure of the last try. One that another resource would not change is thrown at once, as is
    ///   `cancelled` when it is not wanted.
    func withFallback<Result: Sendable>(
        over kind: (IngestionResources) -> [StorageAccount],
        while isWanted: () -> Bool,
        _ operation: (SignedURL) async throws(KustoError) -> Result
    ) async throws(KustoError) -> Result {
        var tried: [SignedURL] = []
        while true {
            let current = try await usable(kind)
            guard isWanted(), !Task.isCancelled else { throw Self.unwanted }
            guard let attempt = ranking.begin(from: current.accounts, tried: tried) else { throw Self.ended }
            tried.append(attempt.resource)
            do throws(KustoError) {
                let result = try await operation(attempt.resource)
                ranking.end(attempt, .success)
                return result
            } catch {
                guard error.code != .cancelled, !Task.isCancelled else {
                    ranking.end(attempt, .cancelled)
                    throw error
                }
                ranking.end(attempt, Self.outcome(of: error))
                // Signatures run out; the next attempt then has new ones.
                if error.code == .storageRefused { await resources.expire(generation: current.generation) }
                if error.disposition != .retry || tried.count == Self.attempts { throw error }
            }
        }
    }

    /// Does `operation` at every resource of a kind, one after the other, once more with new signatures where they were
    /// refused.
    /// - Returns: What succeeded, and the first failure.
    /// - Throws: ``KustoError`` when there are no resources, and `cancelled`.
    func atEach<Result: Sendable>(
        _ kind: (IngestionResources) -> [StorageAccount],
        _ operation: (SignedURL) async throws(KustoError) -> Result
    ) async throws(KustoError) -> (results: [Result], failure: KustoError?) {
        let current = try await usable(kind)
        var results: [Result] = []
        var failure: KustoError?
        for url in current.accounts.flatMap(\.resources) {
            do throws(KustoError) {
                results.append(try await once(url, current.generation, kind, operation))
            } catch {
                guard error.code != .cancelled, !Task.isCancelled else { throw error }
                failure = failure ?? error
            }
        }
        return (results, failure)
    }

    private func once<Result: Sendable>(
        _ url: SignedURL,
        _ generation: Int,
        _ kind: (IngestionResources) -> [StorageAccount],
        _ operation: (SignedURL) async throws(KustoError) -> Result
    ) async throws(KustoError) -> Result {
        do throws(KustoError) {
            return try await operation(url)
        } catch {
            guard error.code == .storageRefused else { throw error }
            await resources.expire(generation: generation)
            let renewed = try await usable(kind).accounts.flatMap(\.resources).first { $0.base == url.base }
            guard let renewed, renewed != url else { throw error }
            return try await operation(renewed)
        }
    }

    /// The resources whose signatures live long enough, after asking for new ones if there are none.
    private func usable(
        _ kind: (IngestionResources) -> [StorageAccount]
    ) async throws(KustoError) -> (accounts: [StorageAccount], generation: Int) {
        var hasAskedAnew = false
        while true {
            let (value, generation) = try await resources.get()
            let known = kind(value)
            let accounts = known.compactMap { $0.usable(at: clock.date()) }
            if !accounts.isEmpty { return (accounts, generation) }
            guard !known.isEmpty else { throw Self.absent }
            // Data Management does not answer, or has nothing better.
            guard !hasAskedAnew else { throw Self.ended }
            hasAskedAnew = true
            await resources.expire(generation: generation)
        }
    }

    private static func outcome(of error: KustoError) -> AccountHealth.Outcome {
        switch (error.code, error.disposition) {
        case (.timedOut, _): .silence
        // The account worked as it should, or the request failed because of this process.
        case (_, .rejected): .success
        case (_, .stop): .cancelled
        default: .failure
        }
    }

    private static let unwanted = KustoError(
        .cancelled,
        "nothing is sent for a batch that was given up",
        leg: .upload,
        disposition: .retry
    )

    /// Containers and queues are always there, or the answer would have been refused.
    private static let absent = KustoError(
        .unexpectedResponse,
        "resources: Data Management names no status table, so what it rejects after queueing cannot be followed; check "
            + "that kusto.ingestion.url is a cluster's, or set ingestion.report=none",
        leg: .resources,
        disposition: .retry
    )

    private static let ended = KustoError(
        .storageRefused,
        "resources: the storage signatures from Data Management expire too soon for ADX to read a blob, and it returns "
            + "no newer ones; check that kusto.ingestion.url answers, and this machine's clock",
        leg: .resources,
        disposition: .retry
    )
}
