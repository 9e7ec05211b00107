import Logging
import Metrics
import SchemaRegistry

/// A store that runs, and everything that it tells.
struct Fixture: Sendable {
    let store: SchemaStore
    let clock: JumpingClock
    let metrics: MetricsRegistry
    let log: MemoryLogSink
    let problems: ProblemRecorder

    init(_ configuration: SchemaRegistryConfiguration, clock: JumpingClock = JumpingClock()) throws {
        self.clock = clock
        metrics = MetricsRegistry()
        log = MemoryLogSink()
        problems = ProblemRecorder()
        store = try SchemaStore(
            configuration: configuration,
            registry: metrics,
            observer: problems,
            logger: Logger(label: "store", level: .trace, sink: log),
            clock: clock.clock
        )
    }

    /// Runs `body` while the store of a configuration runs.
    static func running<Result: Sendable>(
        _ configuration: SchemaRegistryConfiguration,
        clock: JumpingClock = JumpingClock(),
        _ body: @Sendable (Fixture) async throws -> Result
    ) async throws -> Result {
        try await Fixture(configuration, clock: clock).running(body)
    }

    /// Runs `body` while the store runs.
    func running<Result: Sendable>(_ body: @Sendable (Fixture) async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await store.run() }
            defer { group.cancelAll() }
            return try await body(self)
        }
    }

    /// Waits until a schema is ready or refused.
    func settled(_ key: SchemaKey) async -> SchemaLookup {
        await withCheckedContinuation { continuation in
            store.whenSettled(key) { continuation.resume() }
        }
        return store.lookup(key)
    }

    func settled(_ number: Int32, _ subject: String = "orders-value") async -> SchemaLookup {
        await settled(SchemaKey(subject: subject, id: .number(number)))
    }

    /// The value of a metric's line, `nil` when there is none.
    func metric(_ line: String) -> String? {
        metrics.render().split(separator: "\n").first { $0.hasPrefix("\(line) ") }.map { $0.dropFirst(line.count + 1) }
            .map(String.init)
    }

    /// Everything that was told to people and machines.
    var everythingTold: String {
        let lines = log.entries.map { "\($0.message) \($0.metadata)" }
        return (lines + problems.told + [metrics.render()]).joined(separator: "\n")
    }
}

extension SchemaLookup {
    var schema: RegisteredSchema? {
        if case .ready(let schema) = self { schema } else { nil }
    }

    var refusal: SchemaRegistryError? {
        if case .refused(let error) = self { error } else { nil }
    }

    var isPending: Bool {
        if case .pending = self { true } else { false }
    }
}
