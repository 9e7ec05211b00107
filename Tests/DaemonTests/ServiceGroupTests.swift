import Daemon
import Glibc
import Logging
import Synchronization
import Testing
import Threads

@Suite("A service group", .timeLimit(.minutes(3)))
struct ServiceGroupTests {
    private struct Failure: Error {}

    /// What happened, in order.
    private final class Journal: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private struct TestService: Service {
        let name: String
        let body: @Sendable () async throws -> Void
        func run() async throws { try await body() }
    }

    /// The machine's clock, on which no sleep ends before a moment of the test's.
    private struct HeldClock: Clock {
        let moment: GracefulShutdown
        var now: ContinuousClock.Instant { .now }
        var minimumResolution: Duration { .zero }
        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            try await moment.wait()
            try await ContinuousClock().sleep(until: deadline)
        }
    }

    private let journal = Journal()

    /// A service that waits for its shutdown; `then` runs when it is asked.
    private func waiting(
        _ name: String,
        started: @escaping @Sendable () -> Void = {},
        then: @escaping @Sendable () async throws -> Void = {}
    ) -> ServiceGroupConfiguration.ServiceConfiguration {
        .init(
            service: TestService(name: name) { [journal] in
                started()
                try await gracefulShutdown()
                journal.add(name)
                try await then()
            }
        )
    }

    private func group(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration],
        handlesSignals: Bool = false,
        shutdown: Duration = .seconds(30),
        cancellation: Duration = .seconds(30),
        clock: any Clock<Duration> = ContinuousClock(),
        onUnresponsive: @escaping @Sendable ([String]) -> Void = { _ in }
    ) -> ServiceGroup {
        ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                handlesSignals: handlesSignals,
                maximumGracefulShutdownDuration: shutdown,
                maximumCancellationDuration: cancellation,
                onUnresponsive: onUnresponsive
            ),
            logger: Logger(label: "test", sink: MemoryLogSink()),
            clock: clock
        )
    }

    @Test("stops its services in reverse order")
    func order() async throws {
        let group = group([waiting("endpoint"), waiting("sink"), waiting("source")])
        group.triggerGracefulShutdown()
        try await group.run()
        #expect(journal.all == ["source", "sink", "endpoint"])
    }

    @Test("shuts down gracefully when the service that may end has ended")
    func successfulEnd() async throws {
        let work = ServiceGroupConfiguration.ServiceConfiguration(
            service: TestService(name: "work") { [journal] in journal.add("work") },
            successTerminationBehavior: .gracefullyShutdownGroup
        )
        try await group([waiting("endpoint"), work]).run()
        #expect(journal.all == ["work", "endpoint"])
    }

    @Test("fails when a service ends that should not")
    func unexpectedEnd() async {
        let group = group([waiting("endpoint"), .init(service: TestService(name: "work") {})])
        let error = await #expect(throws: ServiceGroupError.self) { try await group.run() }
        #expect(error?.code == .serviceFinishedUnexpectedly)
        #expect(error?.message == "service work ended although nobody had asked it to")
        #expect(journal.all.isEmpty)
    }

    @Test("throws the first error of a service and cancels the others")
    func failure() async {
        let group = group([waiting("endpoint"), .init(service: TestService(name: "work") { throw Failure() })])
        await #expect(throws: Failure.self) { try await group.run() }
        #expect(journal.all.isEmpty)
    }

    @Test("throws an error after a graceful shutdown that it asked for")
    func gracefulFailure() async {
        let failing = ServiceGroupConfiguration.ServiceConfiguration(
            service: TestService(name: "work") { throw ExitError(.temporaryFailure, "batch failed") },
            failureTerminationBehavior: .gracefullyShutdownGroup
        )
        let group = group([waiting("endpoint"), failing])
        await #expect(throws: ExitError(.temporaryFailure, "batch failed")) { try await group.run() }
        #expect(journal.all == ["endpoint"])
    }

    @Test("cancels services that take too long, and still returns")
    func tooLong() async throws {
        let slow = waiting("slow", then: { try await Task.sleep(for: .seconds(3600)) })
        let group = group([slow], shutdown: .milliseconds(1))
        group.triggerGracefulShutdown()
        try await group.run()
        #expect(journal.all == ["slow"])
    }

    @Test("names the services that ignore their cancellation")
    func unresponsive() async throws {
        let (asked, gate) = (GracefulShutdown(), GracefulShutdown())
        let deaf = waiting(
            "deaf",
            then: {
                // Before that its time does not run out, however late its turn comes.
                asked.trigger()
                // Waits in a task that no cancellation reaches, as a thread in C would.
                await withCheckedContinuation { continuation in gate.onTrigger { continuation.resume() } }
            }
        )
        let group = group(
            [deaf],
            shutdown: .milliseconds(1),
            cancellation: .milliseconds(1),
            clock: HeldClock(moment: asked)
        ) { [journal] names in
            journal.add("unresponsive: \(names)")
            gate.trigger()
        }
        group.triggerGracefulShutdown()
        try await group.run()
        #expect(journal.all == ["deaf", "unresponsive: [\"deaf\"]"])
    }

    @Test("tells a thread outside of tasks")
    func thread() async throws {
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: TestService(name: "poll") { [journal] in
                guard let shutdown = GracefulShutdown.current else { return }
                try await BlockingThread.run(name: "poll") {
                    while !shutdown.isTriggered { usleep(100) }
                }
                journal.add(shutdown.isTriggered ? "stopped" : "ended")
            }
        )
        let group = group([service])
        group.triggerGracefulShutdown()
        try await group.run()
        #expect(journal.all == ["stopped"])
    }

    @Test("shuts down at a signal and exits with 0")
    func signal() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let service = TestService(name: "work") {
                kill(getpid(), SIGTERM)
                try await gracefulShutdown()
            }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [.init(service: service)]),
                logger: Logger(label: "test", sink: MemoryLogSink())
            )
            try await group.run()
            exit(0)
        }
    }

    @Test("cancels at a second signal")
    func secondSignal() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let service = TestService(name: "work") {
                kill(getpid(), SIGINT)
                try await gracefulShutdown()
                kill(getpid(), SIGINT)
                do { try await Task.sleep(for: .seconds(3600)) } catch { exit(7) }
            }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [.init(service: service)]),
                logger: Logger(label: "test", sink: MemoryLogSink())
            )
            try await group.run()
            exit(0)
        }
    }
}
