/// What a registry does not give although it was asked.
struct RegistryOutage: Sendable {
    /// The schema that was asked for first.
    let key: SchemaKey
    /// When that failed first.
    let since: Duration
    /// How many schemas are asked for in vain.
    var schemas: Int
    /// Why the last attempt at it failed.
    let error: SchemaRegistryError
}
