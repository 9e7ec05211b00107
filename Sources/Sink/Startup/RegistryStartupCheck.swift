internal import SchemaRegistry

/// Whether the schema registries answer and let the worker in.
struct RegistryStartupCheck: Sendable {
    private let registries: [SchemaStore]
    private let waiting: StartupWaiting?

    /// - Parameter waiting: Is told what is waited for.
    init(registries: [SchemaStore], waiting: StartupWaiting? = nil) {
        self.registries = registries
        self.waiting = waiting
    }

    /// Asks until each registry answers or `timeout` is over; a refused credential ends it at once.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [CheckedItem] {
        await withTaskGroup(of: (Int, CheckedItem).self) { group in
            for (place, registry) in registries.enumerated() {
                group.addTask {
                    let problem = await check(registry, timeout: timeout, clock, stop)
                    return (place, CheckedItem(.registry, registry.url, problem.map { .failed($0) } ?? .passed("")))
                }
            }
            var items: [(Int, CheckedItem)] = []
            for await item in group { items.append(item) }
            return items.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func check(
        _ registry: SchemaStore,
        timeout: Duration,
        _ clock: SinkClock,
        _ stop: StopSignal
    ) async -> StartupProblem? {
        let deadline = clock.now() + timeout
        while true {
            do throws(SchemaRegistryError) {
                try await registry.check()
                waiting?.end("the schema registry \(registry.url)")
                return nil
            } catch {
                let isFinal = error.code == .unauthenticated || error.code == .forbidden
                if isFinal { return StartupProblem(.service, error.message) }
                waiting?.note("the schema registry \(registry.url)", error.message)
                if clock.now() >= deadline || stop.isRequested || Task.isCancelled {
                    return StartupProblem(
                        .service,
                        "no success within \(timeout.components.seconds) s (startup.timeout.ms): \(error.message)"
                    )
                }
            }
            await clock.sleep(.milliseconds(500))
        }
    }
}
