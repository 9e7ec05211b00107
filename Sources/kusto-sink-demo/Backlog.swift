import Kafka
import Logging
import Synchronization
import Threads

/// The second, larger run: everything is in Kafka before the worker reads it.
final class Backlog: Sendable {
    static let stream = DemoWorkload.Stream(topic: "load", table: "Load", format: "json", mapping: "LoadMapping")
    /// Enough of them that none has more than 4 MB: the mock broker drops what exceeds 5 MB, without a word.
    static let partitions = 48
    static let setupCommands = [
        ".create table Load (id: long, message: string)",
        """
        .create table Load ingestion json mapping 'LoadMapping' \
        '[{"column":"id","path":"$.id"},{"column":"message","path":"$.message"}]'
        """,
    ]
    /// Bytes of a record, as in the benchmark.
    static let recordBytes = 1024

    private struct State {
        var produced = 0
        var isStopped = false
        var failure: KafkaError?
    }

    /// Records between two looks at whether to go on.
    private static let part = 5000

    /// How many records there are.
    let count: Int
    private let producer: KafkaProducer
    private let state = Mutex(State())

    /// - Throws: `KafkaError` when there is no client.
    init(count: Int, _ bootstrapServers: String, logger: Logger) throws(KafkaError) {
        self.count = count
        producer = try KafkaProducer(
            configuration: KafkaClientConfiguration([
                "bootstrap.servers": bootstrapServers, "batch.size": "262144", "linger.ms": "20",
            ]),
            logger: logger
        )
    }

    /// The records' bytes in all.
    var bytes: Int { count * Self.recordBytes }

    /// Starts to produce, on a thread of its own.
    /// - Throws: `ThreadStartError` when the system has no thread left.
    func start() throws {
        _ = try BlockingThread(name: "backlog") { [self] in
            do {
                while let part = next() {
                    try producer.sendAll(part.lazy.map(record), timeout: .seconds(60))
                    state.withLock { $0.produced = part.upperBound }
                }
            } catch {
                state.withLock { $0.failure = error as? KafkaError }
            }
        }
    }

    /// How many records Kafka has acknowledged.
    /// - Throws: `KafkaError` when Kafka did not take one.
    func produced() throws(KafkaError) -> Int {
        let (produced, failure) = state.withLock { ($0.produced, $0.failure) }
        if let failure { throw failure }
        return produced
    }

    /// Produces no more.
    func stop() {
        state.withLock { $0.isStopped = true }
        producer.close()
    }

    private func next() -> Range<Int>? {
        state.withLock { state in
            guard !state.isStopped, state.produced < count else { return nil }
            return state.produced..<min(count, state.produced + Self.part)
        }
    }

    private static let words: [UInt8] = Array(
        String(repeating: "GET /machines/press-7/readings 200 in 12 ms, cache miss, upstream line-3; ", count: 24).utf8
    )

    private func record(_ number: Int) -> KafkaRecord {
        var value = Array(#"{"id":\#(number),"message":""#.utf8)
        // Another beginning for each record, so that they compress no better than log lines do.
        value += Self.words[(number &* 7919 % 600)...]
        value.removeLast(value.count - Self.recordBytes + 2)
        value += Array(#""}"#.utf8)
        return KafkaRecord(topic: Self.stream.topic, partition: Int32(number % Self.partitions), value: value)
    }
}
