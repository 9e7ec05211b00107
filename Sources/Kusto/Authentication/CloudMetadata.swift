internal import HTTP
internal import JSON
internal import Text

/// Where to log in for a cluster, and what to ask for (Kusto REST, `/v1/rest/auth/metadata`).
struct CloudMetadata: Sendable, Hashable {
    /// Entra's host.
    let loginEndpoint: String
    /// The resource that tokens are for.
    let resource: String

    /// The public cloud's metadata, which clusters without metadata use.
    static let publicCloud = CloudMetadata(
        loginEndpoint: "https://login.microsoftonline.com",
        resource: "https://kusto.kusto.windows.net"
    )

    /// The scope to ask for at Entra's v2.0 endpoint.
    var scope: String { (resource.hasSuffix("/") ? resource : resource + "/") + ".default" }

    /// Asks a cluster for its metadata.
    static func fetch(from url: String, _ wire: Wire) async throws(KustoError) -> CloudMetadata {
        // Always at the root, also when the cluster's URL names a database.
        let root = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        let place = root.joined(separator: "/") + "/v1/rest/auth/metadata"
        let response = try await wire.send(
            HTTPRequest(url: place, headers: [HTTPHeader("Accept", "application/json")], timeout: .seconds(10)),
            leg: .token
        )
        // What a proxy on the way does not find says nothing about the cluster, and what is returned here is kept.
        if response.status == 404, AnswerOrigin.isADX(response) { return publicCloud }
        guard response.status == 200 else { throw FailureClassifier.failure(response, leg: .token, url: place) }
        guard let value = try? JSONValue(parsing: response.body), value.objectValue?.count ?? 0 > 0 else {
            throw FailureClassifier.unexpected("no cloud metadata", leg: .token, url: place)
        }
        guard let directory = value["AzureAD"], directory.objectValue != nil else { return publicCloud }
        var resource = directory["KustoServiceResourceId"]?.stringValue ?? publicCloud.resource
        if directory["LoginMfaRequired"]?.boolValue == true {
            resource = resource.replacing(".kusto.", with: ".kustomfa.", maxReplacements: 1)
        }
        let login = directory["LoginEndpoint"]?.stringValue ?? publicCloud.loginEndpoint
        let metadata = CloudMetadata(loginEndpoint: String(login.trimmingSuffix { $0 == "/" }), resource: resource)
        try metadata.check(place)
        return metadata
    }

    /// Checks that nobody in between can read what goes to the login endpoint, since secrets go there.
    private func check(_ place: String) throws(KustoError) {
        guard !loginEndpoint.hasPrefix("https://"), !Loopback.contains(hostOf: loginEndpoint) else { return }
        throw KustoError(
            .untrustedEndpoint,
            "\(place) names a login endpoint without TLS; no credential is sent there, check kusto.ingestion.url",
            leg: .token,
            disposition: .stop
        )
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
