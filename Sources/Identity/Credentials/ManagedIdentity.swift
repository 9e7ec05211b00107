/// One of the identities that Azure gives to a machine, a function or an app.
package enum ManagedIdentity: Sendable, Hashable {
    /// The one that came with the machine.
    case systemAssigned
    /// One that was assigned to it, by the id of its application ("client id").
    case clientID(String)
    /// One that was assigned to it, by the id of its principal in Entra ("object id").
    case objectID(String)
    /// One that was assigned to it, by its place in Azure, such as
    /// `/subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/sink`.
    case resourceID(String)

    /// Reads how a user names an identity: nothing for the machine's own, a client id, a resource id, which begins with
    /// `/subscriptions/`, or `object_id=` and an object id, which looks like a client id otherwise.
    package init(naming text: String?) {
        guard let text, !text.isEmpty else {
            self = .systemAssigned
            return
        }
        let object = "object_id="
        self =
            if text.lowercased().hasPrefix("/subscriptions/") {
                .resourceID(text)
            } else if text.lowercased().hasPrefix(object) {
                .objectID(String(text.dropFirst(object.count)))
            } else {
                .clientID(text)
            }
    }
}
