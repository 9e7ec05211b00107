import Foundation
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Signing in at Kafka by a password")
struct PasswordTests {
    static let plain = "org.apache.kafka.common.security.plain.PlainLoginModule"
    static let scram = "org.apache.kafka.common.security.scram.ScramLoginModule"

    private static func signIn(_ mechanism: String?, _ jaas: String?) -> [String: String?] {
        [
            "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": mechanism,
            "consumer.override.sasl.jaas.config": jaas,
        ]
    }

    @Test(
        "takes user and password from the entry",
        arguments: [
            ("PLAIN", "\(plain) required username=\"u\" password=\"p4ss\";"),
            ("plain", "\(plain) required password='p4ss' username='u' serviceName=x;"),
            ("SCRAM-SHA-256", "\(scram) REQUIRED username=u password=p4ss;"),
            ("SCRAM-SHA-512", "\(scram) sufficient username=\"u\" password=\"p4ss\" tokenauth=\"false\";"),
        ]
    )
    func entry(mechanism: String, jaas: String) throws {
        let settings = try settings(Self.signIn(mechanism, jaas))
        let consumer = settings.consumer
        #expect(consumer["sasl.mechanism"] == mechanism.uppercased() && consumer["security.protocol"] == "sasl_ssl")
        #expect(consumer.values["sasl.username"] == .secret(Secret("u")))
        #expect(consumer.values["sasl.password"] == .secret(Secret("p4ss")))
        #expect(consumer.values["sasl.jaas.config"] == nil)
        #expect(consumer.origins["sasl.password"]?.name == "consumer.override.sasl.jaas.config")
        #expect(consumer.security == KafkaSecurity())
        #expect(settings.warnings == [])
    }

