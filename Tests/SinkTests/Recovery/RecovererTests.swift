import Daemon
import Kafka
import Kusto
import Logging
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

@Suite("Recovering refused batches", .timeLimit(.minutes(5)))
struct RecovererTests {
    private func rows(_ offsets: some Sequence<Int64>) -> [String] { offsets.map { "{\"n\":\($0)}" } }

    @Test("only the bad records of a batch become dead letters, the others get in, then the offsets pass")
    func findsBadRecords() async throws {
        let bad: Set<Int64> = [107, 131, 132]
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(50, from: 100, bad: bad),
            deadLetters: letters,
            RecoveryFixture.refusesPoison
        )
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == bad.sorted())
        #expect(letters.letters.first?.value == Array("{\"n\":107,\"poison\":1}".utf8))
        #expect(letters.letters.first?.source == TopicPartition(topic: "t", partition: 3))
        #expect(fixture.destination.rows.sorted() == rows(Set(100..<150).subtracting(bad).sorted()).sorted())
        #expect(fixture.partition.committable == 150)
        #expect(fixture.stop.failure == nil)
        #expect(fixture.ended(.deadLettered) == "1")
        #expect(fixture.table("records_dropped") == "0")
        let deliveries = fixture.destination.deliveries.count - 1
        #expect(fixture.metric("kusto_sink_recovery_deliveries_total{connector=\"s\"}") == "\(deliveries)")
        #expect(deliveries <= Halving.limit(rows: 50))
        #expect(fixture.metric("kusto_sink_recoveries_in_progress{connector=\"s\"}") == "0")
        let begin = try #require(fixture.log.entries.first { $0.message.hasPrefix("a batch was refused by ADX") })
        #expect(begin.metadata["kafka.offsets"] == "100..149" && begin.metadata["batch.rows"] == "50")
        let end = try #require(fixture.log.entries.first { $0.message.hasPrefix("the records of a refused batch") })
        #expect(end.metadata["recovery.rows"] == "47" && end.metadata["recovery.dead_letters"] == "3")
        #expect(end.metadata["recovery.deliveries"] == "\(deliveries)" && end.metadata["recovery.gone"] == nil)
        #expect(fixture.health.totals.rows == 47)
        #expect(fixture.health.lastError == nil)
    }

    @Test("one bad record of 20,000 is one dead letter and 19,999 rows")
    func oneOfMany() async throws {
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(20_000, bad: [12_345]),
            deadLetters: letters,
            RecoveryFixture.refusesPoison
        )
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == [12_345])
        #expect(fixture.destination.rows.count == 19_999)
        #expect(fixture.destination.deliveries.count <= 1 + 30)
        #expect(fixture.partition.committable == 20_000)
    }

    @Test("a fault that is not about rows sends every record of the batch, and no other, to the dead-letter topic")
    func sendsWholeBatch() async throws {
        var records = RecoveryFixture.numbered(12)
        // Neither a tombstone nor what the converter refused was in the batch.
        records[3].value = nil
        records[7].value = Array("no JSON".utf8)
        let letters = DeadLetterStandIn(addsContext: true)
        let fixture = try RecoveryFixture(records, deadLetters: letters) { _, _ in
            RecoveryFixture.refusal("BadRequest_MappingReferenceWasNotFound")
        }
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == [0, 1, 2, 4, 5, 6, 8, 9, 10, 11])
        #expect(fixture.destination.deliveries == [10])
        #expect(fixture.partition.committable == 12)
        let headers = letters.letters[0].headers.map { header in
            (String(decoding: header.nameBytes, as: UTF8.self), String(decoding: header.value ?? [], as: UTF8.self))
        }
        func header(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }
        #expect(header("kusto_sink.error.code") == "BadRequest_MappingReferenceWasNotFound")
        #expect(header("kusto_sink.error.permanent") == "true")
        #expect(header("kusto_sink.table") == "T" && header("kusto_sink.database") == "D")
        #expect(header("__connect.errors.topic") == "t" && header("__connect.errors.partition") == "3")
        #expect(header("__connect.errors.offset") == "0")
        #expect(header("__connect.errors.exception.message")?.contains("refused") == true)
    }

    @Test("a batch whose time for retries is over goes to the dead-letter topic whole")
    func exhausted() async throws {
        let letters = DeadLetterStandIn(addsContext: true)
        let fixture = try RecoveryFixture(RecoveryFixture.numbered(5), behavior: .ignore, deadLetters: letters) {
            _,
            _ in
            KustoError(.unreachable, "away", leg: .upload, disposition: .retry)
        }
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == [0, 1, 2, 3, 4])
        #expect(fixture.partition.committable == 5)
        #expect(letters.letters[0].headers.contains { $0.value == Array("false".utf8) })
        #expect(fixture.health.lastError == nil, "what held up the table is gone")
        #expect(fixture.observer.open.isEmpty)
    }

    @Test("an offset passes only when every dead letter is acknowledged")
    func acknowledgesFirst() async throws {
        let seen = Mutex<[Int64?]>([])
        let place = Mutex<AssignedPartition?>(nil)
        let shared = Box(place)
        let kept = Box(seen)
        let letters = DeadLetterStandIn { _ in
            kept.value.withLock { $0.append(shared.value.withLock { $0?.committable }) }
            return nil
        }
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(20, bad: [4, 5]),
            deadLetters: letters,
            RecoveryFixture.refusesPoison
        )
        shared.value.withLock { $0 = fixture.partition }
        await fixture.ingest(fixture.seal())
        #expect(kept.value.withLock { $0 } == [0, 0])
        #expect(fixture.partition.committable == 20)
    }

    @Test("a dead-letter topic that cannot be written stops the worker, and nothing passes")
    func deadLetterFails() async throws {
        let failure = SinkFailure(.deadLetter, "the topic is gone")
        let letters = DeadLetterStandIn { $0.offset == 5 ? failure : nil }
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(20, bad: [4, 5]),
            deadLetters: letters,
            RecoveryFixture.refusesPoison
        )
        await fixture.ingest(fixture.seal())
        #expect(fixture.stop.failure == failure)
        #expect(fixture.partition.committable == 0)
        #expect(fixture.ended(.failed) == "1")
    }

    @Test("records that Kafka has no more stop the worker with their place, under 75, and nothing passes")
    func recordsAreGone() async throws {
        let records = RecoveryFixture.numbered(20, from: 40, bad: [44])
        let reader = RereadingStandIn(records) { _, range in
            OffsetRangeError(code: .expired(from: 50), message: "the log begins at offset 50", position: range.lower)
        }
        let fixture = try RecoveryFixture(
            records,
            reader: reader,
            deadLetters: DeadLetterStandIn(),
            RecoveryFixture.refusesPoison
        )
        await fixture.ingest(fixture.seal())
        let failure = try #require(fixture.stop.failure)
        #expect(failure.code == .recordsGone && failure.exitError.code == .temporaryFailure)
        for part in ["topic t partition 3 offsets 40..59", "D.T", "topic dead", "retention.ms", "begins at offset 50"] {
            #expect(failure.message.contains(part), "\(failure.message)")
        }
        #expect(fixture.partition.committable == 40)
    }

    @Test("without a dead-letter topic the good records of a batch are saved and only the bad ones dropped")
    func savesWithoutQueue() async throws {
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(30, bad: [7, 8]),
            behavior: .ignore,
            RecoveryFixture.refusesPoison
        )
        await fixture.ingest(fixture.seal())
        #expect(fixture.destination.rows.count == 28)
        #expect(fixture.table("records_dropped") == "2")
        #expect(fixture.table("batches_dropped") == "1")
        #expect(fixture.partition.committable == 30)
        let lines = fixture.log.entries.filter { $0.message.hasPrefix("batch dropped in part") }
        #expect(lines.map { $0.metadata["kafka.offsets"] } == ["7..7", "8..8"])
        #expect(lines.allSatisfy { $0.level == .error })
        #expect(fixture.ended(.dropped) == "1")
    }

    @Test("without a dead-letter topic, a batch that no halving can save is dropped without reading it again")
    func dropsWithoutQueue() async throws {
        let records = RecoveryFixture.numbered(30)
        let reader = RereadingStandIn(records)
        let fixture = try RecoveryFixture(records, reader: reader) { _, _ in
            RecoveryFixture.refusal("BadRequest_TableNotExist")
        }
        await fixture.ingest(fixture.seal())
        #expect(reader.readings == 0)
        #expect(fixture.table("records_dropped") == "30")
        #expect(fixture.partition.committable == 30)
    }

    @Test("without a dead-letter topic, records that Kafka has no more are dropped like the others, and told")
    func dropsWhatIsGone() async throws {
        let records = RecoveryFixture.numbered(30, bad: [1])
        let reader = RereadingStandIn(records) { number, range in
            guard number > 1 else { return nil }
            return OffsetRangeError(code: .expired(from: 99), message: "gone", position: range.lower)
        }
        let fixture = try RecoveryFixture(records, reader: reader, RecoveryFixture.refusesPoison)
        await fixture.ingest(fixture.seal())
        #expect(fixture.stop.failure == nil)
        #expect(fixture.destination.rows.count == 15)
        #expect(fixture.table("records_dropped") == "15")
        #expect(fixture.partition.committable == 30)
    }

    @Test("with behavior.on.error=fail the worker stops at a refused batch, and reads nothing again")
    func fails() async throws {
        let records = RecoveryFixture.numbered(30, bad: [1])
        let reader = RereadingStandIn(records)
        let fixture = try RecoveryFixture(
            records,
            behavior: .fail,
            reader: reader,
            deadLetters: DeadLetterStandIn(),
            RecoveryFixture.refusesPoison
        )
        await fixture.ingest(fixture.seal())
        #expect(fixture.stop.failure?.code == .ingestion)
        #expect(reader.readings == 0)
        #expect(fixture.partition.committable == 0)
    }

    @Test("a broker that is away for a while only delays a recovery")
    func readsAgain() async throws {
        let records = RecoveryFixture.numbered(10, bad: [9])
        let reader = RereadingStandIn(records) { number, range in
            guard number < 4 else { return nil }
            return OffsetRangeError(code: .timedOut, message: "no broker", position: range.lower)
        }
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(records, reader: reader, deadLetters: letters, RecoveryFixture.refusesPoison)
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == [9])
        #expect(fixture.partition.committable == 10)
        #expect(fixture.log.entries.count { $0.message.hasPrefix("records of a refused batch cannot be read") } == 3)
    }

    @Test("a broker that stays away stops the worker when the time for retries is over")
    func neverReads() async throws {
        let records = RecoveryFixture.numbered(10, bad: [9])
        let reader = RereadingStandIn(records) { _, range in
            OffsetRangeError(code: .timedOut, message: "no broker", position: range.lower)
        }
        let fixture = try RecoveryFixture(
            records,
            reader: reader,
            deadLetters: DeadLetterStandIn(),
            RecoveryFixture.refusesPoison
        )
        await fixture.ingest(fixture.seal())
        #expect(fixture.stop.failure?.code == .kafka)
        #expect(fixture.stop.failure?.message.contains("no broker") == true)
        #expect(reader.readings > 2)
        #expect(fixture.partition.committable == 0)
    }

    @Test("a partition that goes to another member ends its recovery, and nothing passes")
    func abandons() async throws {
        let place = Box(Mutex<AssignedPartition?>(nil))
        let records = RecoveryFixture.numbered(40, bad: [9])
        let reader = RereadingStandIn(records) { number, _ in
            if number == 3 { place.value.withLock { $0?.abandon() } }
            return nil
        }
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(records, reader: reader, deadLetters: letters, RecoveryFixture.refusesPoison)
        place.value.withLock { $0 = fixture.partition }
        await fixture.ingest(fixture.seal())
        #expect(letters.letters.isEmpty)
        #expect(fixture.partition.committable == 0)
        #expect(fixture.stop.failure == nil)
        #expect(fixture.ended(.abandoned) == "1")
    }

    @Test("recoveries that wait are forgotten with their partition")
    func purges() async throws {
        let left = Atomic(0)
        let counted = Box(left)
        let fixture = try RecoveryFixture(RecoveryFixture.numbered(4)) { _, _ in nil }
        let batch = FailedBatch(
            id: .next(),
            sourceID: fixture.seal()[0].sourceID,
            route: fixture.partition.route,
            partition: fixture.partition,
            range: OffsetRange(lower: 0, upper: 4),
            rows: 4,
            attempts: 1,
            fault: BatchFault(code: "c", message: "m", isPermanent: true, mayBeData: true),
            whenDone: {},
            whenLeft: { counted.value.wrappingAdd(1, ordering: .relaxed) }
        )
        fixture.recoverer.submit(batch)
        #expect(fixture.recoverer.count == 1)
        fixture.partition.abandon()
        fixture.recoverer.purge()
        #expect(fixture.recoverer.count == 0)
        #expect(counted.value.load(ordering: .relaxed) == 1)
    }

    @Test("parts are tried again after failures that pass; one whose time is over is not split further")
    func retriesParts() async throws {
        let tries = Box(Atomic(0))
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(RecoveryFixture.numbered(16, bad: [3]), deadLetters: letters) { batch, rows in
            if rows.contains("{\"n\":12}"), rows.count == 8 {
                return KustoError(.serviceFailure, "busy", leg: .streaming, disposition: .retry)
            }
            if rows.contains("{\"n\":0}"), rows.count == 2,
                tries.value.wrappingAdd(1, ordering: .relaxed).newValue < 3
            {
                return KustoError(.unreachable, "away", leg: .streaming, disposition: .retry)
            }
            return RecoveryFixture.refusesPoison(batch, rows)
        }
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == [3] + (8..<16))
        #expect(fixture.destination.rows.count == 7)
        #expect(fixture.partition.committable == 16)
    }

    @Test("a fault of this process in the middle stops the worker, and nothing passes")
    func localFault() async throws {
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(16, bad: [3]),
            deadLetters: DeadLetterStandIn()
        ) { batch, rows in
            guard batch.partOf == nil else {
                return KustoError(.unreadableBatch, "the disk is broken", leg: .upload, disposition: .stop)
            }
            return RecoveryFixture.refusal()
        }
        await fixture.ingest(fixture.seal())
        #expect(fixture.stop.failure?.code == .localFault)
        #expect(fixture.partition.committable == 0)
    }

    @Test("at most two recoveries run at a time, and each batch is seen to once")
    func boundsRecoveries() async throws {
        let records = RecoveryFixture.numbered(100, bad: Set(stride(from: 0, to: 100, by: 10)))
        let reader = RereadingStandIn(records)
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(records, reader: reader, deadLetters: letters, RecoveryFixture.refusesPoison)
        let batches = fixture.seal(every: 10)
        #expect(batches.count == 10)
        await fixture.ingest(batches)
        #expect(reader.mostAtATime <= Recoverer.slots)
        #expect(letters.offsets == Array(stride(from: 0, to: 100, by: 10)))
        #expect(fixture.destination.rows.count == 90)
        #expect(fixture.partition.committable == 100)
        #expect(fixture.ended(.deadLettered) == "10")
    }

    @Test("batches that wait hold no memory, up to a number; beyond it each keeps its place in the buffers")
    func keepsPlaces() async throws {
        let fixture = try RecoveryFixture(
            RecoveryFixture.numbered(Recoverer.light + 6),
            deadLetters: DeadLetterStandIn()
        ) { _, _ in RecoveryFixture.refusal() }
        do {
            let batches = fixture.seal(every: 1)
            for batch in batches {
                let fault = BatchFault(code: "c", message: "m", isPermanent: true, mayBeData: true)
                fixture.recoverer.submit(FailedBatch(batch, fault, attempts: 1), batch)
            }
        }
        #expect(fixture.buffers.pool.used == 6)
        #expect(fixture.partition.route.account.hasFailures)
        await fixture.run()
        #expect(fixture.buffers.pool.used == 0)
        #expect(!fixture.partition.route.account.hasFailures)
        #expect(fixture.partition.committable == Int64(Recoverer.light + 6))
    }

    @Test("records that compaction has taken meanwhile are told, and hold up nothing")
    func compaction() async throws {
        let records = RecoveryFixture.numbered(20, bad: [9])
        let reader = RereadingStandIn(records.filter { $0.offset % 4 != 0 })
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(records, reader: reader, deadLetters: letters, RecoveryFixture.refusesPoison)
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == [9])
        #expect(fixture.destination.rows.count == 14)
        #expect(fixture.partition.committable == 20)
        let end = try #require(fixture.log.entries.first { $0.message.hasPrefix("the records of a refused batch") })
        #expect(end.metadata["recovery.gone"] == "5")
    }

    @Test("many dead letters are read in pieces that fit into memory")
    func manyLetters() async throws {
        let text = String(repeating: "x", count: 200_000)
        let records = (0..<50).map { LaneFixture.Record($0, "{\"n\":\"\(text)\"}") }
        let reader = RereadingStandIn(records)
        let letters = DeadLetterStandIn()
        let fixture = try RecoveryFixture(records, reader: reader, deadLetters: letters) { _, _ in
            RecoveryFixture.refusal("BadRequest_TableNotExist")
        }
        await fixture.ingest(fixture.seal())
        #expect(letters.offsets == Array(0..<50))
        #expect(reader.readings == 3, "10 MB in pieces of 4 MiB")
        #expect(fixture.partition.committable == 50)
    }
}
