/// Connectors' configurations as a seed decides: most of their values are good, some are not.
struct RandomConnector {
    private var state: UInt64
    /// The connector's properties.
    private(set) var config: [String: String] = [:]
    /// The Connect worker's properties; empty when there is none.
    private(set) var worker: [String: String] = [:]

    init(seed: UInt64) {
        state = seed
        make()
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    private mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }
    private mutating func pick(_ values: [String]) -> String { values[Int(next() % UInt64(values.count))] }

    private mutating func make() {
        config["connector.class"] = pick([
            "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector", "KustoSinkConnector", "KustoSink",
        ])
        config["name"] = pick([
            "orders", "My_Connector", "a.b.c", "x", "UPPER", "9lives", String(repeating: "n", count: 90),
        ])
        addTopics()
        addKusto()
        addSecurity("consumer.override.", percent: 60)
        if chance(50) {
            worker["bootstrap.servers"] = pick(["broker-1:9092", "PLAINTEXT://broker-1:9092,broker-2:9092"])
            worker["value.converter"] = "org.apache.kafka.connect.storage.StringConverter"
            worker["offset.storage.topic"] = "offsets"
            if chance(30) { worker["consumer.fetch.min.bytes"] = "1000" }
            if chance(30) { worker["consumer.session.timeout.ms"] = "20000" }
            if chance(30) { worker["producer.linger.ms"] = "7" }
            if chance(30) { worker["security.protocol"] = pick(["SSL", "PLAINTEXT"]) }
            if chance(40) {
                worker["value.converter"] = "org.apache.kafka.connect.json.JsonConverter"
                worker["value.converter.schemas.enable"] = pick(["true", "false"])
            }
        }
        if worker.isEmpty || chance(40) {
            config["consumer.override.bootstrap.servers"] = pick(["broker-3:9093", "broker-3:9093,broker-4:9093"])
        }
        addQueues()
        addBareClients()
        for (name, values) in Self.pool where chance(25) { config[name] = pick(values) }
        if config["value.converter"]?.contains("confluent") == true, chance(80) {
            config["value.converter.schema.registry.url"] = "https://registry:8081"
        }
    }

    /// What Connect does not give a connector's clients.
    private mutating func addBareClients() {
        guard chance(40) else { return }
        config["consumer.group.id"] = "stray"
        config["consumer.auto.offset.reset"] = pick(["latest", "earliest"])
        config["consumer.session.timeout.ms"] = "31000"
        config["producer.linger.ms"] = "9"
        if chance(50) { config["bootstrap.servers"] = "stray:9092" }
        if chance(30) { config["security.protocol"] = "SASL_SSL" }
    }

    private mutating func addTopics() {
        let formats = ["json", "CSV", "avro", "txt", "nonsense", "parquet"]
        var entries: [String] = []
        for topic in ["orders", "returns", "shop.items"] where chance(80) {
            let mapping = chance(50) ? ",'mapping':'M\(entries.count)'" : ""
            let streaming = chance(20) ? ",'streaming':true" : ""
            entries.append(
                "{'topic': '\(topic)','db':'shop','table':'T\(entries.count)','format':'\(pick(formats))'\(mapping)\(streaming)}"
            )
        }
        // More than fit into an expression by their names, or into a sink.
        let many = chance(15) ? Int(pick(["60", "254", "300"])) ?? 0 : 0
        entries += (0..<many).map { "{'topic':'o\($0)rders','db':'shop','table':'Many','format':'json'}" }
        if chance(40) { entries.append("{'topic':'*','db':'shop','table':'Other','format':'json'}") }
        if chance(10) { entries.append("{'topic':'orders','db':'shop','table':'Twice','format':'json'}") }
        if chance(95) { config["kusto.tables.topics.mapping"] = "[\(entries.joined(separator: ","))]" }
        if chance(70) {
            config["topics"] = pick(["orders", "orders,returns", " orders , shop.items ", "orders,unmapped"])
            if many > 0, chance(70) {
                config["topics"] = (0..<many).map { "o\($0)rders" }.joined(separator: ",")
            }
        } else {
            config["topics.regex"] = pick(["shop\\.\\w+", "^(orders|returns)$", "(?i)orders", ".*", "o\\d*rders"])
        }
    }

