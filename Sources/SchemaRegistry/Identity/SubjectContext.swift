/// The context that a subject's name begins with: `:.staging:orders-value` is `orders-value` in the context `.staging`.
enum SubjectContext {
    /// Returns the context with its colons, such as `:.staging:`; empty when the name has none.
    static func prefix(of subject: String) -> Substring {
        guard subject.hasPrefix(":."), let end = subject.dropFirst().firstIndex(of: ":") else { return "" }
        return subject[...end]
    }

    /// Whether a subject is in the context that every registry has, written out (`:.:orders-value`) or not.
    static func isDefault(_ subject: String) -> Bool {
        let prefix = prefix(of: subject)
        return prefix.isEmpty || prefix == ":.:"
    }

    /// Returns a reference's subject in the context of the schema that has the reference, if it names none itself.
    static func qualified(_ subject: String, like parent: String) -> String {
        prefix(of: subject).isEmpty ? prefix(of: parent) + subject : subject
    }
}
