/// A run of offsets of one partition, from the first one covered to the next one to read.
package struct OffsetRange: Sendable, Hashable, CustomStringConvertible {
    /// The first offset covered.
    package let lower: Int64
    /// The offset after the last one covered; what is committed when the range is done.
    package let upper: Int64

    /// Creates a range; `upper` is greater than `lower`.
    package init(lower: Int64, upper: Int64) {
        precondition(lower < upper, "an offset range covers at least one offset")
        self.lower = lower
        self.upper = upper
    }

    package var description: String { "\(lower)..\(upper - 1)" }
}
