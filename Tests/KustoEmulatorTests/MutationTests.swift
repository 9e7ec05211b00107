import Foundation
import JSON
import Logging
import Synchronization
import Testing

@testable import KustoEmulator

@Suite("No damaged text ends the process", .timeLimit(.minutes(3)))
struct MutationTests {
    /// How many damaged texts of each sort are tried.
    private static let rounds = 1000

    private func cluster() throws -> EmulatedCluster {
        try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                setupCommands: [
                    ".create table T (id:long, name:string, x:real, at:datetime, s:timespan, d:dynamic, g:guid, m:decimal)",
                    ".create table T ingestion json mapping 'm' '[{\"column\":\"id\",\"path\":\"$.id\"}]'",
                    ".alter table T policy streamingingestion enable",
                    ".ingest inline into table T <|\n1,a,1.5,2024-01-01,1.02:03:04,{},0f8fad5b-d9cb-469f-a165-70867728950e,1.5\n2,b,,,,,,",
                ],
                authentication: AuthenticationPolicy(mode: .none),
                queryLimits: QueryLimits(maximumRows: 1000, maximumBytes: 1 << 20)
            ),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
    }

    private static let queries = [
        "T | where id >= 2 and at < datetime(2024-01-02) or name contains 'A' | project id, y = x * 2 + 1",
        "T | summarize n = count(), sum(id), avg(x), min(s) by bin(at, 1d), k = d.k[0] | sort by n desc nulls last | take 5",
        "let a = ago(1h); let U = T | where at between (datetime(2024-01-01) .. 7d); U | join kind=leftouter (T) on id | top 3 by id",
        "union withsource=From T, (T | project-away n*, x) | extend z = strcat(name, -id % 7), w = iff(id > 1, s / 2, s * 2) | getschema",
        "T | where ingestion_time() > ago(365d) and name in~ ('a', \"b\", @'c', h'd') | distinct name, bin(x, 0.5) | count",
        "print 9223372036854775807 - 1, timespan(99.23:59:59), tolong('5'), dynamic({\"a\":[1,2]}).a[-1], decimal(1.5) / 3",
    ]

    private static let commands = [
        ".create-merge table U (a:string, ['b c']:long)", ".show table T ingestion json mapping 'm'",
        ".create-or-alter table T ingestion csv mapping \"c\" '[{\"Name\":\"id\",\"Ordinal\":\"0\"},{\"Column\":\"name\",\"Properties\":{\"ConstValue\":5}}]'",
        ".show principal access with (principal='aadapp=a;b', accesstype='ingest', database='emulated', table='T')",
        ".alter table T policy ingestionbatching '{\"MaximumNumberOfItems\":500}'",
        ".show database emulated schema as json",
        ".ingest inline into table T <|\n1,\"x\",1e5,2024-01-01T00:00:00Z,99999999.00:00:00,\"{\"\"a\"\":1}\"",
        ".drop tables (U, ['V']) ifexists",
        ".get ingestion resources", ".show version", ".show ingestion failures",
        ".delete table T policy streamingingestion",
    ]

    @Test("queries and commands", arguments: [1, 2, 3] as [UInt64])
    func texts(seed: UInt64) throws {
        let cluster = try cluster()
        var mutator = Mutator(seed: seed)
        for round in 0..<Self.rounds {
            let queries = Self.queries
            let query = mutator.damage(queries[round % queries.count], queries)
            try onlyEmulatorErrors { _ = ResultEncoding.version2(try cluster.query(query), requestID: "r") }
            let commands = Self.commands
            let command = mutator.damage(commands[round % commands.count], commands)
            try onlyEmulatorErrors { _ = ResultEncoding.version1(try cluster.manage(command)) }
        }
    }

    @Test("queue messages", arguments: [1, 2] as [UInt64])
    func messages(seed: UInt64) throws {
        let texts = [
            #"{"Id":"2c183ca4-0bd7-47e9-881b-681df696a374","BlobPath":"http://h/emulated0/ingestdata-0/b.csv.gz?sig=x","RawDataSize":80,"DatabaseName":"emulated","TableName":"T","ReportLevel":1,"ReportMethod":"Table","SourceMessageCreationTime":"2026-11-22T20:21:29.673063","AdditionalProperties":{"format":"json","tags":"[\"a\"]","ingestionMappingReference":"m","ingestionMappingType":"Json","ignoreFirstRecord":true}}"#,
            #"{"blobPath":"x","rawDataSize":null,"ingestionStatusInTable":{"TableConnectionString":"http://h/a/t?x","PartitionKey":"p","RowKey":"r"},"additionalProperties":{"ingestionMapping":"[{\"column\":\"id\",\"path\":\"$.a[0]['b']\",\"transform\":\"DateTimeFromUnixNanoseconds\"}]","validationPolicy":"{\"ValidationOptions\":1}"}}"#,
        ]
        var mutator = Mutator(seed: seed)
        for round in 0..<Self.rounds {
            let text = mutator.damage(texts[round % texts.count], texts)
            let packed = round % 5 == 0 ? text : Data(text.utf8).base64EncodedString()
            do {
                _ = try IngestionMessage(packed)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test("data", arguments: DataFormat.allCases.filter(\.isParsed))
    func data(format: DataFormat) throws {
        let cluster = try cluster()
        let texts = [
            "1,a,1.5,2024-01-01,1.02:03:04,{},0f8fad5b-d9cb-469f-a165-70867728950e,1.5\n\"2\",\"b \"\"q\"\"\",-1e5,,99999999.00:00:00,[1],x,\n",
            "1\ta\\t\t1.5\t2024-01-01T23:59:59.9999999+14:00\r\n2|b|c;d\u{1}e\n",
            #"{"id":1,"name":"a","at":"2024-01-01","s":"1.02:03:04","d":{"k":[5]}}"# + "\n"
                + #"[{"id":9223372036854775807,"x":1e308,"m":"0.1"},{"s":864000000000,"at":1700000000}]"#,
        ]
        let mappings = [
            #"[{"column":"id","path":"$.id","transform":"DateTimeFromUnixMilliseconds"},{"column":"d","path":"$","transform":"DropMappedFields"}]"#,
            #"[{"Name":"id","Ordinal":"7"},{"Column":"at","Properties":{"Ordinal":0,"Transform":"DateTimeFromUnixSeconds"}}]"#,
        ]
        var mutator = Mutator(seed: 7)
        for round in 0..<Self.rounds / 5 {
            var properties = SourceProperties(database: "emulated", table: "T", format: format)
            if round % 3 == 0 { properties.mapping = .inline(mutator.damage(mappings[round % 2], mappings)) }
            let text = mutator.damage(texts[round % texts.count], texts)
            do {
                _ = try cluster.parts.ingestor.ingest(properties, packing: .none) { push in
                    let bytes = Array(text.utf8)
                    let middle = bytes.count / 2
                    try push(Array(bytes[..<middle]))
                    try push(Array(bytes[middle...]))
                }
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
        _ = try cluster.query("T | where id > 0 | summarize count() by name")
    }

    @Test("requests", arguments: [1, 2] as [UInt64])
    func requests(seed: UInt64) async throws {
        let cluster = try cluster()
        let router = RequestRouter(parts: cluster.parts, service: .everything)
        let resources = try cluster.manage(".get ingestion resources").rows.map { $0[1].text }
        var targets = resources.flatMap { url -> [String] in
            let parts = url.split(separator: "?")
            return [
                "\(parts[0])/x.csv?\(parts[1])", "\(parts[0])/x.csv?comp=block&blockid=QQ%3D%3D&\(parts[1])",
                "\(parts[0])/x.csv?comp=blocklist&\(parts[1])",
                "\(parts[0])/messages?numofmessages=32&visibilitytimeout=30&messagettl=-1&\(parts[1])",
                "\(parts[0])(PartitionKey='p',RowKey='r')?\(parts[1])",
            ]
        }
        targets += [
            "/v1/rest/mgmt", "/v2/rest/query", "/v1/rest/query?db=emulated&csl=T|count", "/v1/rest/auth/metadata",
            "/v1/rest/ingest/emulated/T?streamFormat=csv&mappingName=m", "/t/oauth2/v2.0/token", "/t/oauth2/token",
            "/metadata/identity/oauth2/token?resource=x", "/emulator/faults", "/emulator/faults/1", "/emulator/state",
            "/emulator/count", "/t/v2.0/.well-known/openid-configuration",
        ]
        let bodies = [
            #"{"db":"emulated","csl":"T | count","properties":"{\"Options\":{\"validatepermissions\":true}}"}"#,
            #"{"kind":"refuse","endpoint":"table","count":1,"after":5,"seconds":0.5,"probability":0.1}"#, "1,a,1.5\n",
            "<BlockList><Latest>QQ==</Latest></BlockList>",
            "<QueueMessage><MessageText>e30=</MessageText></QueueMessage>",
            #"{"PartitionKey":"p","RowKey":"r"}"#,
            "grant_type=client_credentials&client_id=a&client_secret=b&scope=x/.default",
        ]
        var mutator = Mutator(seed: seed)
        for round in 0..<Self.rounds {
            let target =
                round % 3 == 0
                ? targets[round / 3 % targets.count] : mutator.damage(targets[round % targets.count], targets)
            let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let body = Array(mutator.damage(bodies[round % bodies.count], bodies).utf8)
            let lengths = ["\(body.count)", "\(body.count)", "-1", "9223372036854775807", "x", "1"]
            let headers = [
                "content-length": lengths[Int.random(in: 0..<lengths.count, using: &mutator)],
                "x-ms-blob-type": "BlockBlob",
                "range": mutator.damage("bytes=0-5", ["bytes=-5", "bytes=9223372036854775807-"]), "metadata": "true",
                "authorization": mutator.damage("Bearer x", []),
            ]
            let request = EmulatorRequest(
                method: ["GET", "PUT", "POST", "DELETE", "HEAD", "MERGE"][Int.random(in: 0..<6, using: &mutator)],
                path: parts[0].hasPrefix("/") ? parts[0] : "/" + parts[0],
                query: parts.count > 1 ? parts[1] : "",
                header: { headers[$0.lowercased()] },
                forEachChunk: { try $0(body) }
            )
            let reply = await router.reply(to: request)
            #expect((200...599).contains(reply.status))
            if case .stored(let stored) = reply.body { #expect(stored.count >= 0) }
            cluster.clearFaults()
        }
        await cluster.stop()
    }

    @Test("small grammars")
    func grammars() {
        let texts = [
            "bytes=0-5", "bytes=-5", "bytes=7-", "2024-01-31T10:00:00.1234567+02:00", "Sun, 22 Nov 2026 20:21:29 GMT",
            "1.02:03:04.5", "-3d", "1.5h", "$.a['b c'][-1]", "a=1&sig=%2B%3D&se=2026-01-01T00%3A00%3A00Z",
            "http://127.0.0.1:1/account/container/a%20b.csv?sv=1&sig=x", "<BlockList><Latest>QQ==</Latest></BlockList>",
            "{0f8fad5b-d9cb-469f-a165-70867728950e}",
        ]
        var mutator = Mutator(seed: 11)
        for round in 0..<Self.rounds * 5 {
            let text = mutator.damage(texts[round % texts.count], texts)
            for size in [0, 1, 10] {
                guard let range = ByteRange.parse(text, size: size) else { continue }
                #expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= size)
            }
            if let ticks = DateTimeText.parse(text) {
                #expect(DateTimeText.parse(DateTimeText.format(ticks)) == ticks)
                _ = DateTimeText.formatHTTP(ticks)
            }
            if let ticks = TimespanText.parse(text) { #expect(TimespanText.parse(TimespanText.format(ticks)) == ticks) }
            _ = JSONPath(text)?.value(in: ["a": [1, ["b c": 2]]])
            _ = StorageAddress(url: text)
            _ = QueryParameters(text)["sig"]
            _ = BlockList(xml: text)
            for type in ColumnType.allCases {
                let value = CellValue(text: text, as: type)
                _ = (value.text, value.json, value.number, Arithmetic.negate(value))
            }
        }
    }

    private func onlyEmulatorErrors(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as EmulatorError {
            #expect(!error.message.isEmpty)
        }
    }
}
