import Identity
import Secrets
import Testing

@testable import SinkConfiguration

/// Whoever checks a configuration without its secrets must neither follow references nor complain about them.
@Suite("A configuration whose references are kept")
struct KeptReferencesTests {
    private static let reference = "${directory:/nowhere/secrets:key}"

    private func check(_ changes: [String: String?]) throws(ConfigurationError) -> SinkSettings {
        var values = minimal
        for (name, value) in changes { values[name] = value }
        return try SinkSettings(PropertySet(values, references: .keep))
    }

    private func subjects(_ changes: [String: String?]) -> [String] {
        do throws(ConfigurationError) {
            _ = try check(changes)
            return []
        } catch {
            return error.problems.map(\.subject)
        }
    }

    @Test("is in order with a reference in the place of any value but the converter's name")
    func anywhere() {
        let optional = [
            "aad.auth.appkey", "sasl.password", "consumer.override.sasl.username", "flush.size.bytes",
            "errors.tolerance",
            "consumer.override.session.timeout.ms", "consumer.override.security.protocol", "topics.regex", "proxy.host",
            "consumer.override.partition.assignment.strategy", "kusto.validation.table.enable", "metrics.address",
            "producer.override.acks", "errors.retry.timeout", "tempdir.path", "compression.level",
        ]
        for name in Set(minimal.keys).union(optional).sorted() where name != "value.converter" {
            let changes = name == "topics.regex" ? [name: Self.reference, "topics": nil] : [name: Self.reference]
            #expect(subjects(changes) == [], "\(name)")
        }
        #expect(subjects(["value.converter": Self.reference]) == ["value.converter"])
    }

    @Test("still shows what is wrong with all other values")
    func others() {
        let changes = [
            "aad.auth.appkey": Self.reference, "flush.size.bytes": "5", "kusto.ingestion.url": "http://evil.example",
            "consumer.override.sasl.password": "x${env:NO_SUCH}", "consumer.override.fetch.min.bytes": "many",
        ]
        #expect(
            Set(subjects(changes)) == ["flush.size.bytes", "kusto.ingestion.url", "consumer.override.fetch.min.bytes"]
        )
        #expect(subjects(["aad.auth.appkey": nil]) == ["aad.auth.appkey"])
    }

    @Test("hands the references on as they are written, as secrets")
    func values() throws {
        let settings = try check([
            "consumer.override.sasl.password": Self.reference, "consumer.override.session.timeout.ms": Self.reference,
        ])
        #expect(settings.consumer.values["sasl.password"] == .secret(Secret(Self.reference)))
        #expect(settings.consumer.values["session.timeout.ms"] == .secret(Secret(Self.reference)))
        #expect(
            settings.kusto.credential
                == .clientSecret(
                    EntraApplication(tenantID: "tenant", clientID: "client"),
                    RotatedSecret(Secret("hunter2"))
                )
        )
    }

    @Test("Without that they are followed, and not out of their scope")
    func resolved() {
        var values = minimal
        values["aad.auth.appkey"] = "${env:HOME}"
        let set = PropertySet(
            values,
            environment: ["HOME": "x"],
            references: .resolve(within: .below(["/etc/secrets"]))
        )
        let error = #expect(throws: ConfigurationError.self) { try SinkSettings(set) }
        #expect(error?.problems.map(\.subject).first == "aad.auth.appkey")
        #expect(error?.message.contains("references may only name files below /etc/secrets") == true)
    }

    @Test("A problem in the table of topics names the entry and its key")
    func elements() {
        let mapping = """
            [{'topic':'a','db':'d','table':'t'},{'topic':'b','db':'d d','table':'t','format':'x'},{'db':'d','table':'t','y':1}]
            """
        let error = #expect(throws: ConfigurationError.self) {
            try check(["topics": "a,b", "kusto.tables.topics.mapping": mapping])
        }
        let elements = (error?.problems ?? []).compactMap(\.element).map { "\($0.index) \($0.key ?? "-")" }
        #expect(elements == ["1 db", "1 format", "2 -", "2 topic"])
        let binary = #expect(throws: ConfigurationError.self) {
            try check([
                "topics": "a,b",
                "kusto.tables.topics.mapping":
                    "[{'topic':'a','db':'d','table':'t'},{'topic':'b','db':'d','table':'t','format':'orc'}]",
            ])
        }
        #expect(binary?.problems.map(\.element) == [ValueElement(index: 1, key: "format")])
    }
}
