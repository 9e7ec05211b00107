package import SchemaRegistry

/// Where a converter finds schemas: a registry's store, or a test's stand-in.
package protocol SchemaSource: Sendable {
    /// Says what is known about a schema now; never waits, and has it fetched when nothing is known.
    func lookup(_ key: SchemaKey) -> SchemaLookup

    /// Calls `body` once, when ``lookup(_:)`` will not say `pending` any more; at once when that is so already.
    /// - Returns: What to withdraw when nobody waits any longer; `nil` when `body` was called at once.
    func whenSettled(_ key: SchemaKey, _ body: @escaping @Sendable () -> Void) -> SchemaWaiter?

    /// Fetches what is asked for until the task is cancelled.
    func run() async

    /// Forgets somebody who waits.
    func withdraw(_ waiter: SchemaWaiter)
}

extension SchemaStore: SchemaSource {}
