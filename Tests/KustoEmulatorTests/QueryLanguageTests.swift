import Logging
import Testing

@testable import KustoEmulator

@Suite("Expressions and operators of KQL follow its documentation")
struct QueryLanguageTests {
    private static let now = "2026-01-02T03:04:05.5000000Z"

    private func cluster() throws -> EmulatedCluster {
        let rows = "1,b,1.5,2024-01-01,10\n2,a,2.5,2024-01-02T12:00:00,20\n3,A,,,\n4,c,0.5,2024-01-03,40"
        return try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                setupCommands: [
                    ".create table T (id:long, name:string, x:real, at:datetime, n:int)",
                    ".create table U (id:long, other:string, n:int)",
                    ".ingest inline into table T <|\n\(rows)",
                    ".ingest inline into table U <|\n1,one,\n1,uno,7\n4,four,8\n5,five,9\n,none,0",
                ],
                clock: ManualClock().clock
            ),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
    }

    private func text(_ query: String) throws -> String {
        try cluster().query(query).rows.map { $0.map(\.text).joined(separator: ",") }.joined(separator: "/")
    }

    private func type(_ expression: String) throws -> String {
        try cluster().query("print v = \(expression)").columns.map(\.type.rawValue).joined()
    }

    @Test(
        "Arithmetic has the type and value of its operands",
        arguments: [
            ("1 + 2 * 3", "7", "long"), ("(1 + 2) * 3", "9", "long"), ("7 - 2 - 1", "4", "long"),
            ("1 / 2", "0", "long"),
            ("1.0 / 2", "0.5", "real"), ("real(1) / 2", "0.5", "real"), ("int(7) + int(1)", "8", "long"),
            ("14 % 12", "2", "long"), ("-14 % 12", "10", "long"), ("14 % -12", "2", "long"),
            ("-14 % -12", "10", "long"),
            ("-13.5 % 4", "2.5", "real"), ("1 / 0", "", "long"), ("1 % 0", "", "long"), ("1.0 / 0", "Infinity", "real"),
            ("9223372036854775807 + 1", "", "long"), ("-9223372036854775807 - 2", "", "long"),
            ("(-9223372036854775807 - 1) / -1", "", "long"), ("3037000500 * 3037000500", "", "long"),
            ("-(-5)", "5", "long"), ("1 - -1", "2", "long"), ("int(null) + 1", "", "long"),
            ("decimal(1.5) + 1", "2.5", "decimal"), ("decimal(1) / 0", "", "decimal"),
            ("1h + 30m", "01:30:00", "timespan"),
            ("1d - 1h", "23:00:00", "timespan"), ("10m / 1s", "600.0", "real"), ("1s * 5", "00:00:05", "timespan"),
            ("1.5 * 1h", "01:30:00", "timespan"), ("1h / 2", "00:30:00", "timespan"),
            ("90m % 1h", "00:30:00", "timespan"),
            ("10675199d * 2", "", "timespan"),
            ("datetime(2024-01-02) - datetime(2024-01-01)", "1.00:00:00", "timespan"),
            ("datetime(2024-01-01) + 1d", "2024-01-02T00:00:00.0000000Z", "datetime"),
            ("datetime(9999-12-31) + 1d", "", "datetime"), ("datetime(0001-01-01) - 1tick", "", "datetime"),
            ("now()", now, "datetime"), ("now(-1d) == ago(1d)", "true", "bool"),
            ("ago(1h) + 1h", now, "datetime"), ("ago(10675199d)", "", "datetime"),
        ]
    )
    func arithmetic(expression: String, value: String, type: String) throws {
        #expect(try text("print v = \(expression)") == value)
        #expect(try self.type(expression) == type)
    }

    @Test(
        "Functions",
        arguments: [
            ("bin(7, 5)", "5"), ("bin(-7, 5)", "-10"), ("bin(7.5, 2)", "6.0"), ("bin(7, 0)", ""), ("floor(9, 4)", "8"),
            ("bin(datetime(2024-01-02T13:14:15), 1h)", "2024-01-02T13:00:00.0000000Z"), ("bin(90m, 1h)", "01:00:00"),
            ("bin(long(null), 5)", ""), ("iff(1 < 2, 'a', 'b')", "a"), ("iif(bool(null), 1, 2)", "2"),
            ("strcat('a', 1, true, 1s, int(null))", "a1true00:00:01"), ("strcat('only')", "only"),
            ("5 between (1 .. 5)", "true"), ("5 !between (1 .. 5)", "false"), ("6 between (1 .. 5)", "false"),
            ("1h between (30m .. 2h)", "true"), ("int(null) between (1 .. 5)", ""),
            ("datetime(2024-01-02) between (datetime(2024-01-01) .. 2d)", "true"),
            ("datetime(2024-01-04) between (datetime(2024-01-01) .. 2d)", "false"), ("'B' in~ ('a', 'b')", "true"),
            ("'B' !in~ ('a', 'b')", "false"), ("'B' in ('a', 'b')", "false"), ("1 !in (1, 2)", "false"),
            ("not(bool(null))", ""), ("tolong(2.9)", "2"), ("tolong('x')", ""), ("toint(99999999999)", ""),
            ("todouble('1e400')", "Infinity"), ("totimespan('99999999.00:00:00')", ""), ("tolower('AbC')", "abc"),
        ]
    )
    func functions(expression: String, value: String) throws {
        #expect(try text("print v = \(expression)") == value)
    }

    @Test(
        "Nulls follow the documentation",
        arguments: [
            ("int(null) == int(null)", ""), ("int(null) != int(null)", ""), ("5 == int(null)", "false"),
            ("5 != int(null)", "true"), ("5 > int(null)", ""), ("5 > int(null) or true", "true"),
            ("5 > int(null) or false", ""), ("5 > int(null) and false", "false"), ("5 > int(null) and true", ""),
            ("isnull(int(null) + 1)", "true"),
        ]
    )
    func nulls(expression: String, value: String) throws {
        #expect(try text("print v = \(expression)") == value)
    }

    @Test(
        "Operators",
        arguments: [
            ("T | project-away x, at | where id == 1", "1,b,10"),
            ("T | project-away n*, x | take 1 | project-away at", "1"),
            ("T | project-away * | count", "4"),
            ("T | project-rename key = id, ['a b'] = name | where key == 2 | project ['a b']", "a"),
            ("T | extend y = n * 2, id = id + 100 | where y > 20 | project id, y", "102,40/104,80"),
            ("T | where id-1 == 0 | project id", "1"), ("T | project d = n-id | take 1", "9"),
            ("T | where at between (datetime(2024-01-01) .. datetime(2024-01-02T12:00)) | project id", "1/2"),
            ("T | where name in~ ('A') | project id", "2/3"), ("T | where at > ago(1000d) | count", "3"),
            ("T | summarize n = count() by bin(at, 1d) | where isnotnull(at) | sort by at asc | project n", "1/1/1"),
            ("T | summarize c = count() by k = iff(id % 2 == 0, 'even', 'odd') | sort by k asc", "even,2/odd,2"),
            (
                "T | getschema | project ColumnName, ColumnOrdinal, DataType, ColumnType | take 2",
                "id,0,System.Int64,long/name,1,System.String,string"
            ),
            ("let limit_ = 2; T | where id > limit_ | project id", "3/4"),
            ("let a = 1; let b = a + 1; let S = T | where id >= b; let S2 = S; S2 | count", "3"),
            ("let start = ago(1d); print start < now()", "true"),
            ("union T, U | count", "9"), ("T | union U | count", "9"),
            ("union (T | where id == 1), (U | where id == 1) | project id, name, other", "1,b,/1,,one/1,,uno"),
            ("union withsource=From T, U | summarize count() by From | sort by From asc", "T,4/U,5"),
            ("union kind=inner T, U | getschema | project ColumnName", "id/n"), ("union T, U | take 2 | count", "2"),
            (
                "T | join kind=inner U on id | sort by other asc | project id, name, other, id1, n1",
                "4,c,four,4,8/1,b,one,1,/1,b,uno,1,7"
            ),
            ("T | join kind=inner (U | where n > 7) on $left.id == $right.id | project id, other", "4,four"),
            (
                "T | join kind=leftouter U on id | sort by id asc, other asc | project id, other",
                "1,one/1,uno/2,/3,/4,four"
            ),
            ("T | join kind=leftanti U on id | project id", "2/3"),
            ("T | join kind=leftsemi U on id | project id", "1/4"),
            ("U | join T on id | sort by id asc | project id, other, name", "1,one,b/4,four,c"),
            ("U | join kind=inner U on id | count", "6"),
            ("T | where extent_tags() has 'nothing' | count", "0"),
            ("T | where ingestion_time() <= now() | count", "4"),
            ("T | extend t = ingestion_time() | where isnotnull(t) | project id | take 1", "1"),
            ("T | where isnull(ingestion_time()) or id == 4 | project-rename z = id | project z", "4"),
            ("database('emulated').T | where ingestion_time() > ago(1d) | distinct *| count", "4"),
            ("T | top 9223372036854775807 by id | project id", "4/3/2/1"),
            ("T | take 9223372036854775807 | count", "4"),
        ]
    )
    func operators(query: String, expected: String) throws {
        #expect(try text(query) == expected)
    }

    @Test("Hidden columns are in no result")
    func hidden() throws {
        let cluster = try cluster()
        let columns = ["id", "name", "x", "at", "n"]
        #expect(try cluster.query("T | where ingestion_time() > ago(1d)").columns.map(\.name) == columns)
        #expect(try cluster.query("T | extend t = extent_tags()").columns.map(\.name) == columns + ["t"])
        #expect(try cluster.query("T | where ingestion_time() > ago(1d) | getschema").rows.count == 5)
    }

    @Test(
        "What ADX refuses is refused, with the reason",
        arguments: [
            ("T | where at > '2024-01-01'", "Cannot compare values of types datetime and string"),
            ("T | where id == 'x'", "Cannot compare values of types long and string"),
            ("T | where id in ('x')", "Cannot compare"), ("print 1 + 'a'", "does not take long and string"),
            ("print 1d * 1d", "does not take timespan and timespan"), ("print -'a'", "'-' stands before a string"),
            ("T | where name and true", "expression of type bool expected"), ("print ago(5)", "takes a timespan"),
            ("print bin(1, 1h)", "does not take long and timespan"), ("print iff(1, 2, 3)", "takes a bool"),
            ("print iff(true, 1, 'a')", "two values of one type"), ("print strcat()", "does not take 0 arguments"),
            ("T | project-away missing", "'missing'"), ("T | project-rename a = missing", "'missing'"),
            ("T | project-rename name = id", "another column"), ("T | join kind=fullouter U on id", "fullouter"),
            ("T | join U on missing", "'missing'"),
            ("T | join kind=inner U on $left.name == $right.id", "Cannot compare"),
            ("T | project id | where ingestion_time() > ago(1d)", "straight from a table"),
            ("let f = (x:long) { x }; print f(1)", "Syntax error"), ("let x = 1 T | count", "';'"),
            ("T | union kind=left U", "kind=left"), ("T | union Missing", "'Missing'"),
        ]
    )
    func refused(query: String, part: String) throws {
        let cluster = try cluster()
        let error = #expect(throws: EmulatorError.self) { try cluster.query(query) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect(error?.isPermanent == true)
    }

    @Test(
        "No text exhausts the stack",
        arguments: [
            String(repeating: "(", count: 100_000), "T | where " + String(repeating: "(", count: 100_000),
            "print " + String(repeating: "-", count: 100_000) + "1",
            "print " + String(repeating: "not(", count: 100_000),
            "print 1" + String(repeating: " + 1", count: 100_000),
            "T | where d" + String(repeating: ".a", count: 100_000),
            "T | project d" + String(repeating: "[0]", count: 100_000),
            "union " + String(repeating: "(union ", count: 50_000),
            "T" + String(repeating: " | join (T", count: 50_000), String(repeating: "let a = ", count: 50_000),
            "print dynamic(" + String(repeating: "[", count: 100_000),
            "print 'x" + String(repeating: "\\", count: 100_001),
            "print " + String(repeating: "1 between (", count: 50_000),
            "T | where id in (" + String(repeating: "(", count: 100_000),
        ]
    )
    func deep(query: String) throws {
        let cluster = try cluster()
        let error = #expect(throws: EmulatorError.self) { try cluster.query(query) }
        #expect(error?.code == .syntax)
    }

    @Test("What is long but not deep runs")
    func long() throws {
        let many = (0..<5000).map { "id == \($0)" }.joined(separator: " or ")
        #expect(try text("T | where \(many) | count") == "4")
        #expect(try text("T | where id in (\((0..<20_000).map(String.init).joined(separator: ","))) | count") == "4")
        #expect(try text("print 1" + String(repeating: " + 1", count: 400)) == "401")
        #expect(try text("T" + String(repeating: " | where id > 0", count: 300) + " | count") == "4")
        #expect(try text("print " + String(repeating: "(", count: 90) + "1" + String(repeating: ")", count: 90)) == "1")
    }

    @Test("Distinct rows and values of a column are counted beyond the limit of a result")
    func scale() throws {
        let rows = (0..<3000).map { "\($0 % 2500),r\($0)" }.joined(separator: "\n")
        let cluster = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                setupCommands: [".create table T (id:long, body:string)", ".ingest inline into table T <|\n\(rows)"],
                queryLimits: QueryLimits(maximumRows: 100)
            ),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        #expect(try cluster.query("T | distinct id | count").rows == [[.integer(2500)]])
        let counts = try cluster.occurrences(of: "id", in: "T", below: 2501)
        #expect(counts.count { $0 == 2 } == 500)
        #expect(counts.count { $0 == 1 } == 2000)
        #expect(counts.last == 0)
        var bytes = 0
        try cluster.forEachValue(of: "body", in: "T") { bytes += $0.text.utf8.count }
        #expect(bytes == (0..<3000).reduce(0) { $0 + "r\($1)".utf8.count })
        #expect(throws: EmulatorError.self) { try cluster.occurrences(of: "missing", in: "T", below: 1) }
    }
}
