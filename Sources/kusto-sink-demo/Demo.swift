import Daemon
import Foundation
import Glibc
import Kafka
import Logging
import Synchronization

/// The demo as a service: what it starts it ends, also when somebody interrupts it.
final class Demo: Service {
    let name = "demo"
    /// Takes what goes wrong in the broker and in ADX.
    let logger: Logger
    private let folder: String?
    private let backlogCount: Int
    private let kills: Bool
    private let interrupted = Atomic(false)

    /// - Parameters:
    ///   - folder: Where files are left; `nil` for a new folder.
    ///   - backlogCount: How many records the larger run has.
    ///   - kills: Whether the worker is killed on the way.
    init(folder: String?, backlogCount: Int, kills: Bool, logger: Logger) {
        (self.folder, self.backlogCount, self.kills, self.logger) = (folder, backlogCount, kills, logger)
    }

    /// Whether a signal has ended it.
    var wasInterrupted: Bool { interrupted.load(ordering: .acquiring) }

    func run() async throws {
        let telling = Task { try await tell() }
        try await withGracefulShutdownHandler {
            do {
                try await telling.value
            } catch {
                // Whatever a task says that was cancelled.
                if !wasInterrupted { throw error }
            }
        } onGracefulShutdown: {
            self.interrupted.store(true, ordering: .releasing)
            telling.cancel()
        }
    }

    private func tell() async throws {
        let peers: DemoPeers
        do {
            peers = try DemoPeers(logger: logger)
        } catch {
            throw ExitError(
                .software,
                "Kafka or Azure Data Explorer cannot be started in this process: \(error); free some ports and memory, and try again"
            )
        }
        let story: Story
        do {
            story = try Story(
                peers: peers,
                backlog: Backlog(count: backlogCount, peers.broker.bootstrapServers, logger: logger),
                kills: kills,
                folder: makeFolder(),
                logger: logger
            )
        } catch {
            await peers.stop()
            throw error
        }
        do {
            try await story.tell()
        } catch {
            story.end()
            await peers.stop()
            if wasInterrupted { story.screen.say("interrupted; the workers were ended") }
            throw error is ExitError || error is CancellationError
                ? error
                : ExitError(.software, "the demo cannot go on: \(error); the logs are in \(story.folder.relativePath)")
        }
        story.end()
        await peers.stop()
    }

    private func makeFolder() throws -> URL {
        let url =
            folder.map { URL(filePath: $0, directoryHint: .isDirectory) }
            ?? FileManager.default.temporaryDirectory.appending(component: "kusto-sink-demo-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            // What an earlier run has left.
            for file in try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
            where ["properties", "log"].contains(file.pathExtension) {
                try FileManager.default.removeItem(at: file)
            }
        } catch {
            throw ExitError(
                .usage,
                "cannot use the folder \(url.relativePath): \(error.localizedDescription); name another with --folder"
            )
        }
        return url
    }
}
