internal import FoundationEssentials

/// A blob that waits for its message.
package struct UploadedBlob: Sendable, Hashable, CustomStringConvertible {
    /// Where it is, with the signature that lets ADX read it.
    let url: SignedURL

    /// Whether its message may be posted at `date`: whether its URL stays valid for as long as ADX may need to read it.
    func mayBePosted(at date: Date) -> Bool { url.isUsable(at: date) }

    /// Its URL without the signature.
    package var description: String { url.description }
}
