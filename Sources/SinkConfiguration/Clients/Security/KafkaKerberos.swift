/// How a client signs in by GSSAPI; librdkafka's properties say the same, as far as it has any.
package struct KafkaKerberos: Sendable, Hashable {
    /// The file with the client's keys; `nil` when tickets come from a cache, or from the machine's keytab.
    package var keytab: String?
    /// The client's principal; `nil` for the one of the ticket cache.
    package var principal: String?
    /// Whether tickets are fetched with a keytab, not taken from a cache that somebody else keeps.
    package var fetchesTickets: Bool
    /// The file of the ticket cache (`KRB5CCNAME`), or `nil` for the process's.
    package var ticketCache: String?
    /// The configuration of Kerberos (`KRB5_CONFIG`), or `nil` for the machine's.
    package var configuration: String?

    /// Creates a way to sign in.
    package init(
        keytab: String? = nil,
        principal: String? = nil,
        fetchesTickets: Bool,
        ticketCache: String? = nil,
        configuration: String? = nil
    ) {
        self.keytab = keytab
        self.principal = principal
        self.fetchesTickets = fetchesTickets
        self.ticketCache = ticketCache
        self.configuration = configuration
    }

    /// The command by which librdkafka fetches tickets, which it hands to a shell.
    ///
    /// It is ours, whatever the user's `sasl.kerberos.kinit.cmd` is, and what is put into it has passed
    /// ``isSafe(_:)``, so that nothing in it means anything to a shell, least of all inside of these quotes.
    static func command(hasKeytab: Bool) -> String {
        "kinit -k\(hasKeytab ? " -t '%{sasl.kerberos.keytab}'" : "") '%{sasl.kerberos.principal}'"
    }

    /// Whether a principal or path consists of characters that mean nothing to a shell, nor begins like an option.
    ///
    /// A `$` may stand where names of machines in Active Directory have it, as in `HOST$@REALM`.
    static func isSafe(_ text: String) -> Bool {
        guard !text.isEmpty, !text.hasPrefix("-") else { return false }
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "@", ":", "+", ",", "=": continue
            case "$": guard rest.first == nil || rest.first == "@" || rest.first == "/" else { return false }
            case _ where scalar.value > 0xA0: continue
            default: return false
            }
        }
        return true
    }
}
