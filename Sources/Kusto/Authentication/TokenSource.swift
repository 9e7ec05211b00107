/// Gets access tokens of one kind of credential.
protocol TokenSource: Sendable {
    /// Gets a new token for `resource`, such as `https://kusto.kusto.windows.net`.
    func token(for cloud: CloudMetadata) async throws(KustoError) -> AccessToken
}