    @Test(
        "is refused with what is wrong, and without what is written there",
        arguments: [
            ("PLAIN", "\(plain) required username=\"s3cret\";", "needs the options username and password for PLAIN"),
            ("SCRAM-SHA-256", "\(scram) required username=\"\" password=\"s3cret\";", "needs the options"),
            ("SCRAM-SHA-512", "\(scram) required username=s3cret password=s3cret tokenauth=true;", "delegation token"),
            (
                nil, "\(plain) required username=s3cret password=s3cret;",
                "sasl.mechanism is GSSAPI, since it is not set"
            ),
            ("PLAIN", "\(scram) required username=s3cret password=s3cret;", "is for SCRAM-SHA-256 or SCRAM-SHA-512"),
            ("SCRAM-SHA-256", "\(plain) required username=s3cret password=s3cret;", "set sasl.mechanism to PLAIN"),
            ("PLAIN", "com.sun.security.auth.module.JndiLoginModule required user.provider.url=s3cret;", "JNDI, LDAP"),
            ("PLAIN", "com.sun.security.auth.module.LdapLoginModule required x=s3cret;", "JNDI, LDAP"),
            ("PLAIN", "s3cret.Module required username=u password=p;", "no login module that this sink knows"),
            ("PLAIN", "s3cret", "Login module control flag not specified"),
            ("PLAIN", "\(plain) required username=u password=\"s3cret\\0x\";", "holds a NUL character"),
            ("PLAIN", "\(plain) required username=u password=my s3cret;", "Value not specified for key number 3"),
        ] as [(String?, String, String)]
    )
    func refused(mechanism: String?, jaas: String, sentence: String) {
        let found = problems(Self.signIn(mechanism, jaas))
        #expect(found.count == 1 && found[0].contains(sentence), "\(found)")
        #expect(
            found.first?.hasPrefix("Invalid value [hidden] for configuration consumer.override.sasl.jaas.config: ")
                == true
        )
        #expect(!found.joined().contains("s3cret"))
    }

    @Test(
        "needs both, under the names that stand beside the rest",
        arguments: [
            ([:], "consumer.override.sasl.jaas.config"),
            (["consumer.override.sasl.username": "u"], "consumer.override.sasl.password"),
            (["consumer.override.sasl.password": "s3cret"], "consumer.override.sasl.username"),
            (["consumer.override.sasl.jaas.config": ""], "consumer.override.sasl.jaas.config"),
        ] as [([String: String], String)]
    )
    func missing(given: [String: String], name: String) {
        let found = problems(Self.signIn("PLAIN", nil).merging(given.mapValues { $0 }) { $1 })
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("Missing required configuration \"\(name)\"") == true, "\(found)")
    }

    @Test("goes by what is said of the client itself, before what is said of all")
    func layers() throws {
        let all: [String: String?] = [
            "sasl.jaas.config": "\(Self.plain) required username=all password=a;", "security.protocol": "SASL_SSL",
            "sasl.mechanism": "PLAIN",
        ]
        let own = ["consumer.override.sasl.username": "own", "consumer.override.sasl.password": "o"]
        let direct = try settings(all.merging(own.mapValues { $0 }) { $1 }).consumer
        #expect(direct["sasl.username"] == "own" && direct.values["sasl.password"]?.reveal() == "o")
        let general = ["sasl.username": "general", "sasl.password": "g"]
        let entry = "\(Self.plain) required username=own password=o;"
        var changes = all.merging(general.mapValues { $0 }) { $1 }
        changes["consumer.sasl.jaas.config"] = entry
        #expect(try settings(changes).consumer.values["sasl.username"]?.reveal() == "own")
        #expect(try settings(all).consumer.values["sasl.username"]?.reveal() == "all")
        let mechanisms = try settings(all.merging(["consumer.override.sasl.mechanisms": "plain"]) { $1 }).consumer
        #expect(mechanisms["sasl.mechanism"] == "PLAIN" && mechanisms.values["sasl.mechanisms"] == nil)
        // An entry for another mechanism, or none at all, is then no matter.
        for entry in ["com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true;", "not JAAS"] {
            changes = all.merging(own.mapValues { $0 }) { $1 }
            changes["sasl.jaas.config"] = entry
            changes["java.security.auth.login.config"] = "/nowhere"
            #expect(try settings(changes).consumer["sasl.username"] == "own")
        }
    }

    @Test("is asked of the consumer and of queues that there are, and of no other producer")
    func unusedProducer() throws {
        let worker: [String: String?] = ["security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN"]
        let consumer = ["consumer.sasl.username": "u", "consumer.sasl.password": "p"]
        let all = worker.merging(consumer.mapValues { $0 }) { $1 }
        #expect(problems(all) == [])
        let queue: [String: String?] = [
            "errors.deadletterqueue.topic.name": "dead", "producer.security.protocol": "SASL_SSL",
        ]
        #expect(problems(all.merging(queue) { $1 }).count == 1)
    }

    @Test("is passed over by a protocol that does not sign in, which is told", arguments: ["SSL", "PLAINTEXT"])
    func unused(chosen: String) throws {
        var changes = Self.signIn("PLAIN", "not even JAAS")
        changes["consumer.override.security.protocol"] = chosen
        let settings = try settings(changes)
        #expect(
            settings.warnings == [
                "consumer.override.sasl.jaas.config is not used: security.protocol is \(chosen)"
            ]
        )
        #expect(settings.consumer.values["sasl.password"] == nil && settings.consumer.security == KafkaSecurity())
    }

    @Test("of dead-letter queues is their own, or the consumer's")
    func queues() throws {
        func queue(_ changes: [String: String?], _ name: String) throws -> ClientProperties {
            let base: [String: String?] = [
                "errors.deadletterqueue.topic.name": "dead", "misc.deadletterqueue.topic.name": "dead",
                "misc.deadletterqueue.bootstrap.servers": "b:1",
            ]
            let errors = try settings(base.merging(changes) { $1 }).errors
            return try #require(name == "errors" ? errors.deadLetterQueue : errors.miscDeadLetterQueue).producer
        }
        let consumer = Self.signIn("PLAIN", "\(Self.plain) required username=reader password=r;")
        for name in ["errors", "misc"] {
            let shared = try queue(consumer, name)
            #expect(shared.values["sasl.username"]?.reveal() == "reader" && shared["sasl.mechanism"] == "PLAIN")
            let prefix = "\(name).deadletterqueue."
            let own: [String: String?] = [
                "\(prefix)security.protocol": "SASL_PLAINTEXT", "\(prefix)sasl.mechanism": "SCRAM-SHA-512",
                "\(prefix)sasl.jaas.config": "\(Self.scram) required username=writer password=w;",
            ]
            let producer = try queue(consumer.merging(own) { $1 }, name)
            #expect(producer["security.protocol"] == "sasl_plaintext" && producer["sasl.mechanism"] == "SCRAM-SHA-512")
            #expect(producer.values["sasl.username"]?.reveal() == "writer")
            #expect(producer.values["sasl.password"]?.reveal() == "w")
            var half = own
            half["\(prefix)sasl.jaas.config"] = .some(nil)
            let error = #expect(throws: ConfigurationError.self) { try queue(consumer.merging(half) { $1 }, name) }
            #expect(error?.problems.map(\.subject) == ["\(prefix)sasl.jaas.config"])
        }
    }

    @Test("that is referred to can be read again while a client runs")
    func rotated() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ text: String, _ name: String) throws {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        try write("first\n", "password")
        try write("\(Self.scram) required username=u password=first;\n", "jaas")
        let scope = ReferenceScope.below([folder])
        let apart: [String: String?] = [
            "security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-256", "sasl.username": "u",
            "sasl.password": "${directory:\(folder):password}",
        ]
        let whole = Self.signIn("SCRAM-SHA-256", "${directory:\(folder):jaas}")
        let part = Self.signIn(
            "SCRAM-SHA-256",
            "\(Self.scram) required username=\"u\" password=\"${directory:\(folder):password}\";"
        )
        let passwords = try [apart, whole, part].map { changes in
            let consumer = try settings(changes).consumer
            #expect(consumer.values["sasl.password"]?.reveal() == "first")
            return try #require(consumer.security.password)
        }
        try write("second\n", "password")
        try write("\(Self.scram) required username=u2 password=second;\n", "jaas")
        let users = try passwords.map { password in
            let found = try password.read(environment: [:], within: scope)
            #expect(found.password.reveal() == "second")
            return found.user.reveal()
        }
        #expect(users == ["u", "u2", "u"])
        try write("s3cret", "jaas")
        let bad = #expect(throws: ConfigurationError.self) { try passwords[1].read(environment: [:], within: scope) }
        #expect(bad?.message.contains("s3cret") == false)
        #expect(bad?.message.hasPrefix("consumer.override.sasl.jaas.config: Login module control flag") == true)
        #expect(throws: ConfigurationError.self) {
            try passwords[0].read(environment: [:], within: .below(["/nowhere"]))
        }
        #expect(
            try settings(Self.signIn("PLAIN", "\(Self.plain) required username=u password=p;")).consumer.security
                .password == nil
        )
    }

    @Test("Where references are kept, an entry of which a part is one is read, and nothing is said of a whole one")
    func kept() throws {
        func check(_ jaas: String, _ mechanism: String) throws -> ClientProperties {
            var values = minimal
            for (name, value) in Self.signIn(mechanism, jaas) { values[name] = value }
            return try SinkSettings(PropertySet(values, references: .keep)).consumer
        }
        let reference = "${directory:/nowhere:key}"
        let part = try check("\(Self.plain) required username=\"u\" password=\"\(reference)\";", "PLAIN")
        #expect(part.values["sasl.password"] == .secret(Secret(reference)))
        for mechanism in KafkaMechanism.all {
            #expect(try check(reference, mechanism).values["sasl.password"] == nil, "\(mechanism)")
        }
    }
}
