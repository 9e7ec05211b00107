import Foundation
import Kafka
import Kusto
import Logging
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

@Suite("Queued batches that an earlier start has left", .timeLimit(.minutes(5)))
struct TakenUpBatchTests {
    private static let accepts: RecoveryFixture.Verdict = { _, _ in nil }

    /// What an earlier process has left: a row of a batch of a partition.
    private func left(
        _ offsets: Range<Int64>,
        _ status: IngestionReport.Status = .failed,
        partition: Int32 = 3,
        partOf: UUID? = nil
    ) -> IngestionReport {
        var properties = [
            "SinkTopic": "t", "SinkPartition": "\(partition)", "SinkFirstOffset": "\(offsets.lowerBound)",
            "SinkLastOffset": "\(offsets.upperBound - 1)", "SinkRows": "\(offsets.count)",
            "SinkAssignment": "of another process",
        ]
        properties["SinkPartOf"] = partOf?.uuidString
        return IngestionReport(
            sourceID: UUID(),
            status: status,
            errorCode: status == .failed ? "BadRequest_NoRecordsOrWrongFormat" : "",
            failureStatus: status == .failed ? .permanent : nil,
            properties: properties
        )
    }

    @Test("batches of earlier processes are taken up: what is committed is recovered, what is read again is not")
    func takesUp() async throws {
        let table = ReportTable(ReportTable.rejectsPoison)
        let committed = left(80..<90)
        let straddling = left(90..<110)
        let readAgain = left(100..<105)
        let succeeded = left(70..<80, .succeeded)
        let part = left(60..<64, partOf: UUID())
        let elsewhere = left(10..<20, partition: 4)
        let pending = left(64..<70, .pending)
        for row in [committed, straddling, readAgain, succeeded, part, elsewhere, pending] { table.put(row) }
        let records = RecoveryFixture.numbered(60, from: 60, bad: [85, 95, 104])
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(
            Array(records[40...]),
            reader: RereadingStandIn(records),
            deadLetters: letters,
            reports: table,
            Self.accepts
        )
        await fixture.run(awaits: { table.rows.count > 2 })
        #expect(letters.offsets == [85, 95])
        #expect(fixture.destination.rows.count == 18, "the good ones of 80..<100")
        #expect(Set(table.rows.keys) == [elsewhere.sourceID, pending.sourceID])
        #expect(fixture.partition.committable == 100)
        table.put(left(64..<70).named(pending.sourceID))
        await fixture.run(awaits: { table.rows.count > 1 })
        #expect(fixture.destination.rows.count == 24)
        #expect(fixture.stop.failure == nil)
    }

