import SinkConfiguration
import Testing

@testable import Sink

@Suite("The limits of a container")
struct ContainerLimitTests {
    @Test(
        "the CPU limit of either version of control groups bounds the processors",
        arguments: [
            ([:], 8),
            (["cpu.max": "max 100000\n"], 8),
            (["cpu.max": "200000 100000\n"], 2),
            (["cpu.max": "150000 100000\n"], 2),
            (["cpu.max": "10000 100000\n"], 1),
            (["cpu.max": "1600000 100000\n"], 8),
            (["cpu.max": "nonsense"], 8),
            (["cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"], 8),
            (["cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"], 3),
        ] as [([String: String], Int)]
    )
    func processors(files: [String: String], count: Int) {
        let found = ProcessorCount.available(of: 8) { files[String($0.dropFirst("/sys/fs/cgroup/".count))] }
        #expect(found == count)
    }

    private func settings(_ more: [String: String] = [:]) throws -> SinkSettings {
        let base = [
            "name": "s", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            "topics": "t", "kusto.ingestion.url": "http://127.0.0.1:1", "bootstrap.servers": "127.0.0.1:1",
            "kusto.tables.topics.mapping": "[{'topic':'t','db':'D','table':'T','format':'json'}]",
            "aad.auth.authority": "a", "aad.auth.appid": "b", "aad.auth.appkey": "c",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        ]
        return try SinkSettings(PropertySet(base.merging(more) { $1 }))
    }

    @Test("a memory limit below what buffers and fetching may need is told with both sizes")
    func memory() throws {
        let usual = try settings()
        #expect(MemoryCheck.warning(for: usual, limit: nil) == nil)
        #expect(MemoryCheck.warning(for: usual, limit: 256 << 20) == nil)
        let warning = try #require(MemoryCheck.warning(for: usual, limit: 64 << 20))
        #expect(warning.contains("64 MiB") && warning.contains("buffer.memory.bytes"))
        let large = try settings(["buffer.memory.bytes": "\(256 << 20)"])
        #expect(MemoryCheck.warning(for: large, limit: 256 << 20) != nil)
    }
}
