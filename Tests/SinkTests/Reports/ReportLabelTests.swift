import Foundation
import Kafka
import Kusto
import Logging
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

@Suite("What stands beside ADX's reports")
struct ReportLabelTests {
    private static let accepts: RecoveryFixture.Verdict = { _, _ in nil }

    @Test("what stands beside a report can be read back, and nonsense is none of ours")
    func labels() async throws {
        let fixture = try RecoveryFixture(RecoveryFixture.numbered(10, from: 5), Self.accepts)
        let batch = fixture.seal()[0]
        let report = ReportTable.report(batch, .failed)
        #expect(ReportLabel(report) == ReportLabel(batch))
        #expect(ReportLabel(batch).range == OffsetRange(lower: 5, upper: 15))
        let good = ReportLabel(batch).properties
        for (name, value) in [
            ("SinkTopic", ""), ("SinkPartition", "-1"), ("SinkPartition", "x"), ("SinkFirstOffset", "15"),
            ("SinkFirstOffset", "-5"), ("SinkLastOffset", "9223372036854775807"), ("SinkLastOffset", ""),
            ("SinkRows", "-1"), ("SinkRows", "99999999999999999999"),
        ] {
            var properties = good
            properties[name] = value
            #expect(ReportLabel(IngestionReport(sourceID: UUID(), status: .failed, properties: properties)) == nil)
        }
        #expect(ReportLabel(IngestionReport(sourceID: UUID(), status: .failed)) == nil)
    }

    @Test("keys hold only what tables allow, and differ when names do")
    func keys() {
        #expect(ReportKey(sink: "orders-1_a.b").text == "kusto-sink-orders-1_a.b")
        #expect(ReportKey(sink: "a/b c#ü").text == "kusto-sink-a~2Fb~20c~23~C3~BC")
        #expect(ReportKey(sink: "a~2Fb").text != ReportKey(sink: "a/b").text)
        #expect(ReportKey(sink: String(repeating: "/", count: 1000)).text.utf8.count < 1024)
    }
}
