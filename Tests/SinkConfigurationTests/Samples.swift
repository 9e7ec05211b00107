import Secrets
import Testing

@testable import SinkConfiguration

/// The smallest configuration that is good, on which the tests' tables vary one thing.
let minimal = [
    "name": "telemetry",
    "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
    "topics": "orders",
    "bootstrap.servers": "broker:9092",
    "kusto.ingestion.url": "https://ingest-c.westeurope.kusto.windows.net",
    "aad.auth.authority": "tenant",
    "aad.auth.appid": "client",
    "aad.auth.appkey": "hunter2",
    "kusto.tables.topics.mapping": "[{'topic':'orders','db':'shop','table':'Orders','format':'json'}]",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
]

/// Checks the minimal configuration with changes; a change to `nil` removes the property.
func settings(_ changes: [String: String?] = [:]) throws(ConfigurationError) -> SinkSettings {
    var values = minimal
    for (name, value) in changes { values[name] = value }
    return try SinkSettings(PropertySet(values))
}

/// The problems of the minimal configuration with changes, each as its sentence.
func problems(_ changes: [String: String?]) -> [String] {
    do throws(ConfigurationError) {
        _ = try settings(changes)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
