import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("The rules of the resource")
struct RulesTests {
    @Test("Each sample is judged as it should be, with the field that is to blame", arguments: RuleSample.all)
    func verdict(sample: RuleSample) {
        #expect(KustoSink.problems(of: sample.object).map(\.path) == (sample.path.map { [$0] } ?? []))
    }

    @Test("Each rule is broken by a sample, but for the limits of times, which are tried one by one")
    func coverage() {
        let broken = Set(RuleSample.all.flatMap { KustoSink.problems(of: $0.object).map(\.message) })
        let rules = SchemaSamples.all(SinkSchema.spec, at: "spec")
            .filter { place, field in if case .duration = field.shape { false } else { !isUntried(place) } }
            .flatMap(\.field.allRules)
        // Advice may follow a message.
        #expect(rules.map(\.message).filter { message in !broken.contains { $0.hasPrefix(message) } } == [])
    }

    /// Maps whose keys have a rule that another map of the same kind is tried with.
    private func isUntried(_ place: String) -> Bool {
        place.hasSuffix(".requests") || place.hasSuffix(".limits")
    }

    @Test("Times keep to their limits", arguments: SchemaSamples.all(SinkSchema.spec, at: "spec").filter(isDuration))
    func times(place: String, field: SchemaField) throws {
        let rule = try #require(field.rules.first)
        // The rule in CEL and the rule in Swift are made from the same two texts.
        let texts = rule.expression.split(separator: "'").filter { Duration(resourceText: String($0)) != nil }
        let limits = texts.compactMap { Duration(resourceText: String($0)) }
        try #require(limits.count == 2)
        for (time, isRight) in [
            (limits[0], true), (limits[1], true), (limits[0] - .milliseconds(1), false),
            (limits[1] + .milliseconds(1), false),
        ] where time >= .zero {
            let found = SchemaChecker.problems(of: .string(time.resourceText), field, at: place)
            #expect(found.isEmpty == isRight, "\(place): \(time.resourceText)")
        }
    }

    private static func isDuration(_ place: String, _ field: SchemaField) -> Bool {
        if case .duration = field.shape { true } else { false }
    }

    @Test("The group cannot be changed, but may be written out")
    func group() throws {
        let old = try RuleSample("old", []).object
        let same = try RuleSample("same", [("kafka.groupId", "connect-telemetry")]).object
        let other = try RuleSample("other", [("kafka.groupId", "shop")]).object
        #expect(KustoSink.problems(of: same, changedFrom: old) == [])
        #expect(KustoSink.problems(of: old, changedFrom: same) == [])
        #expect(KustoSink.problems(of: other, changedFrom: other) == [])
        #expect(KustoSink.problems(of: other, changedFrom: old).map(\.path) == ["spec.kafka.groupId"])
        #expect(KustoSink.problems(of: old, changedFrom: other).map(\.path) == ["spec.kafka.groupId"])
    }

    @Test("What must not stand in spec.config is told from mistakes in the spec")
    func reasons() throws {
        let config = try RuleSample("config", [("config", "{topics: x}")]).object
        let mistake = try RuleSample("mistake", [("kafka.bootstrapServers", "null")]).object
        #expect(KustoSink.problems(of: config).map(\.reason) == [.notAllowed])
        #expect(KustoSink.problems(of: mistake).map(\.reason) == [.invalidSpec])
    }

    @Test("Each property that a field stands for names a field of the table")
    func fields() {
        let places = Set(SchemaSamples.all(SinkSchema.spec, at: "spec").map(\.path))
        for (property, field) in SinkSchema.ownedProperties {
            if let field { #expect(places.contains(field), "\(property)") }
        }
    }

    @Test("Names of credentials are the same in both forms of the rule")
    func credentials() throws {
        let expression = try Regex(SinkSchema.credentialWords)
        let names = [
            "consumer.override.sasl.password", "a.secret", "token", "x.jaas.y", "basic.auth.user.info", "ssl.ca.pem",
            "ssl.key.pem.x", "x.pem.y", "pem", "a.pem", "ssl.truststore.location", "location", "locations",
            "userxinfo", "schema.registry.url", "schemaxregistry", "fetch.min.bytes", "sasl.kerberos.service.name",
            "sasl.login.class", "ssl.cafe", "ssl.protocol", "client.id", "aad.auth.appkey", "keytab", "principal",
        ]
        for name in names {
            #expect(SinkSchema.namesCredential(name) == (name.firstMatch(of: expression) != nil), "\(name)")
        }
    }
}
