import Foundation
import SinkConfiguration
import Synchronization

@testable import Operator

/// Clusters that answer as told.
final class ScriptedLagClusters: Sendable {
    struct State {
        var made: [ClientProperties: Int] = [:]
        var alive = 0
        var mostAlive = 0
        var reading = 0
        var mostReading = 0
        var answers: [String: Result<GroupLag, LagError>] = [:]
        var rounds: [String: Int] = [:]
    }

    let state = Mutex(State())

    /// One client.
    final class Client: LagCluster {
        let clusters: ScriptedLagClusters
        let servers: String

        init(_ clusters: ScriptedLagClusters, _ servers: String) {
            self.clusters = clusters
            self.servers = servers
            clusters.state.withLock {
                $0.alive += 1
                $0.mostAlive = max($0.mostAlive, $0.alive)
            }
        }

        deinit { clusters.state.withLock { $0.alive -= 1 } }

        func read(
            _ requests: [LagRequest],
            until deadline: ContinuousClock.Instant,
            isStopping: () -> Bool
        ) -> [SinkKey: Result<GroupLag, LagError>] {
            let answer = clusters.state.withLock {
                $0.reading += 1
                $0.mostReading = max($0.mostReading, $0.reading)
                $0.rounds[servers, default: 0] += 1
                return $0.answers[servers]
            }
            defer { clusters.state.withLock { $0.reading -= 1 } }
            guard let answer else {
                // As a Kafka that accepts and never answers.
                while !isStopping(), ContinuousClock.now < deadline { clusters.pause() }
                return [:]
            }
            return Dictionary(uniqueKeysWithValues: requests.map { ($0.key, answer) })
        }
    }

    func pause() { Thread.sleep(forTimeInterval: 0.002) }

    func connect(_ properties: ClientProperties) -> Client {
        state.withLock { $0.made[properties, default: 0] += 1 }
        return Client(self, properties["bootstrap.servers"] ?? "")
    }
}
