/// An identity of this machine, asked for by a query that somebody has written.
struct MachineEndpointFlow: TokenFlow {
    let endpoint: MachineEndpoint
    let wire: TokenWire
    let needsTarget = false

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        let request = try MachineRequest(
            endpoint: endpoint.query.isEmpty ? endpoint.url : "\(endpoint.url)?\(endpoint.query)",
            of: "the endpoint of the identity",
            headers: [("Metadata", "true", nil)]
        )
        return try await request.token(renewal: .before(endpoint.expiryBuffer), wire)
    }
}
