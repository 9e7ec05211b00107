/// The parts of a storage URL or path: account, container (or queue, or table), and the rest.
struct StorageAddress: Sendable, Equatable {
    /// The account.
    let account: String
    /// The container, queue or table.
    let name: String
    /// What follows, decoded: a blob's name, or `messages` with an identifier.
    let rest: String
    /// The parameters of the query, with those of the shared access signature.
    let parameters: QueryParameters

    /// Reads a path and a query as they stand in a request.
    init?(path: some StringProtocol, query: some StringProtocol) {
        let parts = path.drop { $0 == "/" }.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        account = PercentEncoding.decode(parts[0])
        name = PercentEncoding.decode(parts[1])
        rest = parts.count > 2 ? PercentEncoding.decode(parts[2]) : ""
        parameters = QueryParameters(query)
    }

    /// Reads a URL; host and port do not matter, since an emulator may have several names.
    init?(url: String) {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let parts = url[scheme.upperBound...].prefix { $0 != ";" }
            .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let slash = parts.first?.firstIndex(of: "/"), let path = parts.first?[slash...] else { return nil }
        self.init(path: path, query: parts.count > 1 ? parts[1] : "")
    }
}
