import Testing

@testable import SinkConfiguration

/// Java's clients take numbers that librdkafka does not; a configuration that works there must work here.
@Suite("Numbers of Java's clients")
struct ClientRangeTests {
    /// A property, what is written, librdkafka's name, and what it gets; `true` for a number that is changed.
    typealias Row = (String, String, String, String, Bool)

    @Test(
        "of a consumer are brought into librdkafka's ranges, with a warning",
        arguments: [
            ("receive.buffer.bytes", "125000000", "socket.receive.buffer.bytes", "100000000", true),
            ("send.buffer.bytes", "2147483647", "socket.send.buffer.bytes", "100000000", true),
            ("send.buffer.bytes", "-1", "socket.send.buffer.bytes", "0", false),
            ("connections.max.idle.ms", "-1", "connections.max.idle.ms", "0", true),
            ("connections.max.idle.ms", "9223372036854775807", "connections.max.idle.ms", "2147483647", true),
            ("connections.max.idle.ms", "540000", "connections.max.idle.ms", "540000", false),
            ("reconnect.backoff.max.ms", "7200000", "reconnect.backoff.max.ms", "3600000", true),
            ("retry.backoff.ms", "0", "retry.backoff.ms", "1", true),
            ("retry.backoff.max.ms", "9223372036854775807", "retry.backoff.max.ms", "300000", true),
            ("socket.connection.setup.timeout.ms", "10", "socket.connection.setup.timeout.ms", "1000", true),
            ("metadata.max.age.ms", "9223372036854775807", "topic.metadata.refresh.interval.ms", "3600000", true),
            ("metadata.max.age.ms", "0", "topic.metadata.refresh.interval.ms", "10", true),
            ("request.timeout.ms", "0", "socket.timeout.ms", "10", true),
            ("session.timeout.ms", "7200000", "session.timeout.ms", "3600000", true),
            ("heartbeat.interval.ms", "0", "heartbeat.interval.ms", "1", true),
            ("fetch.min.bytes", "0", "fetch.min.bytes", "1", true),
            ("fetch.min.bytes", "2147483647", "fetch.min.bytes", "100000000", true),
            ("fetch.max.bytes", "2147483647", "fetch.max.bytes", "2147483135", true),
            ("fetch.max.bytes", "0", "fetch.max.bytes", "1000000", true),
            ("fetch.max.wait.ms", "2147483647", "fetch.wait.max.ms", "300000", true),
            ("max.partition.fetch.bytes", "2147483647", "max.partition.fetch.bytes", "1000000000", true),
            ("max.partition.fetch.bytes", "0", "max.partition.fetch.bytes", "1", true),
            ("sasl.kerberos.min.time.before.relogin", "0", "sasl.kerberos.min.time.before.relogin", "1", true),
            ("metadata.recovery.rebootstrap.trigger.ms", "5", "metadata.recovery.rebootstrap.trigger.ms", "5", false),
        ] as [Row]
    )
    func consumer(row: Row) throws {
        // The session's end must not be beyond the poll interval's.
        let changes = [
            "consumer.override.\(row.0)": row.1, "consumer.override.max.poll.interval.ms": "7200000",
        ]
        let settings = try settings(changes.mapValues { $0 })
        #expect(settings.consumer[row.2] == row.3)
        let told = "consumer.override.\(row.0)=\(row.1) is outside what librdkafka allows; using \(row.3)"
        #expect(settings.warnings == (row.4 ? [told] : []))
    }

    @Test(
        "of a producer are, too, for both queues",
        arguments: [
            ("batch.size", "0", "batch.size", "1", true),
            ("linger.ms", "9223372036854775807", "linger.ms", "900000", true),
            ("delivery.timeout.ms", "0", "delivery.timeout.ms", "1", true),
            ("retries", "2147483647", "retries", "2147483647", false),
            (
                "max.in.flight.requests.per.connection", "2147483647", "max.in.flight.requests.per.connection",
                "1000000", true
            ),
            ("request.timeout.ms", "2147483647", "request.timeout.ms", "900000", true),
            ("max.request.size", "2147483647", "message.max.bytes", "1000000000", true),
            ("max.request.size", "0", "message.max.bytes", "1000", true),
            ("buffer.memory", "9223372036854775807", "queue.buffering.max.kbytes", "2147483647", false),
            ("receive.buffer.bytes", "125000000", "socket.receive.buffer.bytes", "100000000", true),
        ] as [Row]
    )
    func producers(row: Row) throws {
        for queue in ["errors.deadletterqueue.", "misc.deadletterqueue."] {
            let changes = [
                "\(queue)topic.name": "dead", "\(queue)bootstrap.servers": "b:1", "\(queue)\(row.0)": row.1,
                "errors.tolerance": "all", "behavior.on.error": "log",
            ]
            let settings = try settings(changes.mapValues { $0 })
            let found =
                queue.hasPrefix("errors") ? settings.errors.deadLetterQueue : settings.errors.miscDeadLetterQueue
            #expect(found?.producer[row.2] == row.3)
            let told = "\(queue)\(row.0)=\(row.1) is outside what librdkafka allows; using \(row.3)"
            #expect(settings.warnings == (row.4 ? [told] : []))
        }
    }

    @Test(
        "that Java does not take either are errors",
        arguments: [
            ("fetch.max.bytes", "2147483648"), ("receive.buffer.bytes", "-2"), ("reconnect.backoff.ms", "-1"),
            ("fetch.max.wait.ms", "-1"), ("session.timeout.ms", "99999999999"), ("connections.max.idle.ms", "1e3"),
            ("client.dns.lookup", "default"), ("metadata.recovery.strategy", "x"), ("enable.metrics.push", "1"),
        ]
    )
    func refused(name: String, value: String) {
        let found = problems(["consumer.override.\(name)": value])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("Invalid value \(value) for configuration consumer.override.\(name): ") == true)
    }

    @Test(
        "stand in an order without which librdkafka makes no client",
        arguments: [
            (["reconnect.backoff.ms": "20000"], "20000", "20000"),
            (["reconnect.backoff.ms": "500", "reconnect.backoff.max.ms": "200"], "500", "500"),
            (["reconnect.backoff.ms": "50", "reconnect.backoff.max.ms": "1000"], "50", "1000"),
            (["reconnect.backoff.max.ms": "50"], "50", "50"),
        ] as [([String: String], String, String)]
    )
    func order(given: [String: String], first: String, last: String) throws {
        var changes: [String: String?] = [:]
        for (name, value) in given { changes["consumer.override.\(name)"] = value }
        let consumer = try settings(changes).consumer
        #expect(consumer["reconnect.backoff.ms"] == first && consumer["reconnect.backoff.max.ms"] == last)
    }
}
