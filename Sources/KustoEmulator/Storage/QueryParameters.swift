/// The parameters of a URL's query or of a form body, decoded; names in any letter case.
struct QueryParameters: Sendable, Equatable {
    private var values: [String: String] = [:]

    /// Reads `a=1&b=2`; the first of several parameters of one name wins.
    init(_ text: some StringProtocol, isForm: Bool = false) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decode(parts[0], isForm: isForm).lowercased()
            let value = parts.count > 1 ? PercentEncoding.decode(parts[1], isForm: isForm) : ""
            if values[name] == nil { values[name] = value }
        }
    }

    /// The value of that name, which must be given in lower case.
    subscript(name: String) -> String? { values[name] }
}
