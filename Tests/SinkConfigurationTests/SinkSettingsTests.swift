import Converters
import HTTP
import Identity
import Logging
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Settings from properties")
struct SinkSettingsTests {
    @Test("The smallest configuration has the documented defaults")
    func defaults() throws {
        let settings = try settings()
        #expect(settings.name == "telemetry")
        #expect(settings.topics == .list(["orders"]))
        #expect(settings.tasksMax == 1)
        #expect(settings.kusto.ingestionURL == "https://ingest-c.westeurope.kusto.windows.net")
        #expect(settings.kusto.queryURL == "https://c.westeurope.kusto.windows.net")
        #expect(
            settings.kusto.credential
                == .clientSecret(
                    EntraApplication(tenantID: "tenant", clientID: "client"),
                    RotatedSecret(Secret("hunter2"))
                )
        )
        #expect(settings.kusto.validatesTables)
        #expect(settings.kusto.proxies == .none && settings.kusto.trustStore == nil)
        #expect(settings.flush == FlushSettings(sizeBytes: 1_048_576, interval: .seconds(30)))
        #expect(
            settings.buffers == BufferSettings(memoryBytes: 24 << 20, diskBytes: 1 << 30, temporaryDirectory: "/tmp")
        )
        #expect(settings.compression == CompressionSettings(kind: .isal, level: 1))
        #expect(settings.errors.behavior == .fail)
        #expect(settings.errors.tolerance == .none)
        #expect(settings.errors.retryMaximumTime == .seconds(300))
        #expect(settings.errors.retryBackoff == .seconds(10))
        #expect(settings.errors.conversionRetryTimeout == .zero)
        #expect(settings.errors.deadLetterQueue == nil && settings.errors.miscDeadLetterQueue == nil)
        #expect(settings.keyConverter == nil)
        #expect(settings.valueConverter.kind == .string)
        #expect(settings.process.commitInterval == .seconds(1))
        #expect(settings.process.startupTimeout == .seconds(30))
        #expect(settings.process.metricsAddress?.description == "0.0.0.0:9404")
        #expect(settings.process.logLevel == .info && settings.process.logFormat == nil)
        #expect(settings.warnings == [])
    }

    @Test("The consumer's defaults keep the group of the connector and the memory small")
    func consumerDefaults() throws {
        let consumer = try settings().consumer
        let expected = [
            "bootstrap.servers": "broker:9092", "group.id": "connect-telemetry",
            "client.id": "connector-consumer-telemetry",
            "auto.offset.reset": "earliest", "isolation.level": "read_committed", "check.crcs": "true",
            "enable.auto.commit": "false", "enable.auto.offset.store": "false", "fetch.max.bytes": "4456448",
            "queued.max.messages.kbytes": "6144", "receive.message.max.bytes": "1073741824",
            "partition.assignment.strategy": "cooperative-sticky",
        ]
        for (name, value) in expected { #expect(consumer[name] == value) }
        #expect(consumer.forTask(2)["client.id"] == "connector-consumer-telemetry-2")
        #expect(consumer.optionalNames == ["fetch.queue.backoff.ms"])
    }
}
