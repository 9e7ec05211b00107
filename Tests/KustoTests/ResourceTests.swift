import Foundation
import HTTP
import Testing

@testable import Kusto

@Suite("Where data is put", .timeLimit(.minutes(3)))
struct ResourceTests {
    private let fixture = ClientFixture()

    @Test("tries the other account when one fails, three times in all")
    func fallsBack() async throws {
        let halfDead = ScriptedTransport { request, _ in
            request.url.contains("a1.blob") ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = fixture.client(halfDead)
        for _ in 0..<5 {
            #expect("\(try await client.upload(Bytes(bytes: [1]), name: "b"))".hasPrefix("https://a2"))
        }
        // Ranking soon avoids the bad account.
        #expect(halfDead.sent(to: "a1.blob").count <= 2)

        let dead = ScriptedTransport { request, _ in
            request.url.contains("blob.example")
                ? .failure(HTTPError(.timedOut, "PUT timed out", url: request.url)) : nil
        }
        let error = await #expect(throws: KustoError.self) {
            try await fixture.client(dead).upload(Bytes(bytes: [1]), name: "b")
        }
        #expect(error?.code == .timedOut)
        #expect(error?.leg == .upload)
        #expect(dead.sent(to: "blob.example").count == 3)
    }

    @Test("asks for new resources when storage refuses a signature")
    func renewsResources() async throws {
        let stale = ScriptedTransport { request, before in
            if ScriptedTransport.body(request).contains(".get ingestion resources"), before == 0 {
                return ScriptedTransport.json(
                    ScriptedTransport.table(
                        ["ResourceTypeName", "StorageRoot"],
                        [
                            ["TempStorage", "https://a1.blob.example/c1?sig=OLD"],
                            ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?sig=OLD"],
                        ]
                    )
                )
            }
            return request.url.contains("sig=OLD") ? .success(HTTPResponse(status: 403)) : nil
        }
        _ = try await fixture.client(stale).upload(Bytes(bytes: [1]), name: "b")
        #expect(stale.sent.count { fixture.isCommand($0, ".get ingestion resources") } == 2)
        #expect(stale.sent(to: "blob.example").count == 2)
    }

