import Daemon
import SinkConfiguration
import Testing

@testable import Sink

@Suite("What check prints")
struct CheckReportTests {
    private static let items = [
        CheckedItem(.port, "0.0.0.0:9404", .passed("free")),
        CheckedItem(.table, "shop.Orders", .passed("")),
        CheckedItem(.table, "shop.Orders", .passed("")),
        CheckedItem(.registry, "", .unchecked("no converter uses one")),
        CheckedItem(.group, "connect-orders", .failed(StartupProblem(.service, "group.id: group\nconnect-orders"))),
        CheckedItem(.configuration, "", .passed("in order")),
    ]

    @Test("is a line for each thing, by kind, with what was found, and the warnings after them")
    func table() {
        let report = CheckReport(Self.items, warnings: ["flush.size.bytes is small"])
        #expect(
            report.table == """
                ✓ configuration  in order
                ✗ group          connect-orders  group.id: group connect-orders
                – registry       no converter uses one
                ✓ table          shop.Orders
                ✓ metrics port   0.0.0.0:9404    free
                warning: flush.size.bytes is small

                """
        )
    }

    @Test("keeps its columns when one name is longer than all others")
    func longNames() {
        let long = String(repeating: "n", count: 60)
        let report = CheckReport([CheckedItem(.topic, long, .passed("x")), CheckedItem(.topic, "a", .passed("y"))])
        #expect(report.table == "✓ topic  \(long)  x\n✓ topic  a  y\n")
    }

    @Test("wraps long texts below their column on a terminal, and nowhere else")
    func wraps() {
        let items = [
            CheckedItem(.topic, "orders", .failed(StartupProblem(.service, "one two three four five six seven eight"))),
            CheckedItem(.topic, "a", .warning("short")),
        ]
        #expect(
            CheckReport(items).table(width: 50) == """
                ✗ topic  orders  one two three four five six seven
                                 eight
                ✗ topic  a       short

                """
        )
        #expect(CheckReport(items).table == CheckReport(items).table(width: 20))
    }

    @Test("says at its end what a sink would do, without any credential")
    func plan() throws {
        let settings = try StartupSamples.settings([
            "tasks.max": "2", "topics": "a,b",
            "kusto.tables.topics.mapping": """
            [{'topic':'a','db':'D','table':'A','format':'json','mapping':'m'},{'topic':'b','db':'D','table':'B','format':'csv'},\
            {'topic':'c','db':'D','table':'C','format':'csv'}]
            """,
        ])
        let report = CheckReport([], plan: RunPlan(settings))
        #expect(
            report.table == """
                run: 2 tasks read a,b as group connect-s
                run: a to D.A as json, mapping m
                run: b to D.B as csv

                """
        )
        #expect(report.json.contains(#""plan":{"group":"connect-s","tasks":2,"topics":"a,b","routes":[{"topic":"a""#))
    }

    @Test("is one JSON object in one line for machines, with the exit code of a start")
    func json() {
        let report = CheckReport([Self.items[0], Self.items[4]], warnings: [#"a "word""#])
        #expect(
            report.json == """
                {"exitCode":69,"passes":false,"plan":null,"items":[\
                {"kind":"group","name":"connect-orders","result":"failed","text":"group.id: group connect-orders"},\
                {"kind":"metrics port","name":"0.0.0.0:9404","result":"passed","text":"free"}],\
                "warnings":["a \\"word\\""]}
                """
        )
        #expect(CheckReport([Self.items[0]]).json.hasPrefix(#"{"exitCode":0,"passes":true,"plan":null,"#))
    }

    @Test("ends as a start would: with what a person has to configure, even when a service is away too")
    func exitCodes() {
        let service = CheckedItem(.broker, "b:1", .failed(StartupProblem(.service, "s")))
        let mistake = CheckedItem(.topic, "t", .failed(StartupProblem(.configuration, "m")))
        #expect(CheckReport([]).exitError == nil)
        #expect(CheckReport([service]).exitError?.code == .unavailable)
        #expect(CheckReport([service, mistake]).exitError?.code == .usage)
        #expect(CheckReport([service, service, mistake]).exitError?.message == "2 problems: s; m")
    }

    @Test("shows all that is wrong with a configuration that cannot be used, and the warnings that may explain it")
    func configurations() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try StartupSamples.settings([
                "kusto.tables.topics.mapping": nil, "kusto.tables.topics_mapping": "[]", "tasks.max": "none",
                "flush.size.byte": "1000",
            ])
        }
        let report = CheckReport(try #require(error))
        #expect(report.exitError?.code == .usage)
        #expect(report.items.count == 2 && report.items.allSatisfy { $0.kind == .configuration })
        for part in [
            "✗ configuration  ", "tasks.max", "\"kusto.tables.topics.mapping\"", "did you mean flush.size.bytes",
        ] {
            #expect(report.table.contains(part), "\(part) in \(report.table)")
        }
    }
}
