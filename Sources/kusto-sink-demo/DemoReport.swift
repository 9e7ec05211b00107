import Daemon
import Foundation
import JSON
import KustoEmulator

/// What the demo shows in the end: rows by table, throughput, and rows read back by query.
struct DemoReport {
    let workload: DemoWorkload
    let cluster: EmulatedCluster
    let taken: Duration

    /// Prints everything.
    /// - Throws: `ExitError` when a table holds other rows than were produced.
    func printAll() throws {
        print("\ntable       rows  expected")
        var rows = 0
        for stream in workload.streams {
            let count = try cluster.rowCount(stream.table)
            rows += count
            print(
                "\(pad(stream.table, 10))\(pad(String(count), 6, left: true))\(pad(String(stream.rows), 10, left: true))"
            )
            guard count == stream.rows else {
                throw ExitError(.software, "table \(stream.table) has \(count) rows, expected \(stream.rows)")
            }
        }
        let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
        let statistics = cluster.statistics
        print(
            "\n\(rows) records (\(statistics.rawBytes >> 10) KiB, \(cluster.uploads.bytes >> 10) KiB compressed) in "
                + "\(cluster.uploads.blobs) batches, \(String(format: "%.1f", seconds)) s from assignment to the last row, "
                + "1 s of it waiting for flush.interval.ms: \(Int(Double(rows) / seconds)) records/s"
        )
        try show("Telemetry | where device == 'press-7' | sort by ts asc | take 3")
        try show("Telemetry | summarize readings = count(), hottest = max(temperature) by ok")
        try show("Orders | where item contains 'gear' | sort by id asc | take 3")
        print(
            "\nEvery record is in its table. 'make test' kills the worker while this happens; 'make bench' is about speed."
        )
    }

    private func show(_ query: String) throws {
        let result = try cluster.query(query)
        let head = result.columns.map(\.name)
        let lines = [head] + result.rows.map { $0.map(\.text) }
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        print("\n> \(query)\n")
        for line in lines {
            print("  " + zip(line, widths).map { pad($0, $1) }.joined(separator: "  "))
        }
    }

    private func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return left ? blanks + text : text + blanks
    }
}
