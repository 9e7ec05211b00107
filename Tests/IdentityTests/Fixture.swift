import Foundation
import HTTP
import Identity
import Refreshing
import Synchronization

/// A provider of tokens over a script, and a clock that only the test moves.
struct Fixture {
    private final class Time: Sendable {
        let now = Mutex(Duration.zero)
        let pauses = Mutex<[Duration]>([])
        let failures = Mutex<[String]>([])
    }

    private let time = Time()

    /// A clock that passes by as much as somebody waits.
    var clock: IdentityClock {
        IdentityClock(
            now: { [time] in time.now.withLock { $0 } },
            unixSeconds: { [time] in 1_800_000_000 + Double(time.now.withLock { $0 }.components.seconds) },
            sleep: { [time] pause in
                time.pauses.withLock { $0.append(pause) }
                time.now.withLock { $0 += pause }
                return !Task.isCancelled
            }
        )
    }

    /// How long was waited, each time.
    var pauses: [Duration] { time.pauses.withLock { $0 } }
    /// The failures that were told.
    var failures: [String] { time.failures.withLock { $0 } }

    func advance(by duration: Duration) { time.now.withLock { $0 += duration } }

    func provider(
        _ credential: Credential,
        for audience: TokenAudience = .resource("https://r.example", loginEndpoint: "https://login.example"),
        environment: [String: String] = [:],
        _ transport: any HTTPTransport
    ) -> TokenProvider {
        TokenProvider(
            credential,
            for: audience,
            remedy: "check the remedy",
            environment: environment,
            transport: transport,
            clock: clock,
            onFailure: { [time] error in time.failures.withLock { $0.append(error.message) } }
        )
    }
}

/// A folder for a test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/identity-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, in place of one that may be there, and returns its path.
    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}
