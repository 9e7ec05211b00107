import Glibc
import Logging
import Testing

@testable import Daemon

@Suite("Signals before anything runs", .timeLimit(.minutes(3)))
struct EarlySignalTests {
    @Test("are kept, and then end a service with success")
    func keptForService() async {
        await #expect(processExitsWith: .exitCode(0)) {
            EarlySignals.keep()
            raise(SIGTERM)
            EarlySignals.endProcess()
            exit(7)
        }
    }

    @Test("end a service with success as soon as it is known that it is one")
    func service() async {
        await #expect(processExitsWith: .exitCode(0)) {
            EarlySignals.keep()
            EarlySignals.endProcess()
            raise(SIGINT)
            exit(7)
        }
    }

    @Test("are kept, and then have their default effect on what is no service")
    func keptForOthers() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            EarlySignals.keep()
            raise(SIGTERM)
            EarlySignals.release()
            exit(7)
        }
    }

    @Test("have their default effect on what is no service")
    func others() async {
        await #expect(processExitsWith: .signal(SIGINT)) {
            EarlySignals.keep()
            EarlySignals.release()
            raise(SIGINT)
            exit(7)
        }
    }

    @Test("are received although whoever started the process had blocked them")
    func blocked() async {
        await #expect(processExitsWith: .exitCode(0)) {
            var set = sigset_t()
            unsafe sigemptyset(&set)
            unsafe sigaddset(&set, SIGTERM)
            unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
            // Sent to this thread, since the other threads of the test process block nothing.
            raise(SIGTERM)
            EarlySignals.keep()
            EarlySignals.endProcess()
            exit(7)
        }
    }

    @Test("go to the group of services as soon as it runs")
    func group() async {
        await #expect(processExitsWith: .exitCode(3)) {
            struct Work: Service {
                func run() async throws {
                    kill(getpid(), SIGTERM)
                    try await gracefulShutdown()
                }
            }
            EarlySignals.keep()
            EarlySignals.endProcess()
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [.init(service: Work())]),
                logger: Logger(label: "test", sink: MemoryLogSink())
            )
            try await group.run()
            exit(3)
        }
    }

    @Test("do not take its exit code away from a service whose services have ended")
    func afterTheEnd() async {
        await #expect(processExitsWith: .exitCode(3)) {
            struct Failure: Error {}
            struct Work: Service {
                func run() async throws { throw Failure() }
            }
            EarlySignals.keep()
            EarlySignals.endProcess()
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [.init(service: Work())]),
                logger: Logger(label: "test", sink: MemoryLogSink())
            )
            try? await group.run()
            for number in EarlySignals.numbers { raise(number) }
            exit(3)
        }
    }
}
