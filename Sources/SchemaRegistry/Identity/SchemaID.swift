/// What a message says about its schema.
package enum SchemaID: Sendable, Hashable, CustomStringConvertible {
    /// A number that is unique in a context of the registry (wire format V0).
    case number(Int32)
    /// A globally unique identifier (wire format V1).
    case guid(SchemaGUID)

    /// The number or the identifier, as in messages.
    package var description: String {
        switch self {
        case .number(let number): String(number)
        case .guid(let guid): guid.description
        }
    }
}
