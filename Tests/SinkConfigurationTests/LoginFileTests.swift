import Foundation
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("A JAAS file")
struct LoginFileTests {
    private static let plain = "org.apache.kafka.common.security.plain.PlainLoginModule"
    private static let good = """
        // ZooKeeper's
        Client {
            org.apache.zookeeper.server.auth.DigestLoginModule required username=zk password=z;
            com.sun.security.auth.module.Krb5LoginModule optional useTicketCache=true;
        };
        /* Kafka's */
        KafkaClient {
            \(plain) required
            username="file"
            password="s3cret;}"
            ;
        };
        """

    @Test("has sections of entries, one of which is for Kafka's clients")
    func sections() throws {
        let file = try JAASFile(parsing: Self.good)
        #expect(file.sections["Client"]?.count == 2 && file.sections.count == 2)
        let entry = try file.client()
        #expect(entry.module == Self.plain && entry.options["password"]?.reveal() == "s3cret;}")
    }

    @Test(
        "says what is wrong, without what is written there",
        arguments: [
            ("", "no section KafkaClient"), ("Client { a.B required; };", "no section KafkaClient"),
            ("s3cret", "section 1 of the JAAS file must begin with a name and {"),
            ("KafkaClient a.B required;", "must begin with a name and {"),
            ("KafkaClient { };", "must have one login module"),
            ("KafkaClient { a.B required; c.D required; };", "must have one login module"),
            ("KafkaClient { a.B required; }", "does not end in };"),
            ("KafkaClient { a.B required;", "is never closed"),
            ("KafkaClient { a.B required x=s3cret }", "not terminated by semi-colon"),
            (
                "KafkaClient { a.B required; }; KafkaClient { c.D required; };",
                "section 2 of the JAAS file has the name"
            ),
            ("A { a.B required; }; B { s3cret", "control flag not specified"),
            ("KafkaClient { a.B required x=\"${user.home}/s3cret\"; };", "system properties of Java"),
        ]
    )
    func bad(text: String, sentence: String) {
        let fault = #expect(throws: JAASEntry.Fault.self) { try JAASFile(parsing: text).client() }
        #expect(fault?.message.contains(sentence) == true && fault?.message.contains("s3cret") == false)
    }

    @Test("A property's entry has no sections")
    func braces() {
        #expect(throws: JAASEntry.Fault.self) { try JAASEntry(parsing: "KafkaClient { a.B required; };") }
    }

    /// Runs `body` with a folder in which a file holds `text`.
    private func withFile(_ text: String, _ body: (_ folder: String, _ path: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try text.write(toFile: folder + "/jaas.conf", atomically: true, encoding: .utf8)
        try body(folder, folder + "/jaas.conf")
    }

    private static let signIn: [String: String?] = ["security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN"]

    private func consumer(
        _ changes: [String: String?],
        _ references: PropertySet.References
    ) throws(ConfigurationError) -> ClientProperties {
        var values = minimal
        let all = Self.signIn.merging(changes) { $1 }
        for (name, value) in all { values[name] = value }
        return try SinkSettings(PropertySet(values, references: references)).consumer
    }

    @Test("is what clients without an entry of their own sign in by")
    func used() throws {
        try withFile(Self.good) { folder, path in
            for value in [path, "=" + path, "file:" + path, "file://" + path] {
                let file = [LoginFile.property: Optional(value)]
                let found = try consumer(file, .resolve(within: .below([folder])))
                #expect(found.values["sasl.username"]?.reveal() == "file")
                #expect(found.origins["sasl.password"]?.name == LoginFile.property)
            }
            let own = [
                LoginFile.property: Optional(path),
                "sasl.jaas.config": "\(Self.plain) required username=own password=p;",
            ]
            #expect(try consumer(own, .resolve(within: .anywhere)).values["sasl.username"]?.reveal() == "own")
            let named = [LoginFile.property: Optional(path), "sasl.username": "named", "sasl.password": "p"]
            #expect(try consumer(named, .resolve(within: .anywhere))["sasl.username"] == "named")
        }
    }

    @Test("is read only where references lead, and only said to be missing to clients that need it")
    func scope() throws {
        try withFile("KafkaClient { s3cret };") { folder, path in
            let outside = #expect(throws: ConfigurationError.self) {
                try consumer([LoginFile.property: path], .resolve(within: .below(["/nowhere"])))
            }
            #expect(outside?.message.contains("references may only name files below /nowhere") == true)
            let bad = #expect(throws: ConfigurationError.self) {
                try consumer([LoginFile.property: path], .resolve(within: .below([folder])))
            }
            #expect(bad?.message.contains("s3cret") == false)
            #expect(bad?.problems.map(\.subject) == [LoginFile.property])
            for name in ["/nowhere/jaas.conf", path] {
                let unused = [LoginFile.property: Optional(name), "security.protocol": "PLAINTEXT"]
                let plaintext = try consumer(unused, .resolve(within: .anywhere))
                let kept = try consumer([LoginFile.property: name], .keep)
                #expect(plaintext.values["sasl.password"] == nil && kept.values["sasl.password"] == nil)
            }
            let missing = #expect(throws: ConfigurationError.self) {
                try consumer([LoginFile.property: "/nowhere/jaas.conf"], .resolve(within: .anywhere))
            }
            #expect(missing?.message.contains("the file cannot be read") == true)
        }
    }
}
