/// Spreads a number of records over partitions as evenly as what they have allows.
enum SampleShares {
    /// Returns how many records are taken of each partition.
    /// - Parameters:
    ///   - available: How many each partition has at most.
    ///   - records: How many are wanted altogether.
    static func spread(_ records: Int, over available: [Int64]) -> [Int] {
        var shares = available.map { _ in 0 }
        var left = max(0, records)
        // Those with the least come first, so that what they lack is left to the others.
        let order = available.indices.filter { available[$0] > 0 }.sorted { (available[$0], $0) < (available[$1], $1) }
        for (place, index) in order.enumerated() {
            shares[index] = Int(min(Int64(left / (order.count - place)), available[index]))
            left -= shares[index]
        }
        return shares
    }
}
