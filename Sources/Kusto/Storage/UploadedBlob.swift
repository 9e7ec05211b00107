/// A blob that waits for its message.
package struct UploadedBlob: Sendable, Hashable, CustomStringConvertible {
    /// Where it is, with the signature that lets ADX read it.
    let url: SignedURL
    /// How many bytes it has, as sent.
    package let bytes: Int

    /// Its URL without the signature.
    package var description: String { url.description }
}
