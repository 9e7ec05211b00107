import Foundation
import JSON
import Logging
import Testing

@testable import KustoEmulator

@Suite("Engine and Data Management refuse what belongs to the other", .timeLimit(.minutes(3)))
struct ServiceTests {
    private func command(_ text: String) -> String { "{\"db\":\"emulated\",\"csl\":\(JSONValue.string(text).text)}" }

    @Test(
        "A command at the wrong service is refused with the other's address",
        arguments: [
            (".get ingestion resources", true), (".show ingestion resources", true),
            (".get kusto identity token", true), (".show tables", false),
            (".show table T ingestion csv mappings", false),
            (".show ingestion failures", false), (".ingest inline into table T <|\nx", false),
        ]
    )
    func wrongService(text: String, isForDataManagement: Bool) async throws {
        try await RunningCluster.with { running in
            let (engine, ingestion) = (running.cluster.engineURL, running.cluster.ingestURL)
            #expect(engine != ingestion)
            let (right, wrong) = isForDataManagement ? (ingestion, engine) : (engine, ingestion)
            let good = try await running.send("POST", "\(right)/v1/rest/mgmt", command(text))
            #expect(good.status == 200)
            let refused = try await running.send("POST", "\(wrong)/v1/rest/mgmt", command(text))
            #expect(refused.status == 400)
            let error = try JSONValue(parsing: refused.body)["error"]
            #expect(
                error?["@type"]?.stringValue == "Kusto.Common.Svc.Exceptions.AdminCommandWrongEndpointException"
            )
            #expect(error?["@permanent"]?.boolValue == false)
            #expect(error?["@message"]?.stringValue?.contains(right) == true)
        }
    }

    @Test("Queries, streaming and storage have one place; metadata, tokens and the version have both")
    func places() async throws {
        try await RunningCluster.with { running in
            let (engine, ingestion) = (running.cluster.engineURL, running.cluster.ingestURL)
            let count = command("T | count")
            #expect(try await running.send("POST", "\(engine)/v2/rest/query", count).status == 200)
            #expect(try await running.send("POST", "\(ingestion)/v2/rest/query", count).status == 400)
            let stream = "/v1/rest/ingest/emulated/T?streamFormat=csv"
            _ = try running.cluster.manage(".alter table T policy streamingingestion enable")
            #expect(try await running.send("POST", engine + stream, "x,1").status == 200)
            #expect(try await running.send("POST", ingestion + stream, "x,1").status == 404)
            let blob = try running.resource("TempStorage", "/x.csv")
            #expect(blob.hasPrefix(ingestion))
            let atEngine = blob.replacing(ingestion, with: engine)
            let headers = ["x-ms-blob-type": "BlockBlob"]
            #expect(try await running.send("PUT", blob, "x,1", headers: headers).status == 201)
            #expect(try await running.send("PUT", atEngine, "x,1", headers: headers).status == 404)
            for (url, service) in [(engine, "Engine"), (ingestion, "DataManagement")] {
                let metadata = try await running.send("GET", "\(url)/v1/rest/auth/metadata")
                #expect(try JSONValue(parsing: metadata.body)["AzureAD"]?["LoginEndpoint"]?.stringValue == url)
                let version = try await running.send("POST", "\(url)/v1/rest/mgmt", command(".show version"))
                #expect(version.body.contains("\"\(service)\""))
            }
        }
    }

    @Test("One port serves everything when nobody asks for two")
    func onePort() async throws {
        let cluster = try EmulatedCluster(logger: Logger(label: "test", sink: MemoryLogSink()))
        try cluster.start()
        #expect(cluster.engineURL == cluster.ingestURL)
        #expect(cluster.url == cluster.engineURL)
        #expect(cluster.port > 0)
        await cluster.stop()
    }
}
