/// Is told when a schema registry has not answered for a while, for health and readiness.
package protocol SchemaRegistryObserver: Sendable {
    /// Records have waited for a schema for a minute.
    ///
    /// Neither this nor ``problemCleared(_:)`` may call the store.
    /// - Parameters:
    ///   - key: What it is about; the same key clears it.
    ///   - text: One sentence for whoever asks why the process is not ready.
    func problemAppeared(_ key: String, _ text: String)
    /// The problem with this key is over.
    func problemCleared(_ key: String)
}
