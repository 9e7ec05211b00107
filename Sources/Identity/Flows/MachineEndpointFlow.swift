internal import HTTP

/// An identity of this machine, asked for by a query that somebody has written.
struct MachineEndpointFlow: TokenFlow {
    let endpoint: MachineEndpoint
    let wire: TokenWire
    let needsTarget = false

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        try await TokenRequest.get(
            endpoint.query.isEmpty ? endpoint.url : "\(endpoint.url)?\(endpoint.query)",
            headers: [HTTPHeader("Metadata", "true")],
            renewal: .before(endpoint.expiryBuffer),
            wire
        )
    }
}
