/// What a ``SchemaStore`` knows about a schema now.
package enum SchemaLookup: Sendable {
    /// The schema.
    case ready(RegisteredSchema)
    /// The registry has answered that there is no such schema, or that it cannot be used.
    case refused(SchemaRegistryError)
    /// The schema is being fetched, or the registry does not answer; ``SchemaStore/whenSettled(_:_:)`` says when that ends.
    case pending
}
