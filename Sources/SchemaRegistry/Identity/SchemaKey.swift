/// Which schema is meant: its identifier, and the subject under which it is looked for.
///
/// Numbers are unique in a context only, and the subject says in which one.
package struct SchemaKey: Sendable, Hashable, CustomStringConvertible {
    /// The subject, such as `orders-value`, or `:.context:orders-value` outside the default context.
    package let subject: String
    /// The schema's identifier.
    package let id: SchemaID

    /// Creates a key.
    package init(subject: String, id: SchemaID) {
        self.subject = subject
        self.id = id
    }

    /// The key, as in messages.
    package var description: String { subject.isEmpty ? "schema \(id)" : "schema \(id) of subject \(subject)" }
}
