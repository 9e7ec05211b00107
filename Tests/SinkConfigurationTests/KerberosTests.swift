import Testing

@testable import SinkConfiguration

@Suite("Signing in at Kafka by Kerberos")
struct KerberosTests {
    private static let sun = "com.sun.security.auth.module.Krb5LoginModule required"
    private static let ibm = "com.ibm.security.auth.module.Krb5LoginModule required"

    private static func signIn(_ jaas: String?, _ more: [String: String] = [:]) -> [String: String?] {
        var changes: [String: String?] = [
            "consumer.override.security.protocol": "SASL_PLAINTEXT", "consumer.override.sasl.jaas.config": jaas,
        ]
        for (name, value) in more { changes["consumer.override.\(name)"] = value }
        return changes
    }

    @Test(
        "takes a keytab, by a command that is ours",
        arguments: [
            "\(sun) useKeyTab=true storeKey=true keyTab=\"/etc/k/a-b.keytab\" principal=\"me/host.x@REALM.X\";",
            "\(sun) keyTab='file:/etc/k/a-b.keytab' principal='me/host.x@REALM.X' useTicketCache=false doNotPrompt=true;",
            "\(sun) useKeyTab=true useTicketCache=true keyTab=\"/etc/k/a-b.keytab\" principal=\"me/host.x@REALM.X\";",
            "\(ibm) credsType=both useKeytab=\"file:///etc/k/a-b.keytab\" principal=\"me/host.x@REALM.X\";",
        ]
    )
    func keytab(jaas: String) throws {
        let settings = try settings(Self.signIn(jaas, ["sasl.kerberos.service.name": "kafka"]))
        let consumer = settings.consumer
        #expect(consumer["sasl.kerberos.keytab"] == "/etc/k/a-b.keytab")
        #expect(consumer["sasl.kerberos.principal"] == "me/host.x@REALM.X")
        #expect(
            consumer["sasl.kerberos.kinit.cmd"]
                == "kinit -k -t '%{sasl.kerberos.keytab}' '%{sasl.kerberos.principal}'"
        )
        #expect(consumer["sasl.kerberos.service.name"] == "kafka")
        #expect(consumer["sasl.kerberos.min.time.before.relogin"] == nil)
        let expected = KafkaKerberos(
            keytab: "/etc/k/a-b.keytab",
            principal: "me/host.x@REALM.X",
            fetchesTickets: true
        )
        #expect(consumer.security.kerberos == expected && settings.warnings == [])
    }

    @Test(
        "takes tickets of a cache, by no command",
        arguments: [
            ("\(sun) useTicketCache=true;", nil),
            ("\(sun) useTicketCache=true ticketCache=\"/tmp/krb5cc\" renewTGT=true;", "/tmp/krb5cc"),
            ("\(ibm) useDefaultCcache=true;", nil), ("\(ibm) useCcache=\"file:///tmp/krb5cc\";", "/tmp/krb5cc"),
            (nil, nil),
        ] as [(String?, String?)]
    )
    func cache(jaas: String?, file: String?) throws {
        let consumer = try settings(Self.signIn(jaas)).consumer
        #expect(consumer["sasl.kerberos.min.time.before.relogin"] == "0")
        #expect(consumer.values["sasl.kerberos.kinit.cmd"] == nil && consumer.values["sasl.kerberos.keytab"] == nil)
        #expect(consumer.security.kerberos == KafkaKerberos(fetchesTickets: false, ticketCache: file))
    }

    @Test("takes librdkafka's names, and the machine's keytab")
    func otherKeytabs() throws {
        let names = ["sasl.kerberos.keytab": "/k.keytab", "sasl.kerberos.principal": "me@R"]
        let native = try settings(Self.signIn(nil, names)).consumer
        #expect(native["sasl.kerberos.keytab"] == "/k.keytab" && native["sasl.kerberos.principal"] == "me@R")
        #expect(native["sasl.kerberos.kinit.cmd"]?.hasPrefix("kinit -k -t '") == true)
        let machine = try settings(Self.signIn("\(Self.sun) useKeyTab=true principal=\"HOST$@R\";")).consumer
        #expect(machine["sasl.kerberos.kinit.cmd"] == "kinit -k '%{sasl.kerberos.principal}'")
        #expect(machine["sasl.kerberos.principal"] == "HOST$@R")
        let missing = problems(Self.signIn(nil, ["sasl.kerberos.keytab": "/k.keytab"]))
        let name = "consumer.override.sasl.kerberos.principal"
        #expect(missing.count == 1 && missing[0].hasPrefix("Missing required configuration \"\(name)\""), "\(missing)")
    }

    @Test(
        "lets nothing reach a shell that means something to it",
        arguments: [
            "a;b", "a b", "a'b", "a\"b", "a`b`", "a$(b)", "a${IFS}b", "$HOME", "a$b@R", "a|b", "a&b", "a<b", "a>b",
            "a\\b",
            "a\nb", "-a", "a*b", "a?b", "a[b]", "a{b}", "a~b", "a!b", "a#b", "a%{x}b", "a\tb", "a\u{0}b", "a\u{85}b",
        ]
    )
    func shell(text: String) {
        #expect(!KafkaKerberos.isSafe(text))
        guard !text.contains("\0") else { return }
        let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        for (keytab, principal) in [(quoted, "me@R"), ("/k", quoted)] {
            let jaas = "\(Self.sun) useKeyTab=true keyTab=\"\(keytab)\" principal=\"\(principal)\";"
            let found = problems(Self.signIn(jaas))
            #expect(found.count == 1 && found[0].contains("becomes a part of a command"), "\(found)")
        }
        for name in ["sasl.kerberos.keytab", "sasl.kerberos.principal"] where text.first?.isWhitespace == false {
            var names = ["sasl.kerberos.keytab": "/k", "sasl.kerberos.principal": "me@R"]
            names[name] = text
            #expect(problems(Self.signIn(nil, names)).count == 1)
        }
    }

    @Test(
        "takes paths and principals of any realm",
        arguments: ["/etc/ключ.keytab", "me/a.b-c_d@R.X", "C$/x@R", "a:b+c,d=e"]
    )
    func safe(text: String) { #expect(KafkaKerberos.isSafe(text)) }

    @Test(
        "says what is missing or contradicts",
        arguments: [
            ("\(sun);", [:], "neither of a keytab nor of the ticket cache"),
            ("\(sun) useKeyTab=true keyTab=\"/k\";", [:], "set principal to the client's"),
            (
                "\(sun) useTicketCache=true serviceName=\"kafka\";", ["sasl.kerberos.service.name": "other"],
                "Conflicting serviceName values found in JAAS and Kafka configs"
            ),
        ] as [(String, [String: String], String)]
    )
    func refused(jaas: String, more: [String: String], sentence: String) {
        let found = problems(Self.signIn(jaas, more))
        #expect(found.count == 1 && found[0].contains(sentence), "\(found)")
    }

    @Test("takes the brokers' service from the property or the entry")
    func serviceName() throws {
        for (jaas, more) in [
            ("\(Self.sun) useTicketCache=true serviceName=\"hdi\";", [:]),
            ("\(Self.sun) useTicketCache=true serviceName=\"hdi\";", ["sasl.kerberos.service.name": "hdi"]),
            ("\(Self.sun) useTicketCache=true;", ["sasl.kerberos.service.name": "hdi"]),
        ] {
            #expect(try settings(Self.signIn(jaas, more)).consumer["sasl.kerberos.service.name"] == "hdi")
        }
    }

    @Test("takes the configuration of Kerberos that Java would take")
    func configuration() throws {
        for value in ["/etc/krb5.conf", "file:/etc/krb5.conf"] {
            var changes = Self.signIn("\(Self.sun) useTicketCache=true;")
            changes["java.security.krb5.conf"] = value
            #expect(try settings(changes).consumer.security.kerberos?.configuration == "/etc/krb5.conf")
        }
    }
}
