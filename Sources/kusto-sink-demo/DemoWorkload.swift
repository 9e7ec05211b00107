import Kafka

/// The demo's records, the same at every run: telemetry and orders of a few machines, and a few damaged ones.
struct DemoWorkload: Sendable {
    /// A topic, and the table that it goes to.
    struct Stream: Sendable {
        let topic: String
        let table: String
        let format: String
        let mapping: String?
    }

    /// The partitions of each topic.
    static let partitions = 4
    /// Where records go that cannot be rows.
    static let deadLetters = "dead-letters"
    static let telemetry = Stream(topic: "telemetry", table: "Telemetry", format: "json", mapping: "TelemetryMapping")
    static let orders = Stream(topic: "orders", table: "Orders", format: "csv", mapping: nil)
    static let streams = [telemetry, orders]

    /// Creates the tables and the mapping.
    static let setupCommands = [
        """
        .create table Telemetry (id: long, ts: datetime, device: string, temperature: real, ok: bool, labels: dynamic)
        """,
        """
        .create table Telemetry ingestion json mapping 'TelemetryMapping' \
        '[{"column":"id","path":"$.id"},{"column":"ts","path":"$.time"},{"column":"device","path":"$.device"},\
        {"column":"temperature","path":"$.readings.temperature"},{"column":"ok","path":"$.ok"},\
        {"column":"labels","path":"$.labels"}]'
        """,
        ".create table Orders (id: long, item: string, quantity: int, price: decimal, placed: datetime)",
    ]

    private var random = SeededGenerator(seed: 20_261_124)
    /// How many records of telemetry were made, each with its number as `id`, from 0 on.
    private(set) var telemetryCount = 0
    /// How many orders were made, with numbers of their own.
    private(set) var orderCount = 0
    /// How many damaged records were made.
    private(set) var damagedCount = 0

    /// How many records were made.
    var count: Int { telemetryCount + orderCount + damagedCount }

    /// How many rows a table must have.
    func rows(of stream: Stream) -> Int { stream.topic == Self.telemetry.topic ? telemetryCount : orderCount }

    /// The next records: an order after three records of telemetry.
    mutating func next(_ count: Int) -> [KafkaRecord] {
        (0..<count).map { _ in
            if self.telemetryCount < 3 * (self.orderCount + 1) {
                defer { telemetryCount += 1 }
                return telemetry(telemetryCount)
            }
            defer { orderCount += 1 }
            return order(orderCount)
        }
    }

    /// Records in the topic of telemetry that are no JSON objects, as a broken device sends them.
    mutating func damaged() -> [KafkaRecord] {
        let values = [
            #"{"id": 4711, "time": "2026-11-24T"#, "temperature=21.5", #"{"id": 4713, "device": "press-\x"}"#,
        ]
        damagedCount += values.count
        return values.enumerated().map { index, value in
            KafkaRecord(
                topic: Self.telemetry.topic,
                partition: Int32(index % Self.partitions),
                key: Array("press-13".utf8),
                value: Array(value.utf8)
            )
        }
    }

    private mutating func telemetry(_ number: Int) -> KafkaRecord {
        let device = "press-\(number % 40)"
        let temperature = Double(Int.random(in: 180...420, using: &random)) / 10
        let value = """
            {"id":\(number),"time":"\(Self.time(number))","device":"\(device)","readings":{"temperature":\(temperature)},\
            "ok":\(temperature < 40),"labels":{"line":"line-\(number % 4)","shift":"\(number % 3 == 0 ? "night" : "day")"}}
            """
        return KafkaRecord(
            topic: Self.telemetry.topic,
            partition: Int32(number % Self.partitions),
            key: Array(device.utf8),
            value: Array(value.utf8)
        )
    }

    private mutating func order(_ number: Int) -> KafkaRecord {
        let item = ["bolt, M6", "nut", "washer", "gear \"large\""][number % 4]
        let quoted = "\"" + item.replacing("\"", with: "\"\"") + "\""
        let cents = Int.random(in: 5...9_999, using: &random)
        let price = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
        let value = "\(number),\(quoted),\(Int.random(in: 1...50, using: &random)),\(price),\(Self.time(number))"
        return KafkaRecord(
            topic: Self.orders.topic,
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
