import SinkConfiguration

@testable import Operator

extension LagConnection {
    /// A connection as a rendered sink has it.
    static func sample(
        _ servers: String,
        group: String = "g",
        topics: String = "t",
        password: String? = nil,
        reset: String = "earliest",
        interval: Duration = LagConnection.scalingInterval
    ) -> LagConnection {
        var properties = Self.sampleProperties
        properties["bootstrap.servers"] = servers
        properties["topics"] = topics
        properties["name"] = group
        properties["consumer.override.group.id"] = group
        properties["consumer.override.auto.offset.reset"] = reset
        var secrets: [String: [String: [UInt8]]] = [:]
        if let password {
            properties["consumer.override.security.protocol"] = "SASL_PLAINTEXT"
            properties["consumer.override.sasl.mechanism"] = "PLAIN"
            properties["consumer.override.sasl.username"] = "me"
            properties["consumer.override.sasl.password"] = "${directory:/etc/kusto-sink/secrets/kafka:password}"
            secrets["kafka"] = ["password": Array(password.utf8)]
        }
        do {
            return try make(from: properties, secrets: secrets, interval: interval)
        } catch {
            fatalError("\(error)")
        }
    }

    /// The properties of a sink without a broker.
    static let sampleProperties = [
        "name": "telemetry", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
        "topics": "t",
        "kusto.ingestion.url": "https://ingest-c.westeurope.kusto.windows.net",
        "kusto.query.url": "https://c.westeurope.kusto.windows.net",
        "aad.auth.strategy": "APPLICATION", "aad.auth.authority": "tenant", "aad.auth.appid": "id",
        "aad.auth.appkey": "${directory:/etc/kusto-sink/secrets/adx:secret}",
        "kusto.tables.topics.mapping": "[{'topic': '*', 'db': 'shop', 'table': 'Orders', 'format': 'json'}]",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
    ]
}
