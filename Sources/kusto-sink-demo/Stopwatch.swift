import Sink
import Synchronization

/// Measures the time since the first task got its partitions.
///
/// The time before that is what Kafka takes to form a consumer group.
final class Stopwatch: PipelineObserver {
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    /// Time since the start, or zero before it.
    var elapsed: Duration { start.withLock { $0.map { ContinuousClock.now - $0 } ?? .zero } }

    func taskTurned(_ task: Int) {}

    func taskJoined(_ task: Int) { start.withLock { $0 = $0 ?? .now } }

    func taskEnded(_ task: Int) {}
}
