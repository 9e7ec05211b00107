import Foundation
import Kafka
import Kusto
import Logging
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

@Suite("ADX's reports about queued batches", .timeLimit(.minutes(5)))
struct ReportDeskTests {
    private static let accepts: RecoveryFixture.Verdict = { _, _ in nil }

    @Test("with commit.after=ingested offsets pass when ADX has the rows, with queued at once; then the row is removed")
    func settles() async throws {
        for commitPoint in ReportSettings.CommitPoint.allCases {
            let table = ReportTable { _, _ in nil }
            let fixture = try RecoveryFixture(
                RecoveryFixture.numbered(10),
                reports: table,
                commitPoint: commitPoint,
                Self.accepts
            )
            let batch = fixture.seal()[0]
            await fixture.ingest([batch]) { table.looks > 3 }
            #expect(fixture.partition.committable == (commitPoint == .queued ? 10 : 0))
            #expect(fixture.desk?.count == 1)
            #expect(fixture.metric("kusto_sink_unreported_batches{connector=\"s\"}") == "1")
            table.put(ReportTable.report(batch, .succeeded))
            await fixture.run()
            #expect(fixture.partition.committable == 10)
            #expect(fixture.desk?.count == 0)
            #expect(fixture.metric("kusto_sink_unreported_batches{connector=\"s\"}") == "0")
            #expect(
                fixture.metric("kusto_sink_ingestion_reports_total{connector=\"s\",outcome=\"succeeded\"}") == "1"
            )
            #expect(table.rows.isEmpty)
        }
    }

    @Test(
        "the bad records of a batch that ADX rejects after it has queued it become dead letters, the others get in",
        arguments: ReportSettings.CommitPoint.allCases
    )
    func findsBadRecords(commitPoint: ReportSettings.CommitPoint) async throws {
        let table = ReportTable(ReportTable.rejectsPoison)
        let letters = DeadLetterStandIn(addsContext: true)
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(300, bad: [7, 255]),
            deadLetters: letters,
            reports: table,
            commitPoint: commitPoint,
            Self.accepts
        )
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == [7, 255])
        #expect(fixture.destination.rows.count == 298)
        #expect(fixture.partition.committable == 300)
        #expect(table.rows.isEmpty)
        #expect(fixture.ended(.deadLettered) == "1")
        let line = try #require(fixture.log.entries.first { $0.message.hasPrefix("ADX could not ingest a batch") })
        #expect(line.metadata["error"]?.contains("details of ADX") == true)
        #expect(line.metadata["error.code"] == "BadRequest_NoRecordsOrWrongFormat")
        #expect(letters.letters[0].headers.contains { $0.value == Array("BadRequest_NoRecordsOrWrongFormat".utf8) })
        #expect(fixture.table("ingestionfailures") == "1")
    }

    @Test("the row of a rejected batch stays until all its records are accounted for")
    func keepsRow() async throws {
        let table = ReportTable(ReportTable.rejectsPoison)
        let name = Box(Mutex<UUID?>(nil))
        let stood = Box(Mutex<[Bool]>([]))
        let letters = DeadLetterStandIn { _ in
            let isThere = name.value.withLock { $0 }.map { table.rows[$0] != nil } ?? false
            stood.value.withLock { $0.append(isThere) }
            return nil
        }
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(20, bad: [3]),
            deadLetters: letters,
            reports: table,
            Self.accepts
        )
        let batch = fixture.seal()[0]
        name.value.withLock { $0 = batch.sourceID }
        await fixture.ingest([batch])
        #expect(stood.value.withLock { $0 } == [true])
        #expect(table.forgotten.last == batch.sourceID)
    }

    @Test("a fault that is not about rows sends all records of the batch to the dead-letter topic")
    func otherFault() async throws {
        let table = ReportTable { batch, _ in
            ReportTable.report(batch, .failed, "BadRequest_MappingReferenceWasNotFound", .permanent)
        }
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(8),
            deadLetters: letters,
            reports: table,
            commitPoint: .ingested,
            Self.accepts
        )
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == Array(0..<8))
        #expect(fixture.destination.deliveries == [8])
        #expect(fixture.partition.committable == 8)
    }

    @Test("a failure that may pass is followed by one more try of the whole batch", arguments: [true, false])
    func triesAgain(passes: Bool) async throws {
        let table = ReportTable { batch, _ in
            passes && batch.partOf != nil
                ? ReportTable.report(batch, .succeeded)
                : ReportTable.report(batch, .failed, "General_RetryAttemptsExceeded", .exhausted)
        }
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(8),
            deadLetters: letters,
            reports: table,
            commitPoint: .ingested,
            Self.accepts
        )
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets.count == (passes ? 0 : 8))
        // The batch, the batch again, and this once more under another name.
        #expect(fixture.destination.deliveries == (passes ? [8, 8] : [8, 8, 8]))
        #expect(fixture.partition.committable == 8)
        #expect(table.rows.isEmpty)
    }

    @Test("a batch that ADX has reported as a failure that may pass waits before it is sent again, longer each time")
    func waitsBeforeItTriesAgain() async throws {
        // ADX reports at once, and the next look at its tables comes within ten seconds.
        let table = ReportTable { batch, _ in ReportTable.report(batch, .failed, "Timeout", .transient) }
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(8),
            deadLetters: DeadLetterStandIn(),
            reports: table,
            policy: RetryPolicy(maximumTime: .seconds(3600), backoff: .seconds(400), maximumBackoff: .seconds(1000)),
            Self.accepts
        )
        await fixture.ingest(fixture.seal())
        let times = fixture.destination.times
        try #require(times.count == 3)
        #expect(times[1] - times[0] >= .seconds(200))
        #expect(times[2] - times[1] >= .seconds(400))
    }

    @Test("with behavior.on.error=fail a rejected batch stops the worker, and its row stays for the next start")
    func fails() async throws {
        let table = ReportTable(ReportTable.rejectsPoison)
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(8, bad: [1]),
            behavior: .fail,
            deadLetters: DeadLetterStandIn(),
            reports: table,
            commitPoint: .ingested,
            Self.accepts
        )
        await fixture.ingest(fixture.seal())
        #expect(fixture.stop.failure?.code == .ingestion)
        #expect(fixture.stop.failure?.message.contains("details of ADX") == true)
        #expect(fixture.stop.failure?.message.contains("t-3 offsets 0..7") == true)
        #expect(fixture.partition.committable == 0)
        #expect(table.rows.count == 1)
    }

    @Test("a partition that goes to another member is not followed any more, and nothing of it passes")
    func abandons() async throws {
        let table = ReportTable { _, _ in nil }
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(10),
            reports: table,
            commitPoint: .ingested,
            Self.accepts
        )
        let batch = fixture.seal()[0]
        await fixture.ingest([batch]) { table.looks > 1 }
        fixture.partition.abandon()
        table.put(ReportTable.report(batch, .succeeded))
        await fixture.run()
        #expect(fixture.desk?.count == 0)
        #expect(fixture.partition.committable == 0)
        #expect(table.rows.count == 1, "it is for whoever holds the partition now")
    }

    @Test("a batch without a report is told of after a while, and its age is shown; its offsets never pass")
    func tellsOfSilence() async throws {
        let table = ReportTable { _, _ in nil }
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(10),
            reports: table,
            commitPoint: .ingested,
            Self.accepts
        )
        let log = fixture.log
        await fixture.ingest(fixture.seal()) {
            log.entries.contains { $0.message.hasPrefix("ADX has not reported about a queued batch") }
        }
        let line = try #require(log.entries.first { $0.message.hasPrefix("ADX has not reported") })
        #expect(line.metadata["batch.origin"] == "t-3 offsets 0..9")
        #expect(line.message.contains("not committed until it does"))
        let age = fixture.metric("kusto_sink_oldest_unreported_seconds{connector=\"s\"}").flatMap(Double.init) ?? 0
        #expect(age >= 900)
        #expect(fixture.partition.committable == 0)
    }

    @Test(
        "a report that comes while the answer to the post is lost, and the batch waits for its next try, is not lost",
        arguments: [IngestionReport.Status.succeeded, .failed]
    )
    func reportsBeforeTheAnswer(status: IngestionReport.Status) async throws {
        let table = ReportTable { batch, _ in
            batch.partOf == nil ? nil : ReportTable.report(batch, .succeeded)
        }
        let hasBeenPosted = Box(Mutex(false))
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(10),
            deadLetters: DeadLetterStandIn(),
            reports: table,
            commitPoint: .ingested
        ) { batch, _ in
            let isRepeated = hasBeenPosted.value.withLock { hasBeenPosted in
                defer { hasBeenPosted = true }
                return hasBeenPosted
            }
            guard !isRepeated else { return nil }
            let code = status == .failed ? "Download_Forbidden" : ""
            table.put(ReportTable.report(batch, status, code, status == .failed ? .transient : nil))
            return KustoError(.timedOut, "away", leg: .enqueue, disposition: .retry, retryAfter: .seconds(50))
        }
        await fixture.ingest(fixture.seal()) { table.looks > 60 }
        #expect(fixture.desk?.count == 0)
        #expect(fixture.partition.committable == 10)
        #expect(fixture.destination.deliveries.count == (status == .failed ? 3 : 2))
    }

    @Test(
        "a batch about which ADX says nothing for hours is queued once more if its offsets wait, else not followed any more",
        arguments: ReportSettings.CommitPoint.allCases
    )
    func endsSilence(commitPoint: ReportSettings.CommitPoint) async throws {
        let table = ReportTable { batch, _ in
            batch.partOf == nil ? nil : ReportTable.report(batch, .succeeded)
        }
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(10),
            deadLetters: DeadLetterStandIn(),
            reports: table,
            commitPoint: commitPoint,
            Self.accepts
        )
        let batch = fixture.seal()[0]
        await fixture.ingest([batch]) { table.looks > 10_000 }
        #expect(fixture.clock.clock.now() >= ReportRegister.deadline)
        #expect(fixture.desk?.count == 0)
        #expect(fixture.partition.committable == 10)
        #expect(fixture.destination.deliveries == (commitPoint == .queued ? [10] : [10, 10]))
        #expect(fixture.metric("kusto_sink_ingestion_reports_total{connector=\"s\",outcome=\"missing\"}") == "1")
        let line = try #require(fixture.log.entries.first { $0.message.hasPrefix("ADX has never reported") })
        #expect(line.metadata["batch.origin"] == "t-3 offsets 0..9")
        #expect(line.metadata["batch.source_id"] == batch.sourceID.uuidString.lowercased())
        #expect(line.message.contains(commitPoint == .queued ? ".show ingestion failures" : "queued once more"))
        // What ADX says after all is seen to, unless that was done already.
        table.put(ReportTable.report(batch, .failed, "BadRequest_TableNotExist", .permanent))
        await fixture.run(until: { table.looks > 20_000 }, awaits: { !table.rows.isEmpty })
        #expect(table.rows.isEmpty)
        #expect(fixture.destination.deliveries == [10, 10])
    }

    @Test("rows about which ADX has said nothing for two weeks are removed at the start and every six hours")
    func removesSilentRows() async throws {
        let table = ReportTable(failure: { look in
            look == -2 ? KustoError(.unreachable, "away", leg: .reports, disposition: .retry) : nil
        })
        let fixture = try RecoveryFixture(RecoveryFixture.numbered(10), reports: table, Self.accepts)
        await fixture.run(awaits: { table.cleanings.count < 4 })
        let hours = fixture.clock.clock.now().components.seconds / 3600
        #expect((18..<24).contains(hours))
        #expect(table.cleanings.allSatisfy { $0 == .seconds(14 * 86_400) })
        let removed = fixture.log.entries.filter { $0.message.contains("for two weeks were removed") }
        #expect(removed.compactMap { $0.metadata["rows"] } == ["2", "3"], "nothing to tell of the first time")
        #expect(fixture.log.entries.count { $0.message.contains("cannot be removed from its status tables yet") } == 1)
    }

    @Test("tables that do not answer are asked again, and that is told once")
    func asksAgain() async throws {
        let table = ReportTable(failure: { look in
            look < 6 ? KustoError(.unreachable, "away", leg: .reports, disposition: .retry) : nil
        })
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(10),
            reports: table,
            commitPoint: .ingested,
            Self.accepts
        )
        await fixture.ingest(fixture.seal())
        #expect(fixture.partition.committable == 10)
        #expect(fixture.log.entries.count { $0.message.contains("cannot be read, they are asked for again") } == 1)
        #expect(fixture.log.entries.count { $0.message.contains("can be read again") } == 1)
        #expect(fixture.metric("kusto_sink_report_poll_failures_total{connector=\"s\"}") == "5")
    }
}
