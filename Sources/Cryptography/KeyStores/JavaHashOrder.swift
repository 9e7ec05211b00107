/// The order of names in Java's `HashMap`, in which its key manager `SunX509` keeps keys and looks for one.
enum JavaHashOrder {
    /// Returns the places of names, sorted by where a map has them; those of one bucket stay in their order.
    static func indices(of names: [String]) -> [Int] {
        // A map doubles its 16 buckets as soon as three quarters of them would be taken.
        var buckets: UInt32 = 16
        while UInt32(names.count) > buckets / 4 * 3 { buckets *= 2 }
        let places = names.map { name in
            let hash = name.utf16.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
            return (hash ^ hash >> 16) & (buckets - 1)
        }
        return places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    }
}
