/// The error body of Azure Storage (Azure Storage REST, "Status and error codes").
enum StorageErrorText {
    /// The text of `<Code>`, if it is there.
    static func code(in body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(2000), as: UTF8.self)
        guard let start = text.firstRange(of: "<Code>"), let end = text[start.upperBound...].firstRange(of: "</Code>")
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }

    /// Whether an error code asks for fewer requests (Azure Storage, "Scalability and performance targets").
    static func isThrottling(_ code: String?) -> Bool { code == "ServerBusy" || code == "IngressExceedsAccountLimits" }
}
