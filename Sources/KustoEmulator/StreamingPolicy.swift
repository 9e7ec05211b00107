/// Whether and what the emulated cluster takes by streaming ingestion.
package struct StreamingPolicy: Sendable, Hashable {
    /// Whether the cluster offers it at all; without it the path answers 404.
    package var isEnabled: Bool
    /// Whether a table or its database needs the streaming ingestion policy.
    package var requiresTablePolicy: Bool
    /// The most bytes of a request's body as it is sent.
    package var maximumBytes: Int

    /// Creates a policy; without arguments streaming is on, tables need their policy, and a body may have 10 MiB.
    package init(isEnabled: Bool = true, requiresTablePolicy: Bool = true, maximumBytes: Int = 10 << 20) {
        self.isEnabled = isEnabled
        self.requiresTablePolicy = requiresTablePolicy
        self.maximumBytes = maximumBytes
    }
}
