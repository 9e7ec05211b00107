/// An application that is registered in a tenant of Entra.
package struct EntraApplication: Sendable, Hashable {
    /// The tenant's id or domain name.
    package var tenantID: String
    /// The application's id.
    package var clientID: String

    /// Creates an application.
    package init(tenantID: String, clientID: String) {
        self.tenantID = tenantID
        self.clientID = clientID
    }
}
