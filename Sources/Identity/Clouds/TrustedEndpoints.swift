/// Which hosts get credentials and data: those of Azure's clouds, this machine, and those that the user names.
///
/// A cluster says itself where to log in, for what, and where it takes data. So a cluster that is nobody's, or an answer that
/// somebody else gives in its place, could send a secret anywhere. Each of these places must therefore belong to the
/// cluster's cloud. Hosts are compared whole and in lower case, after ``EndpointURL`` has read them strictly.
package struct TrustedEndpoints: Sendable, Hashable {
    /// Hosts that are trusted besides, in lower case: as clusters, for logging in, and as storage.
    package var additionalHosts: [String]

    /// Trusts the well-known hosts, this machine, and `additionalHosts`.
    package init(additionalHosts: [String] = []) {
        self.additionalHosts = additionalHosts.map { $0.lowercased() }
    }

    // MARK: Clusters

    /// Why a cluster's URL is not trusted, or `nil` when it is; the text never quotes the URL.
    package func refusal(of url: String) -> String? {
        do throws(EndpointURL.Refusal) {
            return refusal(of: try EndpointURL(url))
        } catch {
            return error.reason
        }
    }

    /// Why a cluster is not trusted, or `nil` when it is.
    package func refusal(of url: EndpointURL) -> String? {
        if url.isLoopback { return nil }
        if url.scheme == "http" { return "HTTP is not supported. Only HTTPS endpoints are allowed." }
        if isWellKnown(url) || additionalHosts.contains(url.host) { return nil }
        return """
            URL does not point to a known Azure Data Explorer endpoint; correct it, or add its host to \
            kusto.endpoint.trust if credentials may be sent there
            """
    }

    /// Whether the host of `url` is one of Azure's.
    package func isWellKnown(_ url: EndpointURL) -> Bool { AzureCloud.of(host: url.host) != nil }

    /// Whether the host of `url` is one where identities of Entra log in.
    package static func isLogin(_ url: EndpointURL) -> Bool {
        AzureCloud.all.contains { $0.logins.contains(url.host) }
    }

    // MARK: What clusters name

    /// Why a cluster's credential must not be sent to a login endpoint, or `nil` when it may.
    /// - Parameters:
    ///   - login: The endpoint that the cluster names.
    ///   - cluster: The cluster, which is trusted itself.
    func refusal(ofLogin login: String, for cluster: EndpointURL) -> String? {
        guard let url = try? EndpointURL(login) else { return "a login endpoint that is no URL of a host" }
        guard url.scheme == "https" || url.isLoopback else { return "a login endpoint without TLS" }
        if additionalHosts.contains(url.host) || (url.isLoopback && cluster.isLoopback) { return nil }
        let own = AzureCloud.of(host: cluster.host).map { [$0] } ?? AzureCloud.all
        if own.contains(where: { $0.logins.contains(url.host) }) { return nil }
        return own.count == 1
            ? "the login host \(url.host), while clusters of its cloud log in at \(own[0].logins[0])"
            : "the login host \(url.host), which is none of Entra's"
    }

    /// Why a cluster must not get a token for a resource, or `nil` when it may: a token for something else of Azure's would
    /// let it act there.
    ///
    /// What Azure's own clusters name is taken as it is.
    func refusal(ofResource resource: String, for cluster: EndpointURL) -> String? {
        if cluster.isLoopback || AzureCloud.of(host: cluster.host) != nil { return nil }
        guard let url = try? EndpointURL(resource) else { return "a resource that is no URL of a host" }
        if url.host == cluster.host || additionalHosts.contains(url.host) || isWellKnown(url) { return nil }
        return "the resource \(url.host), which is no cluster's"
    }

    /// Why nothing may be sent to storage that a cluster names, or `nil` when it may.
    ///
    /// Storage is in the cluster's cloud, or with the cluster itself. This machine's own ports, private networks and the
    /// endpoints of its identity are thus out of reach.
    /// - Parameters:
    ///   - storage: The storage's URL, without its signature.
    ///   - cluster: The cluster, which is trusted itself.
    package func refusal(ofStorage storage: String, for cluster: EndpointURL) -> String? {
        guard let url = try? EndpointURL(storage) else { return "an address that is no URL of a host" }
        guard url.scheme == "https" || url.isLoopback else { return "\(url.host) without TLS" }
        if url.host == cluster.host || additionalHosts.contains(url.host) { return nil }
        if url.isLoopback, cluster.isLoopback { return nil }
        let own = AzureCloud.of(host: cluster.host).map { [$0] } ?? AzureCloud.all
        return own.contains { AzureCloud.isBelow(url.host, $0.storage) } ? nil : url.host
    }
}
