import Sink
import Synchronization

/// Runs from when the first task has its partitions: what a consumer group takes to form is Kafka's time, not the sink's.
final class Stopwatch: PipelineObserver {
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    /// Time since the start, or zero before it.
    var elapsed: Duration { start.withLock { $0.map { ContinuousClock.now - $0 } ?? .zero } }

    func taskTurned(_ task: Int) {}

    func taskJoined(_ task: Int) { start.withLock { $0 = $0 ?? .now } }

    func taskEnded(_ task: Int) {}
}
