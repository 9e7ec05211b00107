/// What a registry says to a request, once it says something that counts.
enum RegistryAnswer: Sendable {
    /// 200 with a schema.
    case schema(SchemaAnswer)
    /// A status from 400 on with a registry's own error, which asking again does not change.
    case refusal(SchemaRegistryError)
    /// 404 without an error of a registry's: the path is unknown there, or it is no registry at all.
    case unknownPath(SchemaRegistryError)
}
