extension Int64 {
    /// The offset behind this one; the largest number stays, for a broken batch may name any.
    var next: Int64 { self == .max ? .max : self + 1 }
}
