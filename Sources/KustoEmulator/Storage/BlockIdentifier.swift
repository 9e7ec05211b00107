internal import FoundationEssentials

/// The identifier of a block: base64 of at most 64 bytes (Azure Storage, "Put Block").
struct BlockIdentifier: Sendable, Hashable {
    /// The identifier as it was sent.
    let text: String
    /// How many bytes it stands for; the same for every block of a blob.
    let length: Int

    /// Reads an identifier; `nil` when Azure would refuse it.
    init?(_ text: String) {
        guard let bytes = Data(base64Encoded: text), (1...64).contains(bytes.count) else { return nil }
        self.text = text
        length = bytes.count
    }
}
