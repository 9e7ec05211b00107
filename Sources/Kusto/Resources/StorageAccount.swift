internal import FoundationEssentials

/// The resources of one kind that one storage account has.
struct StorageAccount: Sendable, Hashable {
    /// The account's name.
    let name: String
    /// Its containers or its queues, at least one.
    let resources: [SignedURL]

    /// Groups resources by their accounts.
    static func grouping(_ resources: [SignedURL]) -> [StorageAccount] {
        Dictionary(grouping: resources, by: \.account).map { StorageAccount(name: $0, resources: $1) }
    }

    /// The account with only the resources whose signatures are still good; `nil` when there are none.
    func usable(at date: Date) -> StorageAccount? {
        let usable = resources.filter { $0.isUsable(at: date) }
        return usable.isEmpty ? nil : StorageAccount(name: name, resources: usable)
    }
}
