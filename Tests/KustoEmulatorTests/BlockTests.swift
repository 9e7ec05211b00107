import Foundation
import FoundationNetworking
import Testing

@testable import KustoEmulator

@Suite("Blocks become blobs as at Azure", .timeLimit(.minutes(3)))
struct BlockTests {
    private func putBlock(_ running: RunningCluster, _ url: String, _ id: String, _ text: String) async throws -> String
    {
        let escaped = id.replacing("=", with: "%3D").replacing("+", with: "%2B")
        let reply = try await running.send("PUT", "\(url)&comp=block&blockid=\(escaped)", text)
        return reply.status == 201 ? "201" : reply.response.value(forHTTPHeaderField: "x-ms-error-code") ?? ""
    }

    private func putList(_ running: RunningCluster, _ url: String, _ list: String) async throws -> String {
        let reply = try await running.send("PUT", "\(url)&comp=blocklist", list)
        return reply.status == 201 ? "201" : reply.response.value(forHTTPHeaderField: "x-ms-error-code") ?? ""
    }

    @Test("in the order of their list, which says where each is looked for")
    func lists() async throws {
        try await RunningCluster.with { running in
            let url = try running.resource("TempStorage", "/blocks.txt")
            #expect(try await putBlock(running, url, "QQ==", "second") == "201")
            #expect(try await putBlock(running, url, "Qg==", "first ") == "201")
            let list = "<BlockList><Latest>Qg==</Latest><Uncommitted>QQ==</Uncommitted></BlockList>"
            #expect(try await putList(running, url, list) == "201")
            #expect(try await running.send("GET", url).body == "first second")
            // What is committed is no longer uncommitted, and what was not in the list is gone.
            #expect(try await putList(running, url, list) == "InvalidBlockList")
            #expect(try await putBlock(running, url, "QQ==", "newer") == "201")
            let mixed =
                "<BlockList><Committed>QQ==</Committed><Committed>Qg==</Committed><Latest>QQ==</Latest></BlockList>"
            #expect(try await putList(running, url, mixed) == "201")
            #expect(try await running.send("GET", url).body == "secondfirst newer")
        }
    }

    @Test("and are refused when an identifier, a size or a list is not what Azure takes")
    func refused() async throws {
        try await RunningCluster.with { running in
            let url = try running.resource("TempStorage", "/blocks.txt")
            #expect(try await putBlock(running, url, "no-base64", "x") == "InvalidQueryParameterValue")
            #expect(try await putBlock(running, url, "", "x") == "InvalidQueryParameterValue")
            let long = Data(repeating: 1, count: 65).base64EncodedString()
            #expect(try await putBlock(running, url, long, "x") == "InvalidQueryParameterValue")
            #expect(try await putBlock(running, url, "QQ==", "") == "InvalidHeaderValue")
            #expect(try await putBlock(running, url, "QQ==", "x") == "201")
            #expect(try await putBlock(running, url, "QUE=", "x") == "InvalidBlobOrBlock")
            #expect(try await putList(running, url, "Qg==") == "InvalidXmlDocument")
            let missing = "<BlockList><Latest>Qg==</Latest></BlockList>"
            #expect(try await putList(running, url, missing) == "InvalidBlockList")
            let many = String(repeating: "<Latest>QQ==</Latest>", count: 50_001)
            #expect(try await putList(running, url, "<BlockList>\(many)</BlockList>") == "BlockListTooLong")
            #expect(try await running.send("HEAD", url).status == 404)
        }
    }

    @Test("A whole blob forgets the blocks that waited for a list")
    func replaced() async throws {
        try await RunningCluster.with { running in
            let url = try running.resource("TempStorage", "/blocks.txt")
            #expect(try await putBlock(running, url, "QQ==", "block") == "201")
            let put = try await running.send("PUT", url, "whole", headers: ["x-ms-blob-type": "BlockBlob"])
            #expect(put.status == 201)
            let list = "<BlockList><Latest>QQ==</Latest></BlockList>"
            #expect(try await putList(running, url, list) == "InvalidBlockList")
            #expect(try await running.send("GET", url).body == "whole")
        }
    }
}
