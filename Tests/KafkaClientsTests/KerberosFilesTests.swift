import KafkaClients
import SinkConfiguration
import Testing

@Suite("Files of Kerberos")
struct KerberosFilesTests {
    private static func entry(_ options: String) -> [String: String] {
        [
            "sasl.mechanism": "GSSAPI", "security.protocol": "SASL_PLAINTEXT", "sasl.kerberos.service.name": "kafka",
            "sasl.jaas.config": "com.sun.security.auth.module.Krb5LoginModule required \(options);",
        ]
    }

    @Test("are those that the clients name")
    func named() throws {
        let folder = try Folder()
        let configuration = try folder.write("krb5.conf", "")
        let cache = try folder.write("cache", "")
        let set = try Samples.clients(
            Self.entry("useTicketCache=true ticketCache=\"\(cache)\"").merging([
                "java.security.krb5.conf": configuration
            ]) { $1 }
        )
        #expect(set.problems == [] && set.prepared[.consumer] != nil)
        #expect(set.kerberos?.configuration == configuration && set.kerberos?.ticketCache == cache)
        let none = try Samples.clients()
        #expect(none.kerberos?.configuration == nil && none.kerberos?.ticketCache == nil)
    }

    @Test("that cannot be read are named with their property")
    func missing() throws {
        let keytab = try Samples.clients(Self.entry("useKeyTab=true keyTab=\"/nowhere/k.keytab\" principal=\"me@R\""))
        #expect(
            keytab.problems == [
                """
                sasl.jaas.config: the keytab /nowhere/k.keytab cannot be read: there is no such file, nor is there the directory \
                /nowhere; mount it, or correct the path
                """
            ]
        )
        #expect(keytab.prepared.isEmpty)
        let cache = try Samples.clients(Self.entry("useTicketCache=true ticketCache=\"/nowhere/cache\""))
        #expect(
            cache.problems.first?.hasPrefix("sasl.jaas.config: the ticket cache /nowhere/cache cannot be read") == true
        )
        let other = try Samples.clients(Self.entry("useTicketCache=true ticketCache=\"KEYRING:persistent:0\""))
        #expect(other.problems == [])
    }

    @Test("of which a process has one are refused when clients name two")
    func two() throws {
        let folder = try Folder()
        let (one, two) = (try folder.write("one", ""), try folder.write("two", ""))
        var changes = Self.entry("useTicketCache=true ticketCache=\"\(one)\"")
        for (name, value) in Self.entry("useTicketCache=true ticketCache=\"\(two)\"") {
            changes["errors.deadletterqueue.\(name)"] = value
        }
        changes["errors.deadletterqueue.topic.name"] = "letters"
        changes["errors.tolerance"] = "all"
        let set = try Samples.clients(changes)
        #expect(set.problems.count == 1 && set.prepared.isEmpty)
        #expect(set.problems.first?.contains("\(one) and \(two), but a process has one") == true, "\(set.problems)")
    }
}
