import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Properties of Kafka's clients")
struct ClientTests {
    @Test(
        "Java's names and values become librdkafka's",
        arguments: [
            ("security.protocol", "SASL_SSL", ["security.protocol": "sasl_ssl"]),
            ("sasl.mechanism", "scram-sha-512", ["sasl.mechanism": "SCRAM-SHA-512"]),
            ("auto.offset.reset", "none", ["auto.offset.reset": "error"]),
            ("auto.offset.reset", "latest", ["auto.offset.reset": "latest"]),
            ("fetch.max.wait.ms", "100", ["fetch.wait.max.ms": "100"]),
            ("receive.buffer.bytes", "-1", ["socket.receive.buffer.bytes": "0"]),
            ("send.buffer.bytes", "1000", ["socket.send.buffer.bytes": "1000"]),
            ("request.timeout.ms", "400000", ["socket.timeout.ms": "300000"]),
            (
                "metadata.max.age.ms", "60000",
                ["topic.metadata.refresh.interval.ms": "60000", "metadata.max.age.ms": "180000"]
            ),
            ("max.poll.interval.ms", "2147483647", ["max.poll.interval.ms": "86400000"]),
            ("fetch.max.bytes", "52428800", ["fetch.max.bytes": "52428800"]),
            ("fetch.max.bytes", "200000000", ["receive.message.max.bytes": "1073741824"]),
            ("fetch.max.bytes", "2000000000", ["receive.message.max.bytes": "2000000512"]),
            ("receive.message.max.bytes", "5000000", ["receive.message.max.bytes": "5000000"]),
            ("ssl.endpoint.identification.algorithm", "", ["ssl.endpoint.identification.algorithm": "none"]),
            ("ssl.endpoint.identification.algorithm", "HTTPS", ["ssl.endpoint.identification.algorithm": "https"]),
            ("isolation.level", "read_uncommitted", ["isolation.level": "read_uncommitted"]),
            ("group.id", "mine", ["group.id": "mine"]),
            (
                "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor",
                ["partition.assignment.strategy": "range"]
            ),
            (
                "partition.assignment.strategy",
                "org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
                ["partition.assignment.strategy": "range"]
            ),
            ("queued.max.messages.kbytes", "16384", ["queued.max.messages.kbytes": "16384"]),
            ("client.id", "c", ["client.id": "c"]),
            ("enable.auto.commit", "true", ["enable.auto.commit": "false"]),
            ("ssl.ca.location", "/ca.pem", ["ssl.ca.location": "/ca.pem"]),
        ]
    )
    func consumer(name: String, value: String, expected: [String: String]) throws {
        for prefix in ["consumer.override.", "consumer."] {
            let consumer = try settings([prefix + name: value]).consumer
            for (key, text) in expected { #expect(consumer[key] == text) }
        }
    }

    @Test(
        "A bad value is named as it was written",
        arguments: [
            ("security.protocol", "TLS"), ("auto.offset.reset", "by_duration:P1D"), ("isolation.level", "x"),
            ("session.timeout.ms", "6s"),
            ("partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor"),
            ("max.poll.interval.ms", "0"),
            ("bootstrap.servers", "broker"), ("bootstrap.servers", "a:1,b:99999"), ("bootstrap.servers", "a b:1"),
            ("bootstrap.servers", "::1:9092"),
            ("fetch.min.bytes", "-1"), ("check.crcs", "yes"), ("ssl.endpoint.identification.algorithm", "x"),
            ("sasl.mechanism", "DIGEST"),
        ]
    )
    func badValues(name: String, value: String) {
        for prefix in ["consumer.override.", "consumer."] {
            let found = problems([prefix + name: value])
            #expect(found.count == 1)
            #expect(found.first?.hasPrefix("Invalid value \(value) for configuration \(prefix)\(name): ") == true)
        }
    }

    @Test(
        "What has no counterpart is warned about by name, and not handed on",
        arguments: [
            "max.poll.records", "interceptor.classes", "value.deserializer", "metric.reporters", "ssl.protocol",
            "sasl.kerberos.kinit.cmd",
            "auto.commit.interval.ms", "plugin.library.paths", "no.such.property", "sasl.login.callback.handler.class",
            "exclude.internal.topics",
        ]
    )
    func warnings(name: String) throws {
        let settings = try settings(["consumer.override.\(name)": "x"])
        #expect(settings.warnings.count == 1 && settings.warnings[0].contains("consumer.override.\(name)"))
        #expect(settings.consumer.values[name] == nil)
    }

    @Test("Overrides win over the worker's consumer properties, those over the unprefixed ones")
    func layers() throws {
        let all = [
            "bootstrap.servers": "a:1", "consumer.bootstrap.servers": "b:1",
            "consumer.override.bootstrap.servers": "c:1",
            "security.protocol": "SSL", "consumer.fetch.min.bytes": "2", "group.id": "connect-cluster",
        ]
        let consumer = try settings(all).consumer
        #expect(
            consumer["bootstrap.servers"] == "c:1" && consumer["security.protocol"] == "ssl"
                && consumer["fetch.min.bytes"] == "2"
        )
        #expect(consumer["group.id"] == "connect-telemetry")
        #expect(try settings(all).producer["bootstrap.servers"] == "a:1")
        #expect(
            try settings(["bootstrap.servers": nil, "consumer.override.bootstrap.servers": "c:1"]).consumer[
                "bootstrap.servers"
            ] == "c:1"
        )
        let missing = problems(["bootstrap.servers": nil])
        #expect(missing.count == 1 && missing[0].hasPrefix("Missing required configuration \"bootstrap.servers\""))
    }

    @Test("Credentials under librdkafka's names are secret")
    func secrets() throws {
        let consumer = try settings(["consumer.override.sasl.username": "u", "consumer.override.sasl.password": "p"])
            .consumer
        #expect(consumer["sasl.username"] == "u")
        #expect(consumer.secretNames == ["sasl.password"])
        #expect(consumer.revealed()["sasl.password"] == "p" && consumer.revealed()["sasl.username"] == "u")
        #expect(consumer.values["sasl.password"] == .secret(Secret("p")))
        #expect(consumer["sasl.password"] == nil && consumer.values["sasl.password"]?.reveal() == "p")
    }

    @Test(
        "Brokers are hosts and ports, whatever protocol stands in front",
        arguments: [
            ("a:1", "a:1"), ("[::1]:9092", "[::1]:9092"), ("PLAINTEXT://a.b-c_d:65535", "a.b-c_d:65535"),
            ("10.0.0.1:9092 , x:2", "10.0.0.1:9092,x:2"), ("SASL_SSL://a:1,SASL_SSL://b:2,a:1", "a:1,b:2"),
            ("://a:1", "a:1"), ("kafka+x://[fe80::1%25]:9", "[fe80::1%25]:9"),
        ]
    )
    func brokers(text: String, expected: String) throws {
        #expect(try settings(["bootstrap.servers": text]).consumer["bootstrap.servers"] == expected)
    }

    @Test("A protocol in front of a broker that is not the client's is told, since it does nothing")
    func schemes() throws {
        let brokers = ["bootstrap.servers": "SASL_SSL://a:9092,b:9092"]
        let warned = try settings(brokers.mapValues { $0 }).warnings
        #expect(
            warned == [
                """
                bootstrap.servers: SASL_SSL:// does nothing there, and security.protocol is PLAINTEXT; set \
                security.protocol=SASL_SSL
                """
            ]
        )
        #expect(try settings(["bootstrap.servers": "PLAINTEXT://a:9092"]).warnings == [])
        let good = [
            "security.protocol": "sasl_ssl", "sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": "p",
        ]
        #expect(try settings(brokers.merging(good) { $1 }.mapValues { $0 }).warnings == [])
        let found = problems(["bootstrap.servers": "SASL_SSL://me:s3cret@a:9092"])
        #expect(found.count == 1 && !found[0].contains("s3cret"), "\(found)")
    }

    @Test("The poll interval may not be below the session timeout")
    func pollInterval() {
        let found = problems(["consumer.override.max.poll.interval.ms": "10000"])
        #expect(found.count == 1 && found[0].contains("must be at least session.timeout.ms, 45000"))
        #expect(
            problems([
                "consumer.override.max.poll.interval.ms": "10000", "consumer.override.session.timeout.ms": "6000",
            ]) == []
        )
    }

    @Test("The newer group protocol leaves assignment and sessions to the broker")
    func groupProtocol() throws {
        let settings = try settings([
            "consumer.override.group.protocol": "consumer", "consumer.override.session.timeout.ms": "6000",
        ])
        #expect(
            settings.consumer["partition.assignment.strategy"] == nil && settings.consumer["session.timeout.ms"] == nil
        )
        #expect(
            settings.warnings == [
                "consumer.override.session.timeout.ms is ignored: group.protocol=consumer leaves it to the broker"
            ]
        )
    }

    @Test("Members of one process get ids of their own")
    func tasks() throws {
        let consumer = try settings(["consumer.override.group.instance.id": "pod-1"]).consumer
        #expect(
            consumer.forTask(0)["group.instance.id"] == "pod-1-0"
                && consumer.forTask(1)["group.instance.id"] == "pod-1-1"
        )
    }

    @Test("The dead-letter producers take their own brokers, and fall back to the consumer's")
    func deadLetters() throws {
        let settings = try settings([
            "errors.deadletterqueue.topic.name": "dead", "errors.deadletterqueue.topic.replication.factor": "1",
            "errors.deadletterqueue.context.headers.enable": "true", "errors.deadletterqueue.linger.ms": "7",
            "misc.deadletterqueue.topic.name": "misc", "misc.deadletterqueue.bootstrap.servers": "m:1,m:2",
            "misc.deadletterqueue.security.protocol": "PLAINTEXT", "consumer.override.security.protocol": "SSL",
            "producer.override.compression.type": "zstd", "producer.buffer.memory": "1048576",
            "errors.tolerance": "all", "behavior.on.error": "log",
        ])
        let errors = try #require(settings.errors.deadLetterQueue)
        #expect(errors.topic == "dead" && errors.replicationFactor == 1 && errors.addsContextHeaders)
        let expected = [
            "bootstrap.servers": "broker:9092", "security.protocol": "ssl", "linger.ms": "7",
            "compression.type": "zstd", "acks": "all",
            "enable.idempotence": "true", "partitioner": "murmur2_random", "queue.buffering.max.kbytes": "1024",
            "client.id": "connector-dlq-producer-telemetry",
        ]
        for (name, value) in expected { #expect(errors.producer[name] == value) }
        for name in ["topic.name", "topic.replication.factor", "context.headers.enable"] {
            #expect(errors.producer[name] == nil)
        }
        let misc = try #require(settings.errors.miscDeadLetterQueue)
        #expect(misc.topic == "misc" && misc.replicationFactor == nil)
        #expect(misc.producer["bootstrap.servers"] == "m:1,m:2" && misc.producer["security.protocol"] == "plaintext")
        #expect(settings.warnings == [])
    }

    @Test("A queue takes the consumer's security as a whole, or nothing of it")
    func deadLetterSecurity() throws {
        let consumer = [
            "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "PLAIN",
            "consumer.override.sasl.username": "reader", "consumer.override.sasl.password": "hunter3",
            "consumer.override.ssl.ca.location": "/ca.pem", "consumer.override.ssl.key.pem": "key",
            "sasl.kerberos.service.name": "kafka",
        ]
        func security(_ prefix: String, _ changes: [String: String]) throws -> [String: String] {
            var all = consumer.merging(changes) { $1 }
            for queue in ["errors", "misc"] {
                all["\(queue).deadletterqueue.topic.name"] = "dead"
                all["\(queue).deadletterqueue.bootstrap.servers"] = "b:1"
            }
            let errors = try settings(all.mapValues { $0 }).errors
            let queue = try #require(prefix == "errors" ? errors.deadLetterQueue : errors.miscDeadLetterQueue)
            return queue.producer.revealed().filter { ClientRole.isSecurity($0.key) }
        }
        let whole = [
            "security.protocol": "sasl_ssl", "sasl.mechanism": "PLAIN", "sasl.username": "reader",
            "sasl.password": "hunter3", "ssl.ca.location": "/ca.pem", "ssl.key.pem": "key",
            "sasl.kerberos.service.name": "kafka",
        ]
        for prefix in ["errors", "misc"] {
            let other = prefix == "errors" ? "misc" : "errors"
            #expect(try security(prefix, [:]) == whole)
            // Another queue's security, and other settings of the own, change nothing.
            let changes = [
                "\(other).deadletterqueue.security.protocol": "SSL", "\(prefix).deadletterqueue.acks": "all",
            ]
            #expect(try security(prefix, changes) == whole)
            for (name, value, expected) in [
                ("security.protocol", "SSL", "ssl"), ("security.protocol", "PLAINTEXT", "plaintext"),
                ("ssl.ca.location", "/mine.pem", "/mine.pem"), ("sasl.username", "writer", "writer"),
            ] {
                #expect(try security(prefix, ["\(prefix).deadletterqueue.\(name)": value]) == [name: expected])
            }
            let shared = try security(prefix, ["producer.override.security.protocol": "SSL"])
            #expect(shared == ["security.protocol": "ssl", "sasl.kerberos.service.name": "kafka"])
            let both = ["producer.ssl.ca.location": "/p.pem", "\(prefix).deadletterqueue.security.protocol": "SSL"]
            #expect(try security(prefix, both) == ["security.protocol": "ssl", "ssl.ca.location": "/p.pem"])
        }
    }

    @Test("The errors queue is at the consumer's brokers unless it names its own")
    func deadLetterBrokers() throws {
        func brokers(_ changes: [String: String]) throws -> String? {
            let all = changes.merging(["errors.deadletterqueue.topic.name": "dead"]) { $1 }
            return try settings(all.mapValues { $0 }).errors.deadLetterQueue?.producer["bootstrap.servers"]
        }
        #expect(try brokers([:]) == "broker:9092")
        #expect(try brokers(["consumer.override.bootstrap.servers": "c:1"]) == "c:1")
        #expect(try brokers(["producer.override.bootstrap.servers": "p:1"]) == "p:1")
        #expect(
            try brokers(["errors.deadletterqueue.bootstrap.servers": "q:1", "producer.bootstrap.servers": "p:1"])
                == "q:1"
        )
    }

    @Test("A dead letter is acknowledged by all replicas, and written once unless the user forbids that")
    func deadLetterDurability() throws {
        func producer(_ changes: [String: String]) throws -> ClientProperties {
            var all = ["errors.deadletterqueue.topic.name": "dead"]
            for (name, value) in changes { all["errors.deadletterqueue.\(name)"] = value }
            return try #require(try settings(all).errors.deadLetterQueue).producer
        }
        for value in ["all", "-1", "0", "1"] { #expect(try producer(["acks": value])["acks"] == "all") }
        let warned = try settings([
            "errors.deadletterqueue.topic.name": "dead", "producer.override.acks": "1", "errors.tolerance": "all",
        ])
        #expect(warned.warnings.count == 1 && warned.warnings[0].hasPrefix("producer.override.acks is ignored"))
        #expect(
            problems(["errors.deadletterqueue.topic.name": "dead", "errors.deadletterqueue.acks": "2"]).count == 1
        )
        #expect(try producer(["retries": "3", "max.in.flight": "5"])["enable.idempotence"] == "true")
        for forbidden in [["retries": "0"], ["max.in.flight.requests.per.connection": "6"]] {
            #expect(try producer(forbidden)["enable.idempotence"] == nil)
            #expect(
                try producer(forbidden.merging(["enable.idempotence": "true"]) { $1 })["enable.idempotence"] == "true"
            )
        }
        #expect(try producer([:])["batch.size"] == "65536" && producer(["batch.size": "10"])["batch.size"] == "10")
    }

    @Test("A dead-letter topic may not be consumed, and the misc queue needs topic and brokers")
    func deadLetterRules() {
        for prefix in ["errors", "misc"] {
            let found = problems([
                "\(prefix).deadletterqueue.topic.name": "orders",
                "misc.deadletterqueue.bootstrap.servers": prefix == "misc" ? "b:1" : nil,
            ])
            #expect(found.count == 1 && found[0].contains("among the topics consumed"))
            let pattern: [String: String?] = [
                "topics": nil, "topics.regex": "or.*",
                "kusto.tables.topics.mapping": "[{'topic':'*','db':'d','table':'t'}]",
                "\(prefix).deadletterqueue.topic.name": "or-dead",
                "misc.deadletterqueue.bootstrap.servers": prefix == "misc" ? "b:1" : nil,
            ]
            #expect(problems(pattern).count == 1)
        }
        let sentence = "To enable Miscellaneous Dead-Letter Queue configuration please configure both"
        #expect(problems(["misc.deadletterqueue.topic.name": "dead"]).first?.hasPrefix(sentence) == true)
        #expect(problems(["misc.deadletterqueue.bootstrap.servers": "b:1"]).first?.hasPrefix(sentence) == true)
        #expect(problems(["errors.deadletterqueue.topic.name": "a b"]).count == 1)
        #expect(
            problems(["errors.deadletterqueue.topic.name": "dead", "errors.deadletterqueue.transactional.id": "t"])
                .count == 1
        )
        // A topic that the sink is told to read and that the client is told to leave out would be read by nobody.
        #expect(problems(["consumer.override.topic.blacklist": "orders"]).count == 1)
    }
}
