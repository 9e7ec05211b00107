import Dispatch
import FoundationEssentials
import KafkaClients
import Logging
import Secrets
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

/// Time that only goes on when somebody waits for it; each wait calls what a test does meanwhile.
private final class SteppedTime: Sendable {
    private struct State {
        var now = Duration.zero
        var waits: [Duration] = []
    }

    private let state = Mutex(State())
    /// Called with the number of waits so far.
    private let onWait: @Sendable (Int) -> Void

    init(onWait: @escaping @Sendable (Int) -> Void) { self.onWait = onWait }

    /// How long was waited each time.
    var waits: [Duration] { state.withLock { $0.waits } }

    var clock: SinkClock {
        SinkClock(
            now: { self.state.withLock { $0.now } },
            wallMilliseconds: { 1_795_737_600_000 },
            sleep: { duration in
                let count = self.state.withLock { state in
                    state.now += duration
                    state.waits.append(duration)
                    return state.waits.count
                }
                self.onWait(count)
            }
        )
    }
}

extension CredentialRotation {
    /// Watches until there are other users or passwords, and returns these.
    fileprivate func firstLogins() async -> [ClientSnapshot.Login] {
        let (given, giving) = AsyncStream.makeStream(of: ClientSnapshot.Login.self)
        let task = Task {
            let next: SinkSettings? = await run { logins in
                for login in logins.values { giving.yield(login) }
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            } open: {
                .success($0.settings)
            }
            #expect(next == nil)
            giving.finish()
        }
        var logins: [ClientSnapshot.Login] = []
        for await login in given { logins.append(login) }
        await task.value
        return logins
    }
}

