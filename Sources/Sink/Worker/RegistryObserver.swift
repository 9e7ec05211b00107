internal import SchemaRegistry

/// Passes on that a schema registry does not answer.
struct RegistryObserver: SchemaRegistryObserver {
    let observer: any PipelineObserver

    func problemAppeared(_ key: String, _ text: String) { observer.problemAppeared(key, text) }
    func problemCleared(_ key: String) { observer.problemCleared(key) }
}
