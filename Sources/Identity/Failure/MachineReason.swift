internal import JSON

/// What an endpoint of this machine means when it refuses an identity.
///
/// The sentences are ours: those of the endpoint are only looked for known words.
enum MachineReason {
    /// The reason in the body of an answer: `error_description` of the metadata service, `message` of App Service.
    static func text(in answer: JSONValue?) -> String? {
        guard let text = (answer?["error_description"] ?? answer?["message"])?.stringValue?.prefix(1000).lowercased()
        else { return nil }
        return meanings.first { meaning in meaning.words.contains { text.firstRange(of: $0) != nil } }?.text
    }

    private static let meanings: [(words: [String], text: String)] = [
        (
            ["multiple user assigned identities"],
            "several identities are assigned to this machine: name one by its client id or resource id"
        ),
        (
            ["identity not found", "managed identity found", "requested managed identity"],
            "this identity is not assigned to this machine"
        ),
    ]
}
