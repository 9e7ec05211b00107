/// Messages as they came; gives access to the parts of a message that few converters read.
package protocol MessageSource: AnyObject {
    /// Returns a message's key, or `nil` when it has none; valid as long as the source.
    func key(at index: Int) -> UnsafeRawBufferPointer?

    /// Calls `body` with the name and the value of each of a message's headers, in order.
    func forEachHeader(
        at index: Int,
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void
    )
}
