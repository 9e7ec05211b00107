extension Int64 {
    /// The next offset; the largest number stays as it is, since a damaged batch may name any offset.
    var next: Int64 { self == .max ? .max : self + 1 }
}
