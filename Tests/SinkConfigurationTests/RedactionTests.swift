import Foundation
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("No secret is printed")
struct RedactionTests {
    static let secretNames =
        PropertyTable.all.filter(\.isSecret).map(\.name) + [
            "sasl.jaas.config", "consumer.sasl.jaas.config", "producer.override.sasl.jaas.config",
            "admin.sasl.jaas.config",
            "consumer.override.ssl.truststore.password", "consumer.override.ssl.keystore.password", "ssl.key.password",
            "consumer.override.sasl.password", "value.converter.schema.registry.ssl.keystore.password",
            "misc.deadletterqueue.ssl.key.pem",
            "value.converter.schema.registry.basic.auth.user.info", "value.converter.bearer.auth.client.secret",
            "some.unknown.password",
        ]

    @Test("Not in the effective values, the settings or the errors", arguments: secretNames)
    func hidden(name: String) throws {
        let planted = "pl4nted-value"
        var values = minimal
        values[name] = planted
        values["misc.deadletterqueue.topic.name"] = "dead"
        values["misc.deadletterqueue.bootstrap.servers"] = "b:1"
        values["errors.deadletterqueue.topic.name"] = "dead"
        let set = PropertySet(values)
        #expect(!set.rendered.contains(planted))
        #expect(set.rendered.contains("\n\(name)=[hidden]\n"))
        let settings = try SinkSettings(set)
        var dumped = "\(settings.warnings) \(settings.unsupported)"
        dump(settings, to: &dumped)
        #expect(!dumped.contains(planted))
        values["tasks.max"] = "many"
        let error = #expect(throws: ConfigurationError.self) { try SinkSettings(PropertySet(values)) }
        #expect(error?.message.contains(planted) == false)
    }

    @Test("A value that a reference names stays the reference, in the effective values and in errors")
    func references() throws {
        let set = PropertySet(
            minimal.merging(["tasks.max": "${env:T}", "aad.auth.appkey": "${env:K}", "topics": "orders${env:T}"]) {
                $1
            },
            environment: ["T": "pl4nted", "K": "pl4nted"]
        )
        #expect(!set.rendered.contains("pl4nted"))
        #expect(set.rendered.contains("aad.auth.appkey=${env:K}\n"))
        #expect(set.rendered.contains("topics=[hidden]"))
        let error = #expect(throws: ConfigurationError.self) { try SinkSettings(set) }
        #expect(error?.message.contains("Invalid value ${env:T} for configuration tasks.max") == true)
    }

    @Test("A password inside a URL is hidden")
    func userInfo() {
        let set = PropertySet(["value.converter.schema.registry.url": "https://u:pl4nted@r1:8081,http://u2:pl4nted2@r2"]
        )
        #expect(
            set.rendered.contains("value.converter.schema.registry.url=https://[hidden]@r1:8081,http://[hidden]@r2\n")
        )
    }

    @Test("The effective values hold what was given and every default, with its source")
    func effective() throws {
        let given = minimal.merging(["kusto.url": "x", "custom": "a\nb", "odd = name": "\\t"]) { $1 }.filter {
            $0.key != "aad.auth.appkey"
        }
        let text = PropertySet(given, source: "a.properties").rendered
        let parts = text.split(separator: "# defaults\n")
        #expect(parts.count == 2)
        #expect(parts[0].hasPrefix("# a.properties\nname=telemetry\n"))
        #expect(parts[1].contains("\nflush.interval.ms=30000\n"))
        #expect(!text.contains("offset.flush.interval.ms"))
        let read = try JavaProperties.parse(String(parts[0]))
        #expect(Dictionary(uniqueKeysWithValues: read.map { ($0.name, $0.value) }) == given)
    }
}
