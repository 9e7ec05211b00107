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

    @Test("go to the services when they ask for a reload, before these run and after, and end nothing")
    func reload() async {
        await #expect(processExitsWith: .exitCode(3)) {
            struct Work: Service {
                let reloads: AsyncStream<Void>
                let note: AsyncStream<Void>.Continuation
                func requestReload() -> Bool {
                    note.yield()
                    return true
                }
                func run() async throws {
                    var count = 0
                    for await _ in reloads {
                        count += 1
                        if count == 2 { kill(getpid(), SIGTERM) } else { kill(getpid(), EarlySignals.reload) }
                        if count == 2 { break }
                    }
                    try await gracefulShutdown()
                }
            }
            EarlySignals.keep()
            raise(EarlySignals.reload)
            EarlySignals.endProcess()
            raise(EarlySignals.reload)
            let (reloads, note) = AsyncStream.makeStream(of: Void.self)
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [.init(service: Work(reloads: reloads, note: note))]
                ),
                logger: Logger(label: "test", sink: MemoryLogSink())
            )
            try await group.run()
            // The services have ended, and so does the process: nothing is read again any more.
            raise(EarlySignals.reload)
            exit(3)
        }
    }

    @Test("that ask for a reload are told to have no effect where nothing can be read again")
    func nothingToReload() async {
        await #expect(processExitsWith: .exitCode(3)) {
            struct Work: Service {
                func run() async throws { try await gracefulShutdown() }
            }
            let lines = MemoryLogSink()
            EarlySignals.keep()
            EarlySignals.endProcess()
            raise(EarlySignals.reload)
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [.init(service: Work())]),
                logger: Logger(label: "test", sink: lines)
            )
            let running = Task { try await group.run() }
            while !lines.entries.contains(where: { $0.message.hasPrefix("SIGHUP is ignored") }) { await Task.yield() }
            group.triggerGracefulShutdown()
            try await running.value
            exit(3)
        }
    }

    @Test("that ask for a reload end what is no service, unless nohup had them ignored")
    func hangup() async {
        await #expect(processExitsWith: .signal(SIGHUP)) {
            EarlySignals.keep()
            raise(SIGHUP)
            EarlySignals.release()
            exit(7)
        }
        await #expect(processExitsWith: .exitCode(7)) {
            SignalListener.install(SIG_IGN, for: SIGHUP)
            EarlySignals.keep()
            raise(SIGHUP)
            EarlySignals.release()
            raise(SIGHUP)
            exit(7)
        }
    }
}
