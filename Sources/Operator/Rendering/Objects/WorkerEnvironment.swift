/// Which variables of the worker's environment users may set.
///
/// `CONNECT_…` are properties of the sink, which the operator could not check, and what the loader of programs reads
/// would run other code than the image's. Variables that the worker does not read are not taken either, so that nobody
/// relies on them.
enum WorkerEnvironment {
    private static let names: Set<String> = [
        "TZ", "LANG", "LC_ALL", "KRB5_CONFIG", "KRB5CCNAME", "KRB5_TRACE", "MALLOC_ARENA_MAX", "AZURE_AUTHORITY_HOST",
        "AZURE_CLIENT_ID", "AZURE_TENANT_ID",
    ]

    /// What stands for variables that other programs read.
    private static let remedies = [
        "HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": proxy, "ALL_PROXY": proxy, "SSL_CERT_FILE": authorities,
        "SSL_CERT_DIR": authorities,
    ]
    private static let proxy = "say it in spec.kusto.proxy, which takes the password from a Secret"
    private static let authorities =
        "it would name a file of the image; take the authority from a Secret, that of brokers in "
        + "spec.kafka.security.tls.ca, and that of a proxy before ADX in spec.kusto.tls.ca"

    /// Whether users may set a variable.
    static func allows(_ name: String) -> Bool { names.contains(name) }

    /// What to do instead of setting a variable that is not allowed.
    static func advice(_ name: String) -> String {
        remedies[name.uppercased()] ?? "a variable may be one of \(names.sorted().joined(separator: ", "))"
    }
}
