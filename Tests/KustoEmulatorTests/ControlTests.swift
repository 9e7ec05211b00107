import Foundation
import FoundationNetworking
import JSON
import Logging
import Testing

@testable import KustoEmulator

@Suite("Tests can break the cluster, look into it and empty it", .timeLimit(.minutes(3)))
struct ControlTests {
    @Test("Faults break requests as they say")
    func faults() async throws {
        try await RunningCluster.with { running in
            let fault = "{\"endpoint\":\"query\",\"kind\":\"throttle\",\"retryAfter\":7,\"count\":1}"
            #expect(try await running.send("POST", "/emulator/faults", fault).status == 201)
            let query = "{\"db\":\"emulated\",\"csl\":\"T | count\"}"
            let throttled = try await running.send("POST", "/v2/rest/query", query)
            #expect(throttled.status == 429)
            #expect(throttled.response.value(forHTTPHeaderField: "Retry-After") == "7")
            #expect(try await running.send("POST", "/v2/rest/query", query).status == 200)

            running.cluster.add(Fault(.refuse, at: .metadata))
            await #expect(throws: URLError.self) { try await running.send("GET", "/v1/rest/auth/metadata") }
            running.cluster.clearFaults()

            let upload = try running.resource("TempStorage", "/upload.csv")
            running.cluster.add(Fault(.cutUpload(afterBytes: 4), at: .blob, method: "PUT", count: 1))
            let headers = ["x-ms-blob-type": "BlockBlob"]
            await #expect(throws: URLError.self) {
                try await running.send("PUT", upload, "0123456789", headers: headers)
            }
            #expect(try await running.send("GET", upload).status == 404)

            let blob = try running.resource("TempStorage", "/cut.csv")
            running.cluster.add(Fault(.cut(afterBytes: nil), at: .blob, method: "PUT"))
            await #expect(throws: URLError.self) {
                try await running.send("PUT", blob, "x", headers: ["x-ms-blob-type": "BlockBlob"])
            }
            #expect(try await running.send("GET", blob).body == "x")
        }
    }

    @Test("A silent account takes connections and never answers; the other one does")
    func silence() async throws {
        try await RunningCluster.with { running in
            let containers = try running.cluster.manage(".get ingestion resources").rows.filter {
                $0[0].text == "TempStorage"
            }.map { $0[1].text.replacing("?", with: "/x.csv?") }
            let silent = try #require(containers.first { $0.contains("/emulated0/") })
            let other = try #require(containers.first { $0.contains("/emulated1/") })
            running.cluster.add(Fault(.silence, account: "emulated0"))
            let headers = ["x-ms-blob-type": "BlockBlob"]
            let started = ContinuousClock.now
            let error = await #expect(throws: URLError.self) {
                try await running.send("PUT", silent, "x", headers: headers, timeout: 1)
            }
            #expect(error?.code == .timedOut)
            #expect(ContinuousClock.now - started >= .milliseconds(900))
            #expect(try await running.send("PUT", other, "x", headers: headers).status == 201)
            // One more is waiting while the cluster stops, which must not wait for it.
            let waiting = Task { try await running.send("GET", silent, timeout: 150) }
            try await running.waitUntilSilent()
            await running.cluster.stop()
            await #expect(throws: URLError.self) { _ = try await waiting.value }
        }
    }

    @Test("Discard mode keeps what comes and counts it afterwards")
    func discard() async throws {
        let discarding = EmulatedClusterConfiguration(discards: true, authentication: AuthenticationPolicy(mode: .none))
        try await RunningCluster.with(discarding) { running in
            try await running.ingest("x,1\ny,2\n")
            try await running.ingest(
                "{\"a\":1}{\"a\":2}{\"a\":3}",
                additional: ["format": "multijson"],
                message: ["rawDataSize": 1]
            )
            #expect(running.cluster.blobCount == 2)
            let counts = try await running.cluster.countDiscarded()
            let count = try #require(counts["EMULATED.T"])
            #expect(count.messages == 2)
            #expect(count.rows == 5)
            #expect(count.wrongRawDataSizes == 1)
            #expect(count.failures == 0)
            #expect(running.cluster.blobCount == 0)
            #expect(try running.cluster.rowCount("T") == 0)
        }
    }

    @Test("All rows of a table are read at once, with the columns that are wanted")
    func rows() async throws {
        try await RunningCluster.with { running in
            try await running.ingest((0..<5000).map { "r\($0),\($0)\n" }.joined())
            try await running.waitUntilIdle()
            let reply = try await running.send("GET", "/emulator/rows?table=T&columns=b,a")
            #expect(reply.status == 200)
            let lines = reply.body.split(separator: "\n")
            #expect(lines.count == 5000)
            #expect(lines.last == "[4999,\"r4999\"]")
            #expect(try await running.send("GET", "/emulator/rows?table=T").body.hasPrefix("[\"r0\",0]\n"))
            #expect(try await running.send("GET", "/emulator/rows?table=Missing").status == 400)
            #expect(try await running.send("GET", "/emulator/rows?table=T&columns=c").status == 400)
        }
    }

    @Test("State, reset and unknown paths answer as JSON")
    func control() async throws {
        try await RunningCluster.with { running in
            try await running.ingest("x,1")
            try await running.waitUntilIdle()
            let state = try JSONValue(parsing: try await running.send("GET", "/emulator/state").body)
            #expect(state["tables"]?["emulated.T"]?["rows"]?.intValue == 1)
            #expect(state["ingestion"]?["succeeded"]?.intValue == 1)
            #expect(try await running.send("POST", "/emulator/reset").status == 204)
            #expect(try running.cluster.rowCount("T") == 0)
            #expect(try await running.send("GET", "/nothing/here").status == 404)
            #expect(try await running.send("POST", "/emulator/faults", "{\"kind\":\"explode\"}").status == 400)
        }
    }
}
