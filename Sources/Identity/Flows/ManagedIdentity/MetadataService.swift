internal import HTTP

/// Asks the metadata service of a virtual machine or node for a token ("IMDS").
struct MetadataService: Sendable {
    let request: MachineRequest
    let wire: TokenWire

    /// - Parameters:
    ///   - base: Scheme and host of the service.
    ///   - resource: What the token is for.
    /// - Throws: ``IdentityError`` when `base` is no URL.
    init(
        base: String,
        resource: String,
        _ identity: ManagedIdentity,
        _ wire: TokenWire
    ) throws(IdentityError) {
        let host = base.last == "/" ? String(base.dropLast()) : base
        request = try MachineRequest(
            endpoint: "\(host)/metadata/identity/oauth2/token",
            of: "AZURE_POD_IDENTITY_AUTHORITY_HOST",
            parameters: [("api-version", "2018-02-01"), ("resource", resource)]
                + identity.parameters(resourceID: "msi_res_id"),
            headers: [("Metadata", "true", nil)]
        )
        self.wire = wire
    }

    /// Asks, and asks again for as long as the service may only not be ready.
    func token() async throws(IdentityError) -> AccessToken {
        var ladder = RetryLadder()
        while true {
            let pause: Duration
            do throws(IdentityError) {
                let response = try await wire.send(request.request)
                guard let next = ladder.pause(afterStatus: response.status, wish: response.retryAfter) else {
                    return try read(response)
                }
                pause = next
            } catch {
                guard [.unreachable, .timedOut].contains(error.code), error.httpStatus == nil else { throw error }
                guard let next = ladder.pauseAfterSilence() else {
                    throw IdentityError(error.code, "\(error.message); \(Self.absence)")
                }
                pause = next
            }
            guard await wire.clock.sleep(pause) else {
                throw IdentityError(.cancelled, "asking for a token was given up")
            }
        }
    }

    private func read(_ response: HTTPResponse) throws(IdentityError) -> AccessToken {
        // What stands in the service's place on machines outside of Azure, such as those of Docker Desktop.
        if response.status == 403, String(decoding: response.body, as: UTF8.self).contains("unreachable") {
            throw IdentityError(
                .unreachable,
                "token from \(HTTPError.withoutQuery(request.url)): status 403: the network says that nobody is there; "
                    + Self.absence,
                httpStatus: 403
            )
        }
        return try TokenRequest.read(response, url: request.url, isMachine: true, nil, wire)
    }

    private static let absence =
        "a managed identity needs a machine of Azure, whose metadata service the pod's network policy allows"
}
