import SinkConfiguration
import Testing

@Suite("What comes of a property")
struct PropertyEffectTests {
    @Test(
        "is told by its name",
        arguments: [
            ("flush.interval.ms", "effective"), ("metrics.address", "effective"), ("kusto.url", "effective"),
            ("consumer.override.fetch.min.bytes", "effective"), ("consumer.override.max.poll.records", "ignored"),
            ("consumer.override.enable.auto.commit", "ignored"), ("consumer.override.no.such", "unknown"),
            ("consumer.fetch.min.bytes", "effective"), ("producer.override.linger.ms", "effective"),
            ("producer.override.transactional.id", "refused"), ("errors.deadletterqueue.topic.name", "effective"),
            ("misc.deadletterqueue.compression.type", "effective"), ("misc.deadletterqueue.no.such", "unknown"),
            ("value.converter.anything", "effective"), ("transforms", "refused"), ("header.converter", "ignored"),
            ("group.id", "ignored"), ("offset.storage.topic", "ignored"), ("kusto.sink.flush_size", "ignored"),
            ("ssl.protocol", "ignored"), ("sasl.mechanism", "effective"), ("no.such", "unknown"), ("", "unknown"),
        ]
    )
    func effect(name: String, expected: String) {
        let word =
            switch PropertyTable.effect(of: name) {
            case .effective: "effective"
            case .ignored(let reason): reason.hasSuffix(".") ? "a sentence with a dot" : "ignored"
            case .refused: "refused"
            case .unknown: "unknown"
            }
        #expect(word == expected, "\(name)")
    }

    @Test("Every property that the table knows has one")
    func table() {
        for definition in PropertyTable.all where !definition.name.hasSuffix("*") {
            for name in definition.names {
                let isKnown = PropertyTable.effect(of: name) != .unknown
                #expect(isKnown, "\(name)")
            }
        }
    }
}
