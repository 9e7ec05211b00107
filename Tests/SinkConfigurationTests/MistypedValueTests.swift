import Testing

@testable import SinkConfiguration

/// What people write in the place of a number, a Boolean or a word, and what they are told to write.
@Suite("Mistyped values")
struct MistypedValueTests {
    @Test(
        "A number with a unit is told as the number that is meant",
        arguments: [
            ("flush.interval.ms", "30s", "write 30000, in milliseconds, for 30s"),
            ("flush.interval.ms", "0.5s", "write 500, in milliseconds, for 0.5s"),
            ("flush.interval.ms", "5m", "write 300000, in milliseconds, for 5m"),
            ("flush.interval.ms", "5 min", "write 300000, in milliseconds, for 5 min"),
            ("flush.interval.ms", "1h", "write 3600000, in milliseconds, for 1h"),
            ("flush.interval.ms", "500ms", "write 500, in milliseconds, for 500ms"),
            ("flush.interval.ms", "1_000_000", "write 1000000, in milliseconds, for 1_000_000"),
            ("flush.interval.ms", "30000.0", "write 30000, in milliseconds, for 30000.0"),
            ("errors.retry.timeout", "10s", "write 10000, in milliseconds, for 10s"),
            (
                "flush.size.bytes", "10MB",
                "write 10000000, in bytes, for 10MB, or 10485760 for 10MiB"
            ),
            ("flush.size.bytes", "24MiB", "write 25165824, in bytes, for 24MiB"),
            ("flush.size.bytes", "64Mi", "write 67108864, in bytes, for 64Mi"),
            ("flush.size.bytes", "10m", "write 10000000, in bytes, for 10m, or 10485760 for 10MiB"),
            ("flush.size.bytes", "1_048_576", "write 1048576, in bytes, for 1_048_576"),
            ("flush.size.bytes", "1e6", "write 1000000, in bytes, for 1e6"),
            ("flush.size.bytes", "\"1048576\"", "write 1048576 without quotes, which are part of a value"),
            ("tasks.max", "2  # two", "write 2 alone: a comment needs a line of its own"),
            ("tasks.max", "1.5", "write a whole number"), ("tasks.max", "2.0", "write 2 for 2.0"),
            ("consumer.override.session.timeout.ms", "45s", "write 45000, in milliseconds, for 45s"),
            ("consumer.override.fetch.max.bytes", "8MiB", "write 8388608, in bytes, for 8MiB"),
            ("producer.override.linger.ms", "1s", "write 1000, in milliseconds, for 1s"),
        ]
    )
    func numbers(name: String, value: String, advice: String) {
        let queue: [String: String?] = [
            "errors.deadletterqueue.topic.name": "dead", "errors.tolerance": "all", name: value,
        ]
        let found = problems(queue)
        #expect(found.count == 1 && found[0].contains("Not a number of type "), "\(found)")
        #expect(found.first?.hasSuffix("; \(advice)") == true, "\(found)")
    }

    @Test(
        "and what nobody can tell is not guessed at",
        arguments: ["x", "ten", "10x", "--1", "1 2", "10 parsecs", "9e99", "5w"]
    )
    func unclear(value: String) {
        let found = problems(["flush.interval.ms": value])
        #expect(found.count == 1 && found[0].hasSuffix(": Not a number of type LONG"), "\(found)")
    }

