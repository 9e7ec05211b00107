import Kafka

/// The demo's records: telemetry and orders of a few machines, the same at every run.
struct DemoWorkload: Sendable {
    /// A topic, the table that it goes to, and how many rows the table must have in the end.
    struct Stream: Sendable {
        let topic: String
        let table: String
        let format: String
        let mapping: String?
        let rows: Int
    }

    static let partitions = 4
    let telemetryCount: Int

    /// How many orders there are: one for three records of telemetry.
    var orderCount: Int { telemetryCount / 3 }

    /// Records without a value, which must be passed over.
    var tombstoneCount: Int { telemetryCount / 100 }

    var streams: [Stream] {
        [
            Stream(
                topic: "telemetry",
                table: "Telemetry",
                format: "json",
                mapping: "TelemetryMapping",
                rows: telemetryCount
            ),
            Stream(topic: "orders", table: "Orders", format: "csv", mapping: nil, rows: orderCount),
        ]
    }

    /// Creates the tables and the mapping.
    static let setupCommands = [
        """
        .create table Telemetry (ts: datetime, device: string, temperature: real, pressure: real, ok: bool, labels: dynamic)
        """,
        """
        .create table Telemetry ingestion json mapping 'TelemetryMapping' \
        '[{"column":"ts","path":"$.time"},{"column":"device","path":"$.device"},\
        {"column":"temperature","path":"$.readings.temperature"},{"column":"pressure","path":"$.readings.pressure"},\
        {"column":"ok","path":"$.ok"},{"column":"labels","path":"$.labels"}]'
        """,
        ".create table Orders (id: long, item: string, quantity: int, price: decimal, placed: datetime)",
    ]

    /// All records, those of the two topics mixed.
    var records: some Sequence<KafkaRecord> {
        var random = SeededGenerator(seed: 20_261_124)
        let telemetry = (0..<telemetryCount).map { self.telemetry($0, &random) }
        let orders = (0..<orderCount).map { self.order($0, &random) }
        let tombstones = (0..<tombstoneCount).map {
            KafkaRecord(
                topic: "telemetry",
                partition: Int32($0 % Self.partitions),
                key: Array("gone-\($0)".utf8),
                value: nil
            )
        }
        return [telemetry, orders, tombstones].joined()
    }

    private func telemetry(_ number: Int, _ random: inout SeededGenerator) -> KafkaRecord {
        let device = "press-\(number % 40)"
        let temperature = Double(Int.random(in: 180...420, using: &random)) / 10
        let pressure = Double(Int.random(in: 9_800...10_400, using: &random)) / 10
        let value = """
            {"time":"\(Self.time(number))","device":"\(device)","readings":{"temperature":\(temperature),"pressure":\(pressure)},\
            "ok":\(temperature < 40),"labels":{"line":"line-\(number % 4)","shift":"\(number % 3 == 0 ? "night" : "day")"}}
            """
        return KafkaRecord(
            topic: "telemetry",
            partition: Int32(number % Self.partitions),
            key: Array(device.utf8),
            value: Array(value.utf8)
        )
    }

    private func order(_ number: Int, _ random: inout SeededGenerator) -> KafkaRecord {
        let item = ["bolt, M6", "nut", "washer", "gear \"large\""][number % 4]
        let quoted = "\"" + item.replacing("\"", with: "\"\"") + "\""
        let cents = Int.random(in: 5...9_999, using: &random)
        let price = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
        let value = "\(number),\(quoted),\(Int.random(in: 1...50, using: &random)),\(price),\(Self.time(number))"
        return KafkaRecord(
            topic: "orders",
            partition: Int32(number % Self.partitions),
            key: Array("\(number)".utf8),
            value: Array(value.utf8)
        )
    }

    /// The time of a record, one second later for each number, within one day.
    private static func time(_ number: Int) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let second = number % 86_400
        return "2026-11-24T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}
