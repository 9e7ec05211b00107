/// A page of a ``PagePool``.
///
/// Unchecked because a page has one owner at a time, and only that owner touches its bytes.
@safe
struct Page: @unchecked Sendable {
    /// Where its bytes are.
    let address: UnsafeMutableRawPointer

    init(_ address: UnsafeMutableRawPointer) { unsafe self.address = address }
}
