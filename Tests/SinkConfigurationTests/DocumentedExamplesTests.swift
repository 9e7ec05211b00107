import Foundation
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Examples of docs/kafka-security.md")
struct DocumentedExamplesTests {
    private static func blocks(_ language: String) throws -> [(heading: String, text: String)] {
        try DocumentedPage.blocks(of: "docs/kafka-security.md", language)
    }

    @Test("say what they are said to, without a warning")
    func properties() throws {
        let blocks = try Self.blocks("properties")
        var seen: [String] = []
        for (heading, text) in blocks {
            var values = minimal
            for entry in try JavaProperties.parse(text) { values[entry.name] = entry.value }
            let settings = try SinkSettings(PropertySet(values))
            #expect(settings.warnings == [], "\(heading)")
            let (consumer, security) = (settings.consumer, settings.consumer.security)
            let credential =
                security.kerberos != nil
                ? "ticket"
                : security.oauth != nil ? "token" : consumer.values["sasl.password"] == nil ? "none" : "password"
            let stores = [security.trust == nil ? nil : "trust", security.identity == nil ? nil : "identity"]
            seen.append(([heading, credential] + stores.compactMap { $0 }).joined(separator: " "))
        }
        #expect(
            seen == [
                "Confluent Cloud password", "SCRAM password", "HDInsight with Kerberos ticket",
                "A client of an identity provider token", "Event Hubs password", "Event Hubs token",
                "TLS none trust identity", "TLS none trust",
            ]
        )
    }

    @Test("are the same as variables of the environment")
    func variables() throws {
        let blocks = try Self.blocks("sh")
        let first = try #require(blocks.first)
        var environment: [String: String] = [:]
        for line in first.text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            // A shell needs the quotes around blanks.
            environment[parts[0]] = parts[1].trimmingCharacters(in: ["'"])
        }
        var values = minimal
        for property in ConnectEnvironment.properties(in: environment) { values[property.name] = property.value }
        let found = try SinkSettings(PropertySet(values)).consumer.revealed()
        #expect(found["sasl.username"] == "KEY" && found["sasl.password"] == "SECRET")
        #expect(found["security.protocol"] == "sasl_ssl" && found["sasl.mechanism"] == "PLAIN")
        let options = try #require(blocks.last).text.split(separator: "=", maxSplits: 1)[1].dropFirst().dropLast()
        let names = ConnectEnvironment.properties(in: ["KAFKA_OPTS": String(options)]).map(\.name)
        #expect(names == ["java.security.auth.login.config", "java.security.krb5.conf"])
    }
}
