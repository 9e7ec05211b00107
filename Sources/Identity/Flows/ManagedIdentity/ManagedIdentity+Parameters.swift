extension ManagedIdentity {
    /// What names the identity in a query: nothing for the machine's own.
    /// - Parameter resourceID: The name that the endpoint has for the id in Azure.
    func parameters(resourceID: String) -> [(String, String)] {
        switch self {
        case .systemAssigned: []
        case .clientID(let id): [("client_id", id)]
        case .objectID(let id): [("object_id", id)]
        case .resourceID(let id): [(resourceID, id)]
        }
    }
}
