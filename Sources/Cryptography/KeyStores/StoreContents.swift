/// What a store has, whatever its format.
struct StoreContents {
    /// The trusted certificates, in the order of the store.
    var authorities: [Certificate] = []
    /// The keys, in the order in which they are tried.
    var keys: [StoredKey] = []

    /// Puts keys into the order in which Java looks for one.
    mutating func orderKeysAsJava() {
        let order = JavaHashOrder.indices(of: keys.map(\.alias))
        keys = order.map { keys[$0] }
    }
}