@Suite("Looking for credentials that were changed", .timeLimit(.minutes(2)))
struct CredentialRotationTests {
    private let folder: String
    private let lines = MemoryLogSink()

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/rotation-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.write(folder, "password", "first")
        try Self.write(folder, "user", "me")
    }

    private static func write(_ folder: String, _ name: String, _ text: String) throws {
        try text.write(to: URL(filePath: "\(folder)/\(name)"), atomically: true, encoding: .utf8)
    }

    private func rotation(
        _ changes: [String: String?],
        _ time: SteppedTime,
        alarm: ChangeSignal? = nil,
        requests: RereadRequests? = nil
    ) throws -> CredentialRotation {
        let base: [String: String?] = [
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
            "sasl.username": "${directory:\(folder):user}", "sasl.password": "${directory:\(folder):password}",
        ]
        let all = base.merging(changes) { $1 }
        let settings = try StartupSamples.settings(all)
        return CredentialRotation(
            settings: settings,
            reread: { () throws(ConfigurationError) in
                do {
                    return try StartupSamples.settings(all)
                } catch let error as ConfigurationError {
                    throw error
                } catch {
                    fatalError("\(error)")
                }
            },
            current: ClientSet(settings, unixSeconds: time.clock.unixSeconds, tokens: nil).snapshots,
            alarm: alarm ?? ChangeSignal(clock: time.clock),
            requests: requests ?? RereadRequests(clock: time.clock),
            clock: time.clock,
            logger: Logger(label: "test", sink: lines)
        )
    }

    @Test("hands a new password on, and looks twice a minute until then")
    func password() async throws {
        let folder = folder
        let time = SteppedTime { count in
            if count == 4 { try? Self.write(folder, "password", "second") }
        }
        let rotation = try rotation([:], time)
        let logins = await rotation.firstLogins()
        #expect(logins.map(\.password) == [Secret("second")])
        // A second and half a minute, twice; then at once another look.
        #expect(time.waits == [.seconds(1), .seconds(30), .seconds(1), .seconds(30), .seconds(1)])
    }

    @Test("looks at once when brokers refuse a client, and less and less often while there is nothing new")
    func refusal() async throws {
        let folder = folder
        // Without the alarm nothing ends the wait between two looks.
        let still = SinkClock(
            now: { .zero },
            wallMilliseconds: { 0 },
            sleep: { _ in try? await Task.sleep(for: .seconds(3600)) }
        )
        let alarm = ChangeSignal(clock: still)
        let time = SteppedTime { count in
            alarm.announce()
            if count == 8 { try? Self.write(folder, "password", "second") }
        }
        let rotation = try rotation([:], time, alarm: alarm)
        #expect(await rotation.firstLogins().count == 1)
        #expect(time.waits == [1, 2, 4, 8, 16, 30, 30, 30, 1].map { .seconds($0) })
    }

    @Test("ends with the settings to go on with when a store has changed, and tells of one that is missing once")
    func store() async throws {
        let folder = folder
        try Self.write(folder, "ca.pem", try StoreSamples.authority)
        let time = SteppedTime { count in
            if count == 2 { try? FileManager.default.removeItem(atPath: "\(folder)/ca.pem") }
            if count == 8 { try? Self.write(folder, "ca.pem", StoreSamples.authority + StoreSamples.other) }
        }
        let rotation = try rotation(
            [
                "security.protocol": "SASL_SSL", "ssl.truststore.location": "\(folder)/ca.pem",
                "flush.size.bytes": "1000",
            ],
            time
        )
        let next = try #require(
            await rotation.run { _ in
                Issue.record("no password has changed")
            } open: {
                .success($0.settings)
            }
        )
        #expect(next.flush.sizeBytes == 1000)
        let told = lines.entries.map(\.message)
        #expect(told.count { $0.contains("cannot be read again") } == 1, "\(told)")
        #expect(told.last?.contains("start anew") == true)
    }

    @Test("keeps the clients while others are of no use, says so once, and tries again at each look")
    func refused() async throws {
        let folder = folder
        try Self.write(folder, "ca.pem", try StoreSamples.authority)
        let time = SteppedTime { count in
            if count == 2 { try? Self.write(folder, "ca.pem", StoreSamples.authority + StoreSamples.other) }
        }
        let rotation = try rotation(
            ["security.protocol": "SASL_SSL", "ssl.truststore.location": "\(folder)/ca.pem"],
            time
        )
        let tries = Mutex(0)
        let next: SinkSettings? = await rotation.run { _ in
        } open: { candidate in
            let count = tries.withLock { count in
                count += 1
                return count
            }
            return count < 4 ? .failure(ClientProblems(["the brokers refuse it"])) : .success(candidate.settings)
        }
        #expect(next != nil && tries.withLock { $0 } == 4)
        let told = lines.entries
        #expect(told.count { $0.message.contains("is of no use yet") } == 1, "\(told)")
        #expect(told.first?.metadata["error"] == "the brokers refuse it")
        #expect(told.last?.message.contains("start anew") == true)
    }

    @Test("looks at once when somebody asks for it, and says what came of it each time")
    func asked() async throws {
        let folder = folder
        // Without a request nothing ends a wait.
        let still = SinkClock(
            now: { .zero },
            wallMilliseconds: { 1_795_737_600_000 },
            sleep: { duration in
                // The second look at something new is made by itself.
                if duration > .seconds(1) { try? await Task.sleep(for: .seconds(3600)) }
            }
        )
        let time = SteppedTime { _ in }
        let requests = RereadRequests(clock: still)
        requests.make()
        var rotation = try rotation([:], time, alarm: ChangeSignal(clock: still), requests: requests)
        rotation.interval = .seconds(3600)
        let logins = Mutex(0)
        let task = Task { [rotation] () -> SinkSettings? in
            await rotation.run { _ in
                logins.withLock { $0 += 1 }
            } open: {
                .success($0.settings)
            }
        }
        func told(_ text: String) -> Int { lines.entries.count { $0.message.contains(text) } }
        func until(_ isDone: () -> Bool) async throws {
            while !isDone() { try await Task.sleep(for: .milliseconds(5)) }
        }
        try await until { told("nothing has changed") == 1 }
        try Self.write(folder, "password", "second")
        requests.make()
        try await until { logins.withLock { $0 } == 1 }
        try FileManager.default.removeItem(atPath: "\(folder)/password")
        requests.make()
        try await until { told("cannot be read again") == 1 }
        requests.make()
        try await until { told("still cannot be read again") == 1 }
        task.cancel()
        #expect(await task.value == nil)
        #expect(told("nothing has changed") == 1 && told("another user or password") == 1)
    }

    @Test("ends with its task, also while the reading of a file hangs")
    func hangs() async throws {
        let time = SteppedTime { _ in }
        let settings = try StartupSamples.settings()
        let (reading, isReading) = AsyncStream.makeStream(of: Void.self)
        let hanging = DispatchSemaphore(value: 0)
        let rotation = CredentialRotation(
            settings: settings,
            reread: { () throws(ConfigurationError) in
                isReading.yield()
                hanging.wait()
                return settings
            },
            current: ClientSet(settings, unixSeconds: time.clock.unixSeconds, tokens: nil).snapshots,
            alarm: ChangeSignal(clock: time.clock),
            requests: RereadRequests(clock: time.clock),
            clock: time.clock,
            logger: Logger(label: "test", sink: lines)
        )
        let task = Task { () -> SinkSettings? in
            await rotation.run { _ in
            } open: {
                .success($0.settings)
            }
        }
        for await _ in reading { break }
        task.cancel()
        #expect(await task.value == nil)
        hanging.signal()
    }
}
