internal import Secrets

/// The options of a login module for Kerberos, under the names of Sun's class or of IBM's.
struct KerberosOptions {
    /// Whether tickets are fetched with a keytab.
    let usesKeytab: Bool
    /// The keytab's file, or `nil` for the machine's.
    let keytab: String?
    /// Whether tickets are taken from a cache.
    let usesCache: Bool
    /// The cache's file, or `nil` for the process's.
    let cache: String?
    /// The client's principal.
    let principal: String?
    /// The brokers' service.
    let serviceName: String?

    init(_ options: [String: Secret], isIBM: Bool) {
        func text(_ name: String) -> String? {
            guard let text = options[name]?.reveal(), !text.isEmpty else { return nil }
            return text
        }
        func flag(_ name: String) -> Bool? { text(name).map { $0.lowercased() == "true" } }
        if isIBM {
            // IBM's class takes URLs, and a URL is what says that there is a keytab at all.
            keytab = text("useKeytab").map(Self.path)
            usesKeytab = keytab != nil || flag("useDefaultKeytab") == true
            cache = text("useCcache").map(Self.path)
            usesCache = cache != nil || flag("useDefaultCcache") == true
        } else {
            keytab = text("keyTab").map(Self.path)
            usesKeytab = flag("useKeyTab") ?? (keytab != nil)
            cache = text("ticketCache").map(Self.path)
            usesCache = flag("useTicketCache") ?? (cache != nil)
        }
        principal = text("principal")
        serviceName = text("serviceName")
    }

    /// A path, which may be written as a URL.
    private static func path(_ text: String) -> String {
        guard text.lowercased().hasPrefix("file:") else { return text }
        var path = text.dropFirst("file:".count)
        while path.hasPrefix("//") { path = path.dropFirst() }
        return String(path)
    }
}
