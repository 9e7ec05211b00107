/// What a registry says to a request, once it says something that counts.
enum RegistryAnswer: Sendable {
    /// 200 with a schema.
    case schema(SchemaAnswer)
    /// A status from 400 on with a registry's own error, which asking again does not change.
    case refusal(Refusal)
    /// 404 without an error of a registry's: the path is unknown there, or it is no registry at all.
    case unknownPath(SchemaRegistryError)

    /// An error that the registry gives in its own words.
    struct Refusal: Sendable {
        /// The HTTP status.
        let status: Int
        /// The registry's number of the error, such as 40403.
        let code: Int
        /// The error, for people.
        let error: SchemaRegistryError

        /// Whether something does not exist: a subject (40401), a version (40402) or a schema (40403).
        var isNotFound: Bool { status == 404 }
    }
}
