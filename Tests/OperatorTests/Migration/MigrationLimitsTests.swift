import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("Values of a connector beyond what a sink takes")
struct MigrationLimitsTests {
    private static func value(_ property: String, _ value: String, at path: String) throws -> (
        JSONValue?, [MigrationNote]
    ) {
        let migration = try MigrationTests.migrate([property: value])
        MigrationOracle.expectInOrder(migration)
        let sink = try #require(migration.sinks.first)
        let spec = try #require(sink.json["spec"])
        let parts = FieldPath(path).parts
        return (parts.reduce(spec) { $0?[$1] }, migration.notes.filter { $0.properties.contains(property) })
    }

    @Test(
        "become the limit, with a warning, and never the default",
        arguments: [
            ("errors.retry.max.time.ms", "99999999999", "spec.errors.retry.maxTime"),
            ("errors.retry.max.time.ms", "9223372036854775807", "spec.errors.retry.maxTime"),
            ("errors.retry.backoff.time.ms", "8640000000", "spec.errors.retry.backoff"),
            ("flush.interval.ms", "864000000", "spec.flush.interval"),
            ("flush.interval.ms", "1", "spec.flush.interval"),
            ("flush.size.bytes", "9223372036854775807", "spec.flush.sizeBytes"),
            ("tasks.max", "50000", "spec.replicas"),
            ("errors.retry.delay.max.ms", "999999999999", "spec.errors.conversionRetry.maxDelay"),
        ]
    )
    func limits(property: String, text: String, path: String) throws {
        let (value, notes) = try Self.value(property, text, at: path)
        let field = try #require(FieldPath(path).field)
        let expected: [JSONValue]
        switch field.shape {
        case .integer(let least, let most):
            expected = [.integer(try #require(least)), .integer(try #require(most))]
        default:
            let times = try #require(field.times)
            expected = [.string(times.lowerBound.resourceText), .string(times.upperBound.resourceText)]
        }
        #expect(value == (Int64(text).map { $0 < 2 } == true ? expected[0] : expected[1]))
        #expect(notes.map(\.kind) == [.warning])
    }

    @Test("A session that is longer than the time between two polls is as long as this, and not the default")
    func session() throws {
        let name = "consumer.override.session.timeout.ms"
        let (value, notes) = try Self.value(name, "999999999", at: "spec.kafka.consumer.sessionTimeout")
        #expect(value == "5m" && !notes.isEmpty && notes.allSatisfy { $0.kind == .warning })
        let migration = try MigrationTests.migrate(["consumer.override.max.poll.interval.ms": "20000"])
        MigrationOracle.expectInOrder(migration)
        let spec = try KustoSink(decoding: try #require(migration.sinks.first)).spec.get()
        #expect(spec.kafka.consumer.maxPollInterval == .seconds(20))
        #expect(spec.kafka.consumer.sessionTimeout == .seconds(20))
        #expect(migration.notes.map(\.kind) == [.warning])
    }

    @Test("A number of tasks below 1 is one worker, with a warning", arguments: ["0", "-3"])
    func noTasks(number: String) throws {
        let (value, notes) = try Self.value("tasks.max", number, at: "spec.replicas")
        #expect(value == 1 && notes.map(\.kind) == [.warning])
        let resource = """
            {"apiVersion":"kafka.strimzi.io/v1","kind":"KafkaConnector","metadata":{"name":"x"},
             "spec":{"class":"KustoSinkConnector","tasksMax":\(number),"config":{"topics":"a"}}}
            """
        let strimzi = try Migration([MigrationInput(name: "a", text: resource)])
        #expect(strimzi.sinks.first?.json["spec"]?["replicas"] == 1)
    }

    @Test("Values within the limits are as they were, and what is no amount is told")
    func within() throws {
        #expect(try Self.value("errors.retry.max.time.ms", "300000", at: "spec.errors.retry.maxTime").0 == "5m")
        let (value, notes) = try Self.value("flush.interval.ms", "-5", at: "spec.flush.interval")
        #expect(value == nil && notes.map(\.kind) == [.notCarriedOver])
    }
}
