import Observability
import Sink

/// Passes on to the endpoint how the pipeline's tasks are doing.
struct HealthObserver: PipelineObserver {
    let health: HealthState

    func taskStarted(_ task: Int) {
        health.setReady(Self.name(task), unless: Self.reason)
        health.beat(Self.name(task))
    }

    func taskTurned(_ task: Int) { health.beat(Self.name(task)) }

    func taskJoined(_ task: Int) { health.setReady(Self.name(task)) }

    func taskEnded(_ task: Int) { health.forget(Self.name(task)) }

    func problemAppeared(_ key: String, _ text: String) { health.report(ReadinessProblem(key: key, text: text)) }

    func problemCleared(_ key: String) { health.clear(key) }

    /// Keeps the process from being ready before every task has joined the group.
    func expect(tasks: Int) {
        for task in 0..<tasks { health.setReady(Self.name(task), unless: Self.reason) }
    }

    private static let reason = "has not joined the consumer group yet"

    private static func name(_ task: Int) -> String { "task \(task)" }
}