    @Test("reports are found however many others stand before them that nobody removes")
    func findsAmongMany() async throws {
        let table = ReportTable()
        let others = 2 * ReportDesk.limit + 1
        for number in 0..<others { table.put(left(10..<20, partition: 4).named(ReportTable.name(number))) }
        table.put(left(70..<80, .succeeded).named(ReportTable.name(others)))
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(10, from: 100),
            reports: table,
            commitPoint: .ingested,
            Self.accepts
        )
        let batch = fixture.seal()[0]
        await fixture.ingest([batch]) { table.looks > 1000 }
        await fixture.run(until: { table.looks > 1000 }, awaits: { table.forgotten.count < 2 })
        #expect(fixture.partition.committable == 110)
        #expect(Set(table.forgotten) == [batch.sourceID, ReportTable.name(others)])
        #expect(table.rows.count == others)
    }

    @Test("of many batches that earlier processes have left, only some are taken up at a time, and all in the end")
    func takesUpMany() async throws {
        let table = ReportTable()
        let count = Recoverer.light + 36
        for number in 0..<count {
            let offset = Int64(number)
            table.put(left(offset..<offset + 1).named(ReportTable.name(number)))
        }
        let records = RecoveryFixture.numbered(count + 10)
        let fixture = try RecoveryFixture(
            Array(records[count...]),
            reader: RereadingStandIn(records),
            deadLetters: DeadLetterStandIn(),
            reports: table,
            Self.accepts
        )
        let most = Atomic(0)
        await fixture.run(awaits: {
            most.max(fixture.recoverer.count, ordering: .relaxed)
            return table.forgotten.count < count
        })
        #expect(most.load(ordering: .relaxed) <= Recoverer.light)
        #expect(fixture.ended(.deadLettered) == "\(count)")
        #expect(table.rows.isEmpty)
        #expect(fixture.stop.failure == nil)
    }

    @Test("with behavior.on.error=fail, what an earlier process has left is sent again before the worker stops for it")
    func takesUpUnderFail() async throws {
        for isRepaired in [true, false] {
            let table = ReportTable { batch, _ in
                isRepaired
                    ? ReportTable.report(batch, .succeeded)
                    : ReportTable.report(batch, .failed, "BadRequest_TableNotExist", .permanent)
            }
            let row = left(80..<90)
            table.put(row)
            let records = RecoveryFixture.numbered(60, from: 60)
            let fixture = try RecoveryFixture(
                Array(records[40...]),
                behavior: .fail,
                reader: RereadingStandIn(records),
                reports: table,
                Self.accepts
            )
            await fixture.run(awaits: { !table.rows.isEmpty })
            #expect(fixture.destination.deliveries == [10])
            #expect(fixture.stop.failure?.code == (isRepaired ? nil : .ingestion))
            #expect((table.rows[row.sourceID] == nil) == isRepaired)
        }
    }

    @Test(
        "what earlier processes have left and Kafka has no more is told and does not stop the worker; the rest is saved",
        arguments: [ErrorSettings.Behavior.log, .fail],
        [true, false]
    )
    func writesOff(behavior: ErrorSettings.Behavior, hasLetters: Bool) async throws {
        let table = ReportTable()
        for range in [Int64(70)..<80, 80..<90, 90..<98] { table.put(left(range)) }
        // A record that never had a row must not be taken for one that cannot be converted any more.
        var records = RecoveryFixture.numbered(60, from: 60)
        records[36] = LaneFixture.Record(96, "none")
        let reader = RereadingStandIn(records) { _, range in
            guard range.lower < 95 else { return nil }
            return OffsetRangeError(code: .expired(from: 95), message: "the log begins at 95", position: range.lower)
        }
        let fixture = try RecoveryFixture(
            Array(records[40...]),
            behavior: behavior,
            reader: reader,
            deadLetters: hasLetters ? DeadLetterStandIn() : nil,
            reports: table,
            Self.accepts
        )
        await fixture.run(until: { table.looks > 1000 }, awaits: { !table.rows.isEmpty })
        #expect(fixture.stop.failure == nil)
        #expect(table.rows.isEmpty)
        #expect(fixture.destination.rows.count == 2)
        #expect(fixture.table("records_dropped") == "25")
        #expect(fixture.ended(.dropped) == "3")
        let lines = fixture.log.entries.filter { $0.message.contains("not in Kafka any more either") }
        #expect(lines.compactMap { $0.metadata["kafka.offsets"] }.sorted() == ["70..79", "80..89", "90..94"])
        for line in lines {
            #expect(line.level == .error)
            #expect(line.metadata["kafka.topic"] == "t" && line.metadata["kafka.partition"] == "3")
            #expect(line.metadata["kusto.table"] == "D.T" && line.metadata["kafka.problem"] == "the log begins at 95")
            #expect(line.metadata["error"]?.contains("BadRequest_NoRecordsOrWrongFormat") == true)
            #expect(line.message.contains("retention.ms"))
        }
    }

    @Test("records that Kafka has no more stop the worker that has queued them, once for all of its batches")
    func stopsOnceForLostRecords() async throws {
        let table = ReportTable { batch, _ in
            batch.partOf == nil
                ? ReportTable.report(batch, .failed, "Download_Forbidden", .transient)
                : ReportTable.report(batch, .succeeded)
        }
        let reader = RereadingStandIn(RecoveryFixture.numbered(60, from: 40)) { _, range in
            guard range.lower < 95 else { return nil }
            return OffsetRangeError(code: .expired(from: 95), message: "the log begins at 95", position: range.lower)
        }
        let first = try RecoveryFixture(
            RecoveryFixture.numbered(60, from: 40),
            reader: reader,
            deadLetters: DeadLetterStandIn(),
            reports: table,
            Self.accepts
        )
        await first.ingest(first.seal(every: 10))
        let failure = try #require(first.stop.failure)
        #expect(failure.code == .recordsGone)
        for part in ["topic t partition 3 offsets", "D.T", "producer", "retention.ms", "begins at 95"] {
            #expect(failure.message.contains(part), "\(failure.message)")
        }
        #expect(table.rows.count == 6, "the next start saves what is left of the last one")
        let next = try RecoveryFixture(
            RecoveryFixture.numbered(10, from: 100),
            reader: reader,
            deadLetters: DeadLetterStandIn(),
            reports: table,
            Self.accepts
        )
        await next.run(until: { table.looks > 1000 }, awaits: { !table.rows.isEmpty })
        #expect(next.stop.failure == nil)
        #expect(table.rows.isEmpty)
        #expect(next.destination.rows.count == 5)
    }
}

extension IngestionReport {
    /// The same about another batch.
    fileprivate func named(_ sourceID: UUID) -> IngestionReport {
        IngestionReport(
            sourceID: sourceID,
            status: status,
            errorCode: errorCode,
            failureStatus: failureStatus,
            properties: properties
        )
    }
}
