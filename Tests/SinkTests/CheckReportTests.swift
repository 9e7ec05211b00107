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

    @Test("is one JSON object in one line for machines, with the exit code of a start")
    func json() {
        let report = CheckReport([Self.items[0], Self.items[4]], warnings: [#"a "word""#])
        #expect(
            report.json == """
                {"exitCode":69,"passes":false,"items":[\
                {"kind":"group","name":"connect-orders","result":"failed","text":"group.id: group connect-orders"},\
                {"kind":"metrics port","name":"0.0.0.0:9404","result":"passed","text":"free"}],\
                "warnings":["a \\"word\\""]}
                """
        )
        #expect(CheckReport([Self.items[0]]).json.hasPrefix(#"{"exitCode":0,"passes":true,"#))
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
