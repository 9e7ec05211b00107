/// A container, queue or table of an emulated storage account.
struct StorageResource: Sendable, Hashable {
    /// What kind of storage it is.
    enum Kind: String, Sendable {
        case blob, queue, table
    }

    /// What kind of storage it is.
    let kind: Kind
    /// The account, which is the first segment of its URL.
    let account: String
    /// Its name, the second segment.
    let name: String

    /// The path of its URL.
    var path: String { "/\(account)/\(name)" }
}
