internal import JSON
internal import Logging

/// The ingestion resources and the identity token, an hour old at most while Data Management answers.
struct ResourceManager: Sendable {
    /// Attempts at storage, each at another resource if there is one.
    static let attempts = 3

    private let resources: RefreshedValue<IngestionResources>
    private let identity: RefreshedValue<String>
    private let ranking: AccountRanking

    init(_ engine: Engine, url: String, clock: KustoClock, _ failures: RefreshFailures) {
        ranking = AccountRanking(now: clock.now)
        resources = RefreshedValue(pause: .seconds(60), now: clock.now, onFailure: failures.reporter(of: "resources")) {
            () async throws(KustoError) in
            let table = try await engine.manage(
                ".get ingestion resources",
                database: "NetDefaultDB",
                at: url,
                leg: .resources
            )
            return (try IngestionResources(table, url: url), Self.validity)
        }
        identity = RefreshedValue(pause: .seconds(60), now: clock.now, onFailure: failures.reporter(of: "identity")) {
            () async throws(KustoError) in
            let table = try await engine.manage(
                ".get kusto identity token",
                database: "NetDefaultDB",
                at: url,
                leg: .resources
            )
            guard !table.rows.isEmpty, let token = table[0, "AuthorizationContext"]?.stringValue else {
                throw FailureClassifier.unexpected("'.get kusto identity token' gives none", leg: .resources, url: url)
            }
            return (token, Self.validity)
        }
    }

    /// Spread, so that a fleet that started together does not ask together.
    private static var validity: Validity { Validity(fresh: .seconds(Int.random(in: 3000...3600)), usable: nil) }

    /// The identity token, which every message carries.
    func identityToken() async throws(KustoError) -> String { try await identity.get().value }

    /// Fetches what is not there yet.
    func load() async throws(KustoError) {
        _ = try await resources.get()
        _ = try await identity.get()
    }

    /// Tries `operation` at up to three resources, best account first.
    /// - Throws: The last failure; at once one that another resource would not change.
    func withFallback<Result: Sendable>(
        over kind: (IngestionResources) -> [StorageAccount],
        _ operation: (SignedURL) async throws(KustoError) -> Result
    ) async throws(KustoError) -> Result {
        var tried: [SignedURL] = []
        while true {
            let current = try await resources.get()
            guard let resource = ranking.choose(from: kind(current.value), tried: tried) else {
                throw KustoError(
                    .unexpectedResponse,
                    "there are no ingestion resources",
                    leg: .resources,
                    disposition: .retry
                )
            }
            tried.append(resource)
            do throws(KustoError) {
                let result = try await operation(resource)
                ranking.report(resource.account, success: true)
                return result
            } catch {
                if error.code == .cancelled || Task.isCancelled { throw error }
                ranking.report(resource.account, success: false)
                // Signatures run out; the next attempt then has new ones.
                if error.code == .storageRefused { await resources.expire(generation: current.generation) }
                if error.disposition != .retry || tried.count == Self.attempts { throw error }
            }
        }
    }
}
