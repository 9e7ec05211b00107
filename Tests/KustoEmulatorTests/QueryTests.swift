import Logging
import Testing

@testable import KustoEmulator

@Suite("Queries of the subset run over tables")
struct QueryTests {
    private func cluster() throws -> EmulatedCluster {
        let rows =
            "1,b,1.5,2024-01-01,\"{\"\"k\"\":[5]}\"\n2,a,2.5,2024-01-02,\n3,a,,,\n4,c,0.5,2024-01-03,\"{\"\"k\"\":[7]}\""
        return try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(setupCommands: [
                ".create table T (id:long, name:string, x:real, at:datetime, d:dynamic)",
                ".ingest inline into table T <|\n\(rows)",
            ]),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
    }

    @Test(
        "A query finds its rows",
        arguments: [
            ("T | count", "4"),
            ("T | where name == 'a' | count", "2"),
            ("T | project id", "1/2/3/4"),
            ("T | take 2 | project id", "1/2"),
            ("T | limit 0", ""),
            ("T | where id >= 2 and id < 4 | project id", "2/3"),
            ("T | where name != \"a\" | project id", "1/4"),
            ("T | where x > 1.0 or name == 'c' | project id", "1/2/4"),
            ("T | where at >= datetime(2024-01-02) | project id", "2/4"),
            ("T | where isnull(x) | project id", "3"),
            ("T | where not(isnull(x)) | count", "3"),
            ("T | where name in ('b', 'c') | project id", "1/4"),
            ("T | where name contains 'A' | count", "2"),
            ("T | where d.k[0] == 5 | project id", "1"),
            ("T | where tolong(d['k'][0]) > 5 | project n = id", "4"),
            ("T | order by name asc, id desc | project id", "3/2/1/4"),
            ("T | sort by x | project id", "2/1/4/3"),
            ("T | order by x asc | project id", "3/4/1/2"),
            ("T | top 2 by id desc | project id", "4/3"),
            ("T | distinct name", "b/a/c"),
            ("T | summarize count(), dcount(name), min(id), max(x)", "4,3,1,2.5"),
            ("T | summarize n = count() by name | order by n", "a,2/b,1/c,1"),
            ("T | where id > 100 | summarize count(), max(id)", "0,"),
            ("T | summarize sum(id), avg(x)", "10,1.5"),
            ("T | extend y = tostring(id) | where y == '3' | project y, name", "3,a"),
            ("['T'] | where id == 1 // a comment\n| project id", "1"),
            ("database('emulated').T | count", "4"),
            ("T | count | project Count", "4"),
            ("print 1, x = 'a'", "1,a"),
        ]
    )
    func query(text: String, expected: String) throws {
        let result = try cluster().query(text)
        let lines = result.rows.map { $0.map(\.text).joined(separator: ",") }.joined(separator: "/")
        // Rows of equal rank have no order of their own.
        if text.contains("order by n") {
            #expect(lines.split(separator: "/").sorted() == expected.split(separator: "/").sorted())
        } else {
            #expect(lines == expected)
        }
    }

    @Test(
        "Anything else is a clear error",
        arguments: [
            ("T | make-series x=count() on id", "make-series"),
            ("T | where nothing == 1", "'nothing'"),
            ("T | where id", "bool"),
            ("Missing | count", "'Missing'"),
            ("T | project frob(id)", "frob"),
            ("T | where name == 'open", "not closed"),
            ("T | summarize median(id)", "summarize takes"),
            ("T | take", "a number"),
            ("T count", "'count'"),
            ("", "a name"),
        ]
    )
    func error(text: String, part: String) throws {
        let cluster = try cluster()
        let error = #expect(throws: EmulatorError.self) { try cluster.query(text) }
        #expect(error?.message.contains(part) == true)
        #expect(error?.isPermanent == true)
    }

    @Test("Results have the names and types of ADX")
    func columns() throws {
        let result = try cluster().query("T | summarize count(), dcount(name), max(x), n=min(at) by k = d.k")
        #expect(result.columns.map(\.name) == ["k", "count_", "dcount_name", "max_x", "n"])
        #expect(result.columns.map(\.type) == [.dynamic, .long, .long, .real, .datetime])
    }

    @Test("A result above the limit is refused")
    func limit() throws {
        let configuration = EmulatedClusterConfiguration(
            setupCommands: [".create table T (a:long)", ".ingest inline into table T <|\n1\n2\n3"],
            queryLimits: QueryLimits(maximumRows: 2)
        )
        let cluster = try EmulatedCluster(
            configuration: configuration,
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        #expect(try cluster.query("T | take 2").rows.count == 2)
        let error = #expect(throws: EmulatorError.self) { try cluster.query("T") }
        #expect(error?.code == .resultTooLarge)
    }
}