    private mutating func addKusto() {
        let url = pick(["kusto.url", "kusto.ingestion.url"])
        config[url] = pick([
            "https://ingest-c.westeurope.kusto.windows.net", "ingest-c.kusto.windows.net/", "https://adx.corp.example",
            "http://adx.corp.example", "not a url",
        ])
        config["aad.auth.authority"] = "contoso.example"
        config["aad.auth.appid"] = "2c9c3a0e"
        config["aad.auth.appkey"] = pick(["s3cr3t-app", "${secrets:data/adx:key}", "${file:/x/y:z}", "${env:KEY}"])
    }

    private mutating func addSecurity(_ prefix: String, percent: UInt64) {
        guard chance(percent) else { return }
        config[prefix + "security.protocol"] = pick(["SASL_SSL", "SASL_PLAINTEXT", "SSL", "PLAINTEXT", "sasl_ssl"])
        let mechanism = pick(["PLAIN", "SCRAM-SHA-512", "GSSAPI", "OAUTHBEARER", "AWS_MSK_IAM"])
        config[prefix + "sasl.mechanism"] = mechanism
        let module = "org.apache.kafka.common.security"
        switch mechanism {
        case "PLAIN", "SCRAM-SHA-512":
            let secret = pick(["s3cr3t-kafka", "s3cr3t;\\\"=x", "${secrets:data/user:password}", "${env:P}"])
            let name = mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule"
            config[prefix + "sasl.jaas.config"] = "\(module).\(name) required username=\"sink\" password=\"\(secret)\";"
        case "OAUTHBEARER":
            config[prefix + "sasl.oauthbearer.token.endpoint.url"] = "https://login.example/token"
            config[prefix + "sasl.jaas.config"] =
                "\(module).oauthbearer.OAuthBearerLoginModule required clientId=\"sink\" clientSecret=\"s3cr3t-oauth\";"
        default: config[prefix + "sasl.jaas.config"] = pick(["s3cr3t-that is no JAAS", "${secrets:data/user:jaas}"])
        }
        if chance(40) {
            config[prefix + "ssl.truststore.location"] = pick(["/etc/trust.jks", "/etc/trust.p12", "/etc/ca.pem"])
            config[prefix + "ssl.truststore.password"] = "s3cr3t-store"
        }
        if chance(30) { config[prefix + "ssl.endpoint.identification.algorithm"] = pick(["", "https"]) }
    }

    private mutating func addQueues() {
        if chance(40) {
            config["errors.deadletterqueue.topic.name"] = pick(["bad", "orders", "not a topic"])
            config["errors.deadletterqueue.topic.replication.factor"] = "2"
            addSecurity("errors.deadletterqueue.", percent: 30)
        }
        guard chance(40) else { return }
        config["misc.deadletterqueue.topic.name"] = "failed"
        config["misc.deadletterqueue.bootstrap.servers"] = "broker-9:9092"
        config["misc.deadletterqueue.linger.ms"] = "5"
        addSecurity("misc.deadletterqueue.", percent: 50)
    }

