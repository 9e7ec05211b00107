internal import JSON

/// Whether a table may be streamed into: its own policy decides, and without one its database's (Kusto, "Streaming
/// ingestion policy").
struct StreamingPolicyCheck: Sendable {
    private let engine: Engine
    private let url: String

    init(_ engine: Engine, url: String) {
        self.engine = engine
        self.url = url
    }

    /// Looks at both policies.
    ///
    /// The connector takes any policy as consent; one that says `IsEnabled: false` is none.
    /// - Throws: ``KustoError`` with `streamingUnavailable`, or why it could not be asked.
    func check(_ target: TableTarget) async throws(KustoError) {
        let isAllowed =
            if let own = try await isEnabled("table \(name: target.table)", target.database) {
                own
            } else {
                try await isEnabled("database \(name: target.database)", target.database) ?? false
            }
        guard !isAllowed else { return }
        let remedy: KustoCommand = ".alter table \(name: target.table) policy streamingingestion enable"
        throw KustoError(
            .streamingUnavailable,
            "neither table \(target.table) nor database \(target.database) has a streaming ingestion policy that is "
                + "enabled; enable it with \(remedy), or set 'streaming' to false",
            leg: .management,
            disposition: .rejected
        )
    }

    /// What an entity's own policy says; `nil` when it has none.
    private func isEnabled(_ entity: KustoCommand, _ database: String) async throws(KustoError) -> Bool? {
        let answer = try await engine.manage(
            ".show \(entity) policy streamingingestion",
            database: database,
            at: url,
            leg: .management
        )
        guard !answer.rows.isEmpty, let cell = answer[0, "Policy"] else { return nil }
        let policy = cell.stringValue.flatMap { try? JSONValue(parsing: $0) } ?? cell
        guard policy.objectValue != nil else { return nil }
        return policy["IsEnabled"]?.boolValue ?? true
    }
}
