/// Which variables of the worker's environment users may set.
///
/// `CONNECT_…` are properties of the sink, which the operator could not check, and what the loader of programs reads
/// would run other code than the image's.
enum WorkerEnvironment {
    private static let names: Set<String> = [
        "TZ", "LANG", "LC_ALL", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "KRB5_CONFIG", "KRB5CCNAME", "KRB5_TRACE", "MALLOC_ARENA_MAX",
        "AZURE_AUTHORITY_HOST", "AZURE_CLIENT_ID", "AZURE_TENANT_ID",
    ]

    /// Whether users may set a variable.
    static func allows(_ name: String) -> Bool { names.contains(name) }

    /// What may be set, for messages.
    static var expectation: String { "may be one of \(names.sorted().joined(separator: ", "))" }
}
