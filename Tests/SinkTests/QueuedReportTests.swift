import Foundation
import HTTP
import Identity
import KustoEmulator
import Logging
import Metrics
import Secrets
import Testing

@testable import Kusto
@testable import Sink

@Suite("What ADX says after queueing", .timeLimit(.minutes(3)))
struct QueuedReportTests {
    private let samples = BatchSamples()

    private func report(_ level: ReportRequest.Level, _ key: String = "sink") -> ReportRequest {
        ReportRequest(partitionKey: key, level: level, properties: ["KafkaRanges": "t-0:0-10"])
    }

    /// Runs `body` with an emulated cluster and a client.
    private func with(
        _ body: (EmulatedCluster, KustoClient, (KustoClock) -> KustoClient) async throws -> Void
    ) async throws {
        let adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                databases: ["D"],
                setupCommands: [".create table T (a: string, b: string)"],
                authentication: AuthenticationPolicy(staticTokens: ["t"])
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
        let http = try HTTPClient(logger: StartupSamples.logger)
        let makeClient = { (clock: KustoClock) in
            KustoClient(
                configuration: KustoConfiguration(
                    ingestionURL: adx.url,
                    queryURL: adx.url,
                    credential: .token(RotatedSecret(Secret("t")))
                ),
                transport: http,
                logger: StartupSamples.logger,
                metrics: MetricsRegistry(),
                clock: clock
            )
        }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(adx, makeClient(.system), makeClient))
        } catch {
            outcome = .failure(error)
        }
        await http.shutdown()
        await adx.stop()
        try outcome.get()
    }

    /// Queues a batch and returns its name.
    private func queue(
        _ text: String,
        _ client: KustoClient,
        _ report: ReportRequest,
        isRepeated: Bool = true
    ) async throws -> UUID {
        let batch = try samples.batch(of: samples.partition(), bytes: Array(text.utf8))
        let blob = try await client.upload(batch.body, name: KustoDestination.blobName(of: batch))
        let properties = IngestionProperties(
            database: "D",
            table: "T",
            format: "csv",
            rawBytes: batch.rawBytes,
            sourceID: batch.sourceID
        )
        try await client.enqueue(blob, properties, report: report)
        // A repeated post, as after an answer that was lost, keeps the one report.
        if isRepeated { try await client.enqueue(blob, properties, report: report) }
        return batch.sourceID
    }

    @Test("success and failure of each batch are there for the sink that queued it, until it forgets them")
    func reports() async throws {
        try await with { adx, client, _ in
            adx.setDiscarding(true)
            adx.add(
                Fault(.reject(data: "poison", code: "Stream_WrongNumberOfFields", isPermanent: true), at: .ingestion)
            )
            let good = try await queue("a,b\n", client, report(.failuresAndSuccesses))
            let bad = try await queue("a,b\npoison,c\n", client, report(.failuresAndSuccesses))
            _ = try await queue("x,y\n", client, report(.failures, "another sink"))
            let waiting = try await client.reports(partitionKey: "sink").reports
            #expect(Set(waiting.map(\.sourceID)) == [good, bad])
            #expect(waiting.allSatisfy { $0.status == .pending && $0.properties["KafkaRanges"] == "t-0:0-10" })
            #expect(try await client.reports(partitionKey: "sink", isFinal: true).reports.isEmpty)
            adx.setDiscarding(false)
            while !adx.isIdle { try await Task.sleep(for: .milliseconds(5)) }
            let said = try await client.reports(partitionKey: "sink", isFinal: true).reports
            #expect(said.first { $0.sourceID == good }?.status == .succeeded)
            let failure = try #require(said.first { $0.sourceID == bad })
            #expect(failure.status == .failed && failure.failureStatus == .permanent && failure.fault == .data)
            #expect(failure.errorCode == "Stream_WrongNumberOfFields" && failure.table == "T")
            #expect(failure.properties == ["KafkaRanges": "t-0:0-10"])
            try await client.forget([failure])
            #expect(try await client.reports(partitionKey: "sink").reports.map(\.sourceID) == [good])
            try await client.forget(said)
            #expect(try await client.reports(partitionKey: "sink").reports.isEmpty)
            #expect(try await client.reports(partitionKey: "another sink").reports.count == 1)
        }
    }

    @Test("rows of two weeks ago about which ADX has said nothing are removed, and no others")
    func forgetsSilentRows() async throws {
        try await with { adx, client, makeClient in
            let past = KustoClock(
                now: KustoClock.system.now,
                date: { Date(timeIntervalSinceNow: -15 * 86_400) },
                sleep: KustoClock.system.sleep
            )
            let earlier = makeClient(past)
            let reported = try await queue("a,b\n", earlier, report(.failuresAndSuccesses), isRepeated: false)
            while !adx.isIdle { try await Task.sleep(for: .milliseconds(5)) }
            adx.setDiscarding(true)
            _ = try await queue("c,d\n", earlier, report(.failuresAndSuccesses), isRepeated: false)
            _ = try await queue("e,f\n", earlier, report(.failuresAndSuccesses, "another sink"))
            let recent = try await queue("g,h\n", client, report(.failuresAndSuccesses), isRepeated: false)
            #expect(
                try await client.forgetSilent(partitionKey: "sink", olderThan: .seconds(14 * 86_400), limit: 100) == 1
            )
            let left = try await client.reports(partitionKey: "sink").reports
            #expect(Set(left.map(\.sourceID)) == [reported, recent])
            #expect(try await client.reports(partitionKey: "another sink").reports.count == 1)
        }
    }

    @Test("reports that do not fit into a page come with the next ones")
    func pages() async throws {
        try await with { adx, client, _ in
            adx.setDiscarding(true)
            let blob = try await client.upload(samples.batch(of: samples.partition()).body, name: "b.csv.gz")
            for _ in 0..<20 {
                let properties = IngestionProperties(
                    database: "D",
                    table: "T",
                    format: "csv",
                    rawBytes: 4,
                    sourceID: UUID()
                )
                try await client.enqueue(blob, properties, report: report(.failures))
            }
            let configuration = KustoConfiguration(
                ingestionURL: adx.url,
                queryURL: adx.url,
                credential: .token(RotatedSecret(Secret("t")))
            )
            let http = try HTTPClient(logger: StartupSamples.logger)
            let table = StatusTable(wire: Wire(http, configuration, MetricsRegistry(), .system), pageRows: 3)
            var found: [IngestionReport] = []
            for row in try adx.manage(".get ingestion resources").rows where "\(row[0])".contains("StatusTable") {
                let url = try #require(SignedURL(row[1].text))
                let all = try await table.rows(of: "sink", isFinal: false, limit: 1000, in: url)
                #expect(all.end == nil)
                found += all.reports
                var inRuns: [IngestionReport] = []
                var start: String?
                repeat {
                    let run = try await table.rows(of: "sink", isFinal: false, limit: 1, after: start, in: url)
                    #expect(run.reports.count <= 3)
                    inRuns += run.reports
                    start = run.end
                } while start != nil
                #expect(inRuns == all.reports)
            }
            #expect(found.count == 20 && Set(found.map(\.sourceID)).count == 20)
            await http.shutdown()
        }
    }
}