    @Test("A number out of range is told with the range")
    func ranges() {
        #expect(
            problems(["tasks.max": "0"]) == [
                "Invalid value 0 for configuration tasks.max: Value must be from 1 to 1000"
            ]
        )
        #expect(problems(["tasks.max": "3000000000"]).first?.hasSuffix("Value must be from 1 to 1000") == true)
        #expect(
            problems(["flush.size.bytes": "5"]).first?.contains("Value must be ") == true
                && problems(["flush.size.bytes": "5"]).first?.hasSuffix(", in bytes") == true
        )
    }

    @Test(
        "A Boolean of another language is told as one of Java's",
        arguments: [("yes", "true"), ("ON", "true"), ("1", "true"), ("no", "false"), ("0", "false"), ("off", "false")]
    )
    func booleans(value: String, meant: String) {
        let name = "kusto.validation.table.enable"
        let expected = "Expected value to be either true or false; write \(meant) for \(value)"
        #expect(problems([name: value]) == ["Invalid value \(value) for configuration \(name): \(expected)"])
    }

    @Test(
        "The nearest word is named",
        arguments: [
            ("log.level", "warn", "warning"), ("log.level", "inof", "info"), ("behavior.on.error", "logs", "log"),
            ("errors.tolerance", "any", "all"), ("aad.auth.strategy", "managed-identity", "managed_identity"),
            ("aad.auth.strategy", "service_principal", "application"),
            ("consumer.override.auto.offset.reset", "beginning", "earliest"),
            ("security.protocol", "SASL-SSL", "SASL_SSL"), ("compression.type", "zip", "zlib"),
            (
                "value.converter", "org.apache.kafka.connect.json.JSONConverter",
                "org.apache.kafka.connect.json.JsonConverter"
            ),
            (
                "value.converter", "io.confluent.kafka.serializers.KafkaAvroDeserializer",
                "io.confluent.connect.avro.AvroConverter"
            ),
            (
                "value.converter", "org.apache.kafka.common.serialization.StringDeserializer",
                "org.apache.kafka.connect.storage.StringConverter"
            ),
        ]
    )
    func words(name: String, value: String, meant: String) {
        let found = problems([name: value])
        #expect(found.contains { $0.hasSuffix("; did you mean \(meant)?") }, "\(found)")
    }

    @Test(
        "An address says what is wrong with it",
        arguments: [
            ("bootstrap.servers", "broker", "the port is missing: write host:port, such as broker:9092"),
            ("bootstrap.servers", "a:9092;b:9092", "write host:port, and commas between brokers"),
            ("bootstrap.servers", "a:9092 b:9092", "write host:port, and commas between brokers"),
            ("bootstrap.servers", "[\"a:9092\"]", "without quotes and brackets"),
            ("bootstrap.servers", "a:9092/x", "write host:port without a path"),
            ("topics", "orders payments", "; write the names alone, with commas between them"),
            ("topics", "orders;payments", "; write the names alone, with commas between them"),
            ("topics", "[\"orders\"]", "; write the names alone, with commas between them"),
            ("topics", "orders.*", "; a regular expression belongs in topics.regex"),
            (
                "kusto.ingestion.url", "https://dataexplorer.azure.com/clusters/c.westeurope/databases/d",
                "such as https://c.westeurope.kusto.windows.net"
            ),
            (
                "kusto.ingestion.url", "https://ingest-c.kusto.windows.net?x=1",
                "; write the cluster's address alone, such as https://ingest-c.kusto.windows.net"
            ),
            ("aad.auth.authority", "https://login.microsoftonline.com/contoso.com", "write the tenant alone"),
            (
                "consumer.override.session.timeout.ms", "2000",
                "heartbeat.interval.ms is 3000 and must be lower than session.timeout.ms, 2000"
            ),
        ]
    )
    func addresses(name: String, value: String, advice: String) {
        let found = problems([name: value])
        #expect(found.count == 1 && found[0].contains(advice), "\(found)")
    }

    @Test("Endpoints that are each other's, and addresses of a web server, are warned of")
    func endpoints() throws {
        let query = try settings(["kusto.query.url": "https://ingest-c.westeurope.kusto.windows.net"])
        #expect(query.kusto.queryURL == "https://c.westeurope.kusto.windows.net")
        #expect(
            query.warnings == [
                "kusto.query.url names an ingestion endpoint; asking https://c.westeurope.kusto.windows.net"
            ]
        )
        #expect(
            try settings(["bootstrap.servers": "http://b:9092"]).warnings.first?.contains("http:// does nothing there")
                == true
        )
    }
}