    /// Properties that stand alone, with good values and bad ones.
    private static let pool: [(String, [String])] = [
        ("tasks.max", ["1", "4", "0", "x", "100000"]), ("flush.size.bytes", ["1000000", "1", "1000 * 60"]),
        ("flush.interval.ms", ["300", "30000", "-5", "86400001"]), ("tempdir.path", ["/tmp"]),
        ("behavior.on.error", ["FAIL", "log", "Explode"]), ("errors.tolerance", ["all", "none", "some"]),
        ("errors.retry.max.time.ms", ["300000", "0"]), ("errors.retry.backoff.time.ms", ["10000", "0"]),
        ("errors.retry.timeout", ["-1", "60000"]), ("errors.retry.delay.max.ms", ["1000"]),
        ("errors.log.enable", ["TRUE", "yes"]), ("errors.log.include.messages", ["false"]),
        ("kusto.query.url", ["https://c.westeurope.kusto.windows.net", ""]),
        ("kusto.validation.table.enable", ["false", "true"]),
        ("aad.auth.strategy", ["application", "MANAGED_IDENTITY", "workload_identity", "az_dev_token", "magic"]),
        ("aad.auth.accesstoken", ["s3cr3t-token"]), ("proxy.host", ["proxy.example", "http://proxy"]),
        ("proxy.port", ["3128", "-1", "x"]),
        ("key.converter", ["org.apache.kafka.connect.storage.StringConverter", "com.example.Own"]),
        (
            "value.converter",
            [
                "org.apache.kafka.connect.json.JsonConverter", "org.apache.kafka.connect.storage.StringConverter",
                "io.confluent.connect.avro.AvroConverter", "com.example.Own",
            ]
        ),
        ("value.converter.schemas.enable", ["true", "false", "perhaps"]),
        ("value.converter.basic.auth.credentials.source", ["USER_INFO", "URL", "SASL_INHERIT"]),
        ("value.converter.basic.auth.user.info", ["sink:s3cr3t-registry", "${secrets:data/r:info}"]),
        ("value.converter.schema.registry.basic.auth.user.info", ["sink:s3cr3t-registry"]),
        ("value.converter.schema.registry.url", ["https://registry:8081", "registry:8081", "https://u:s3cr3t@r"]),
        ("value.converter.schema.registry.ssl.truststore.location", ["/etc/trust.jks", "/etc/ca.pem"]),
        ("value.converter.schema.registry.ssl.truststore.password", ["s3cr3t-store"]),
        ("value.converter.schema.registry.ssl.endpoint.identification.algorithm", ["", "https"]),
        ("value.converter.http.read.timeout.ms", ["1000", "x"]),
        ("value.converter.schema.registry.http.connect.timeout.ms", ["1000"]),
        ("value.converter.decimal.format", ["BASE64"]), ("value.converter.use.latest.version", ["true"]),
        ("value.converter.converter.encoding", ["UTF-8", "UTF-16", "EBCDIC"]),
        ("value.converter.auto.register.schemas", ["false"]), ("header.converter", ["x"]),
        ("transforms", ["mask", ""]), ("transforms.mask.type", ["MaskField"]), ("predicates", ["p"]),
        ("config.action.reload", ["restart"]), ("consumer.override.auto.offset.reset", ["latest", "sideways"]),
        ("consumer.override.max.poll.interval.ms", ["600000", "2147483647"]),
        ("consumer.override.session.timeout.ms", ["45000", "10"]),
        ("consumer.override.heartbeat.interval.ms", ["3000", "60000"]),
        (
            "consumer.override.partition.assignment.strategy",
            ["org.apache.kafka.clients.consumer.RangeAssignor", "Own"]
        ),
        ("consumer.override.fetch.min.bytes", ["1", "-1"]), ("consumer.override.max.poll.records", ["1"]),
        ("consumer.override.group.id", ["own-group"]), ("consumer.override.group.instance.id", ["one"]),
        ("consumer.override.client.id", ["client"]), ("consumer.override.enable.auto.commit", ["false", "true"]),
        ("consumer.override.some.unknown", ["1"]), ("producer.override.linger.ms", ["5"]),
        ("producer.override.bootstrap.servers", ["broker-7:9092"]), ("some.unknown", ["x"]),
        ("some.password", ["s3cr3t-some"]), ("dlq.topic.name", ["old"]), ("kusto.sink.flush_size", ["5000"]),
    ]
}
