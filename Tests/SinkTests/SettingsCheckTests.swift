import Converters
import Metrics
import SinkConfiguration
import Testing

@testable import Sink

@Suite("What settings are refused without asking anybody")
struct SettingsCheckTests {
    @Test(
        "A value that only librdkafka refuses is named as it was written",
        arguments: ["consumer.override.socket.max.fails", "consumer.socket.max.fails"]
    )
    func consumerProperties(name: String) throws {
        let problems = SettingsCheck.problems(with: try StartupSamples.settings([name: "abc"]))
        #expect(problems.count == 1 && problems.first?.cause == .configuration)
        #expect(problems.first?.message.hasPrefix("Invalid value abc for configuration \(name): ") == true)
        #expect(SettingsCheck.problems(with: try StartupSamples.settings([name: "1000"])) == [])
    }

    @Test("A value that a reference names is not printed")
    func references() throws {
        var properties: [String: String] = [:]
        for (name, value) in [
            "name": "s", "connector.class": "KustoSinkConnector", "topics": "a", "bootstrap.servers": "127.0.0.1:1",
            "kusto.ingestion.url": "http://127.0.0.1:1", "aad.auth.strategy": "az_dev_token",
            "aad.auth.accesstoken": "t", "value.converter": "String",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'A'}]",
            "consumer.override.socket.max.fails": "${env:COUNT}",
        ] {
            properties[name] = value
        }
        let settings = try SinkSettings(PropertySet(properties, environment: ["COUNT": "s3cret"]))
        let problems = SettingsCheck.problems(with: settings)
        #expect(problems.count == 1)
        #expect(problems.first?.message.contains("s3cret") == false)
        #expect(problems.first?.message.contains("consumer.override.socket.max.fails") == true)
    }

    @Test(
        "What the router refuses has been refused before, or noted as not supported",
        arguments: ConverterKind.allCases,
        RecordFormat.allCases
    )
    func routes(kind: ConverterKind, format: RecordFormat) throws {
        for encoding in ["UTF-8", "utf8", "US-ASCII", "ascii", "ISO-8859-1", "LATIN1", "UTF-16", "UTF-16LE"] {
            for schemas in ["true", "false"] {
                let properties = [
                    "value.converter": kind.rawValue, "value.converter.converter.encoding": encoding,
                    "value.converter.schemas.enable": schemas, "value.converter.schema.registry.url": "http://r:1",
                    "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'A','format':'\(format.rawValue)'}]",
                ]
                let settings: SinkSettings
                do {
                    settings = try StartupSamples.settings(properties)
                } catch let error as ConfigurationError {
                    #expect(error.problems.allSatisfy { $0.message.contains(": format=\(format) ") })
                    continue
                }
                let isRefused = (try? TopicRouter(settings: settings, registry: MetricsRegistry())) == nil
                #expect(!isRefused, "\(kind) \(format) \(encoding)")
                #expect(SettingsCheck.problems(with: settings) == [])
            }
        }
    }
}