    @Test("keeps the old resources while Data Management does not answer")
    func keepsResources() async throws {
        let transport = ScriptedTransport { request, before in
            request.url.contains("ingest-c") && request.url.hasSuffix("/mgmt") && before >= 2
                ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = fixture.client(transport)
        try await client.connect()
        fixture.clock.advance(by: .seconds(3601))
        // The token has ended too, and is fetched again.
        _ = try await client.upload(Bytes(bytes: [1]), name: "b")
        #expect(transport.sent.count { fixture.isCommand($0, ".get ingestion resources") } == 2)
    }

    // MARK: Ages and signatures

    /// A cluster whose signatures end at these times (hours after the test's begin), one for each time it is asked.
    private func expiring(_ hours: [Double], failing: Bool = false) -> ScriptedTransport {
        let begin = fixture.clock.clock.date()
        return ScriptedTransport { request, before in
            let asks = ScriptedTransport.body(request).contains(".get ingestion resources")
            guard asks else { return nil }
            // Both commands go to one URL; the identity token is asked for at its own times.
            guard let end = hours.isEmpty ? nil : hours[min(before, hours.count - 1)] else {
                return .success(HTTPResponse(status: 503))
            }
            if failing, before > 0 { return .success(HTTPResponse(status: 503)) }
            let text = begin.addingTimeInterval(end * 3600).ISO8601Format().replacing(":", with: "%3A")
            return ScriptedTransport.json(
                ScriptedTransport.table(
                    ["ResourceTypeName", "StorageRoot"],
                    [
                        ["TempStorage", "https://a1.blob.example/c1?sv=1&se=\(text)&sig=\(before)"],
                        ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?se=\(text)&sig=\(before)"],
                    ]
                )
            )
        }
    }

    private func upload(_ client: KustoClient) async throws(KustoError) -> UploadedBlob {
        try await client.upload(Bytes(bytes: [1]), name: "b")
    }

    @Test("a blob is not posted when its URL might end before ADX comes for it, and the next one gets a longer one")
    func uploadsAgain() async throws {
        // The first signatures end after five hours, of which ADX may need two.
        let transport = expiring([5, 24, 24, 24])
        let client = fixture.client(transport)
        let blob = try await upload(client)
        #expect(client.mayPost(blob))
        fixture.clock.advance(by: .seconds(3 * 3600 - 1))
        #expect(client.mayPost(blob))
        fixture.clock.advance(by: .seconds(1))
        #expect(!client.mayPost(blob))
        #expect(client.mayPost(try await upload(client)))
    }

    @Test("a signature that was short from the start is good for half of its life, then another one is asked for")
    func usesShortSignatures() async throws {
        let transport = expiring([1, 1.5, 2, 2.5])
        let client = fixture.client(transport)
        let blob = try await upload(client)
        #expect(client.mayPost(blob))
        fixture.clock.advance(by: .seconds(1801))
        #expect(!client.mayPost(blob))
        #expect(client.mayPost(try await upload(client)))
        #expect(transport.sent.count { fixture.isCommand($0, ".get ingestion resources") } == 2)
    }

    @Test("nothing is uploaded behind a signature that ends too soon while no other can be had")
    func refusesEndingSignatures() async throws {
        let transport = expiring([2], failing: true)
        let client = fixture.client(transport)
        _ = try await upload(client)
        let before = transport.sent(to: "blob.example").count
        fixture.clock.advance(by: .seconds(3600 + 1))
        let error = await #expect(throws: KustoError.self) { try await self.upload(client) }
        #expect(error?.disposition == .retry)
        #expect(error?.message.contains("expire too soon") == true)
        #expect(transport.sent(to: "blob.example").count == before)
    }

    @Test("signatures that have ended when they come are asked for anew once, and once a second after that")
    func refusesEndedSignatures() async throws {
        let transport = ScriptedTransport { request, before in
            guard ScriptedTransport.body(request).contains(".get ingestion resources") else { return nil }
            // Bounds the test.
            guard before < 20 else { return .success(HTTPResponse(status: 503)) }
            return ScriptedTransport.json(
                ScriptedTransport.table(
                    ["ResourceTypeName", "StorageRoot"],
                    [
                        ["TempStorage", "https://a1.blob.example/c1?se=2001-01-01&sig=\(before)"],
                        ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?se=2001-01-01&sig=\(before)"],
                    ]
                )
            )
        }
        let client = fixture.client(transport)
        func asks() -> Int { transport.sent.count { fixture.isCommand($0, ".get ingestion resources") } }
        for _ in 0..<10 {
            let error = await #expect(throws: KustoError.self) { try await self.upload(client) }
            #expect(error?.message.contains("expire too soon") == true)
            #expect(error?.disposition == .retry)
        }
        #expect(asks() == 2)
        fixture.clock.advance(by: .seconds(1))
        for _ in 0..<10 { await #expect(throws: KustoError.self) { try await self.upload(client) } }
        #expect(asks() == 3)
        #expect(transport.sent(to: "blob.example").isEmpty)
    }

    @Test("resources and identity token serve an hour past their time at most, then batches wait")
    func boundsAges() async throws {
        let transport = ScriptedTransport { request, before in
            request.url.contains("ingest-c") && request.url.hasSuffix("/mgmt") && before >= 2
                ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = fixture.client(transport)
        try await client.connect()
        let blob = try await upload(client)
        // The earliest time of a renewal is 50 minutes.
        fixture.clock.advance(by: .seconds(3000 + 3600 - 1))
        _ = try await upload(client)
        try await client.enqueue(blob, fixture.properties)
        fixture.clock.advance(by: .seconds(601))
        let message = await #expect(throws: KustoError.self) { try await client.enqueue(blob, fixture.properties) }
        let data = await #expect(throws: KustoError.self) { try await self.upload(client) }
        for error in [message, data] {
            #expect(error?.leg == .resources)
            #expect(error?.disposition == .retry)
        }
        #expect(transport.sent(to: "queue.example").count == 1)
        #expect(transport.sent(to: "blob.example").count == 2)
    }

    @Test("Data Management that is away is asked once a second, not by every batch in turn")
    func spares() async throws {
        let transport = expiring([])
        let client = fixture.client(transport)
        for _ in 0..<50 { await #expect(throws: KustoError.self) { try await self.upload(client) } }
        #expect(transport.sent.count { fixture.isCommand($0, ".get ingestion resources") } == 1)
        fixture.clock.advance(by: .seconds(1))
        for _ in 0..<50 { await #expect(throws: KustoError.self) { try await self.upload(client) } }
        #expect(transport.sent.count { fixture.isCommand($0, ".get ingestion resources") } == 2)
    }

    @Test("nothing is sent for a batch that is not wanted any more, not even after a failed try")
    func leavesUnwanted() async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.contains("queue.example") ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = fixture.client(transport)
        let blob = try await upload(client)
        let early = await #expect(throws: KustoError.self) {
            try await client.upload(Bytes(bytes: [1]), name: "b", while: { false })
        }
        let late = await #expect(throws: KustoError.self) {
            try await client.enqueue(blob, fixture.properties) { transport.sent(to: "queue.example").isEmpty }
        }
        #expect(early?.code == .cancelled && late?.code == .cancelled)
        #expect(transport.sent(to: "blob.example").count == 1)
        #expect(transport.sent(to: "queue.example").count == 1)
    }
}
