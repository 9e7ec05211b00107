internal import HTTP
internal import JSON
internal import Text

/// Where to log in for a cluster, and what to ask for (Kusto REST, `/v1/rest/auth/metadata`).
enum CloudMetadata {
    /// What clusters without metadata use.
    static let publicCloud = TokenTarget(
        loginEndpoint: "https://login.microsoftonline.com",
        resource: "https://kusto.kusto.windows.net"
    )

    /// Asks a cluster for its metadata.
    static func fetch(from url: String, _ wire: TokenWire) async throws(IdentityError) -> TokenTarget {
        // Always at the root, also when the cluster's URL names a database.
        let root = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        let place = root.joined(separator: "/") + "/v1/rest/auth/metadata"
        let response = try await wire.send(
            HTTPRequest(url: place, headers: [HTTPHeader("Accept", "application/json")], timeout: .seconds(10))
        )
        // What a proxy on the way does not find says nothing about the cluster, and what is returned here is kept.
        if response.status == 404, isCluster(response) { return publicCloud }
        guard response.status == 200 else {
            let isTransient = response.status == 408 || response.status == 429 || response.status >= 500
            throw IdentityError(
                response.status == 429 ? .throttled : isTransient ? .serviceFailure : .unexpectedAnswer,
                "cloud metadata at \(place): status \(response.status); check that the URL is a cluster's, and look for a proxy or "
                    + "gateway on the way",
                retryAfter: response.retryAfter,
                httpStatus: response.status
            )
        }
        guard let value = try? JSONValue(parsing: response.body), value.objectValue?.count ?? 0 > 0 else {
            throw IdentityError(
                .unexpectedAnswer,
                "cloud metadata at \(place): the answer is no such document; check that the URL is a cluster's"
            )
        }
        guard let directory = value["AzureAD"], directory.objectValue != nil else { return publicCloud }
        var resource = directory["KustoServiceResourceId"]?.stringValue ?? publicCloud.resource
        if directory["LoginMfaRequired"]?.boolValue == true {
            resource = resource.replacing(".kusto.", with: ".kustomfa.", maxReplacements: 1)
        }
        let login = directory["LoginEndpoint"]?.stringValue ?? publicCloud.loginEndpoint
        let target = TokenTarget(loginEndpoint: String(login.trimmingSuffix { $0 == "/" }), resource: resource)
        try check(target, place)
        return target
    }

    /// Whether ADX answered: it names the activity (Kusto REST, "Response headers").
    private static func isCluster(_ response: HTTPResponse) -> Bool {
        response.header("x-ms-activity-id") != nil || response.header("x-ms-client-request-id") != nil
    }

    /// Checks that nobody in between can read what goes to the login endpoint, since secrets go there.
    private static func check(_ target: TokenTarget, _ place: String) throws(IdentityError) {
        guard !target.loginEndpoint.hasPrefix("https://"), !Loopback.contains(hostOf: target.loginEndpoint) else {
            return
        }
        throw IdentityError(
            .untrustedEndpoint,
            "\(place) names a login endpoint without TLS; no credential is sent there, check kusto.ingestion.url",
            needsChange: true
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
