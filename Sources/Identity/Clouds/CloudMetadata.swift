internal import HTTP
internal import JSON

/// Where to log in for a cluster, and what to ask for (Kusto REST, `/v1/rest/auth/metadata`).
enum CloudMetadata {
    /// What clusters without metadata use.
    static let publicCloud = TokenTarget(
        loginEndpoint: "https://login.microsoftonline.com",
        resource: "https://kusto.kusto.windows.net"
    )

    /// Asks a cluster for its metadata.
    /// - Parameters:
    ///   - url: The cluster.
    ///   - trust: Where credentials may be sent; what the cluster names must belong to its own cloud.
    static func fetch(
        from url: String,
        trusting trust: TrustedEndpoints,
        _ wire: TokenWire
    ) async throws(IdentityError) -> TokenTarget {
        let cluster = try trusted(url, trust)
        // Always at the root, also when the cluster's URL names a database.
        let root = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        let place = root.joined(separator: "/") + "/v1/rest/auth/metadata"
        let response = try await wire.send(
            HTTPRequest(url: place, headers: [HTTPHeader("Accept", "application/json")], timeout: .seconds(10))
        )
        // What a proxy on the way does not find says nothing about the cluster, and what is returned here is kept.
        if response.status == 404, isCluster(response) {
            try check(publicCloud, of: cluster, trust, "\(place) is not there, which means")
            return publicCloud
        }
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
        let directory = value["AzureAD"]
        var resource = directory?["KustoServiceResourceId"]?.stringValue ?? publicCloud.resource
        if directory?["LoginMfaRequired"]?.boolValue == true {
            resource = resource.replacing(".kusto.", with: ".kustomfa.", maxReplacements: 1)
        }
        let login = directory?["LoginEndpoint"]?.stringValue ?? publicCloud.loginEndpoint
        let target = TokenTarget(loginEndpoint: String(login.trimmingSuffix { $0 == "/" }), resource: resource)
        try check(target, of: cluster, trust, "\(place) names")
        return target
    }

    /// What a token that the user gives needs: no login endpoint, but a cluster that may have it.
    static func unasked(_ url: String, _ trust: TrustedEndpoints) throws(IdentityError) -> TokenTarget {
        _ = try trusted(url, trust)
        return publicCloud
    }

    /// Reads a cluster's URL.
    /// - Throws: ``IdentityError`` with `untrustedEndpoint` when no token may be sent there.
    private static func trusted(_ url: String, _ trust: TrustedEndpoints) throws(IdentityError) -> EndpointURL {
        guard let cluster = try? EndpointURL(url), trust.refusal(of: cluster) == nil else {
            throw IdentityError(
                .untrustedEndpoint,
                "no token is sent to \(HTTPError.withoutQuery(url)): \(trust.refusal(of: url) ?? "it is no URL")",
                needsChange: true
            )
        }
        return cluster
    }

    /// Whether ADX answered: it names the activity (Kusto REST, "Response headers").
    private static func isCluster(_ response: HTTPResponse) -> Bool {
        response.header("x-ms-activity-id") != nil || response.header("x-ms-client-request-id") != nil
    }

    /// Checks that what a cluster names is its own cloud's, since secrets and tokens go there.
    private static func check(
        _ target: TokenTarget,
        of cluster: EndpointURL,
        _ trust: TrustedEndpoints,
        _ place: String
    ) throws(IdentityError) {
        let refusal =
            trust.refusal(ofLogin: target.loginEndpoint, for: cluster)
            ?? trust.refusal(ofResource: target.resource, for: cluster)
        guard let refusal else { return }
        throw IdentityError(
            .untrustedEndpoint,
            "\(place) \(refusal); no credential is sent there, check kusto.ingestion.url, or add that host to "
                + "kusto.endpoint.trust if credentials may be sent to it",
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
