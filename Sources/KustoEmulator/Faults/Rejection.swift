/// A text that a source must not hold, because a fault was set on it.
struct Rejection: Sendable, Hashable {
    /// The fault's number.
    let fault: Int
    /// The text's bytes, at least one.
    let data: [UInt8]
    /// What the source fails with.
    let code: IngestionFailure.Code
}
