/// Which managed identities there are, and what the endpoints that give out their tokens want to see.
package struct MachineIdentities: Sendable, Hashable {
    /// An identity that was assigned to the machine.
    package struct Assigned: Sendable, Hashable {
        /// The id of its application.
        package var clientID: String
        /// The id of its principal.
        package var objectID: String?
        /// Its place in Azure, which begins with `/subscriptions/`.
        package var resourceID: String?

        /// Creates an identity.
        package init(clientID: String, objectID: String? = nil, resourceID: String? = nil) {
            self.clientID = clientID
            self.objectID = objectID
            self.resourceID = resourceID
        }
    }

    /// The client id of the machine's own identity.
    package static let ownClientID = "managed-identity"

    /// Whether the machine has an identity of its own.
    package var hasOwn: Bool
    /// The identities that were assigned to it; when empty, every application is one.
    package var assigned: [Assigned]
    /// What must be in the header `X-IDENTITY-HEADER` of App Service and in `secret` of Azure Machine Learning.
    package var secret: String
    /// Where Azure Arc's agent writes its keys; without one there is no agent.
    package var arcKeyFolder: String?

    /// Creates identities; without arguments the machine's own, and every application is assigned to it.
    package init(
        hasOwn: Bool = true,
        assigned: [Assigned] = [],
        secret: String = "emulated",
        arcKeyFolder: String? = nil
    ) {
        self.hasOwn = hasOwn
        self.assigned = assigned
        self.secret = secret
        self.arcKeyFolder = arcKeyFolder
    }

    /// Whether tokens may be issued to this client id as to an identity of the machine.
    func has(_ clientID: String) -> Bool {
        (hasOwn && clientID == Self.ownClientID) || assigned.contains { $0.clientID == clientID }
    }
}
