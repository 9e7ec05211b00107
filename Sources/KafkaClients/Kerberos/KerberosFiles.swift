internal import Glibc
package import SinkConfiguration

/// The files of Kerberos that clients name, of which a process can have one of each kind.
package struct KerberosFiles: Sendable, Hashable {
    /// The configuration of Kerberos (`KRB5_CONFIG`), or `nil` for the process's.
    package let configuration: String?
    /// The ticket cache (`KRB5CCNAME`), or `nil` for the process's.
    package let ticketCache: String?

    /// Finds the files that a process's clients name, and looks whether they can be read.
    /// - Throws: ``ClientProblems`` when one cannot be read, or when two clients name different ones, which one process
    ///   cannot have.
    package init(of clients: [ClientProperties]) throws(ClientProblems) {
        var problems: [String] = []
        let kerberos = clients.compactMap { client in client.security.kerberos.map { (client, $0) } }
        func only(_ what: String, _ values: [String]) -> String? {
            var distinct: [String] = []
            for value in values where !distinct.contains(value) { distinct.append(value) }
            if distinct.count > 1 {
                problems.append(
                    """
                    \(Self.property(of: kerberos[0].0)): clients of this sink name different \(what), \
                    \(distinct.joined(separator: " and ")), but a process has one; name the same, or run two sinks
                    """
                )
            }
            return distinct.first
        }
        configuration = only("configurations of Kerberos", kerberos.compactMap(\.1.configuration))
        ticketCache = only("ticket caches", kerberos.compactMap(\.1.ticketCache))
        if let configuration, let reason = StoreFile.refusal(of: configuration) {
            problems.append("java.security.krb5.conf: \(configuration) \(reason)")
        }
        for (client, kerberos) in kerberos {
            let property = Self.property(of: client)
            if kerberos.fetchesTickets, let keytab = kerberos.keytab, let reason = StoreFile.refusal(of: keytab) {
                let written = client.origins["sasl.kerberos.keytab"]?.name ?? property
                problems.append("\(written): the keytab \(keytab) \(reason)")
            }
            if !kerberos.fetchesTickets, let cache = kerberos.ticketCache, let file = Self.file(ofCache: cache),
                let reason = StoreFile.refusal(of: file)
            {
                problems.append("\(property): the ticket cache \(file) \(reason)")
            }
        }
        guard problems.isEmpty else {
            var known: Set<String> = []
            throw ClientProblems(problems.filter { known.insert($0).inserted })
        }
    }

    /// Has this process use the files; they count for all of it, so this comes before any client is made.
    ///
    /// Nothing is set that is set already: other threads may read the environment later on.
    package func apply() {
        for (name, value) in [("KRB5_CONFIG", configuration), ("KRB5CCNAME", ticketCache)] {
            let known = unsafe getenv(name).map { unsafe String(cString: $0) }
            guard let value, known != value else { continue }
            _ = unsafe setenv(name, value, 1)
        }
    }

    /// The file of a cache's name, which may have its kind in front; other kinds than files are not looked at.
    static func file(ofCache name: String) -> String? {
        if name.hasPrefix("/") { return name }
        return name.hasPrefix("FILE:") ? String(name.dropFirst("FILE:".count)) : nil
    }

    private static func property(of client: ClientProperties) -> String {
        let names = ["sasl.kerberos.kinit.cmd", "sasl.kerberos.min.time.before.relogin", "sasl.mechanism"]
        return names.lazy.compactMap { client.origins[$0]?.name }.first ?? "sasl.mechanism"
    }
}
