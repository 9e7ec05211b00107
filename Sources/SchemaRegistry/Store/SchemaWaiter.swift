/// Somebody who waits for a schema; to be withdrawn when the schema is not needed any more.
package struct SchemaWaiter: Sendable, Hashable {
    /// The schema.
    package let key: SchemaKey
    let number: Int
}
