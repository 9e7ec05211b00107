internal import SchemaRegistry

/// Whether the schema registries answer and let the worker in.
struct RegistryStartupCheck: Sendable {
    private let registries: [SchemaStore]

    init(registries: [SchemaStore]) { self.registries = registries }

    /// Asks until each registry answers or `timeout` is over; a refused credential ends it at once.
    func run(timeout: Duration, clock: SinkClock, stop: StopSignal) async -> [StartupProblem] {
        await withTaskGroup(of: StartupProblem?.self) { group in
            for registry in registries {
                group.addTask { await check(registry, timeout: timeout, clock, stop) }
            }
            var problems: [StartupProblem] = []
            for await problem in group { if let problem { problems.append(problem) } }
            return problems
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
                return nil
            } catch {
                let isFinal = error.code == .unauthenticated || error.code == .forbidden
                if isFinal { return StartupProblem(.service, error.message) }
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
