/// How messages share a blob.
package enum BlobLayout: Sendable, Hashable, CaseIterable {
    /// Each message is one or more rows, one after the other.
    case lines
    /// A message is a blob of its own, byte for byte, to which nothing may be added.
    case oneMessage
    /// The blob begins with a header, and messages lie in blocks; all of them have the header's schema.
    case container
}
