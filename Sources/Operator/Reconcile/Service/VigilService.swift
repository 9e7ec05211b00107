internal import Daemon
internal import Kubernetes

/// Says every few seconds that the parts still go round which would hang without anybody's notice.
///
/// Whether the API server answers is no part of it: a server that is away is no reason to start anew.
struct VigilService: Service {
    /// Is told that a part goes round.
    typealias Beat = @Sendable (_ part: String) -> Void

    let name = "vigil"
    private let clock: KubernetesClock
    private let parts: [(name: String, isWell: @Sendable () -> Bool)]
    private let beat: Beat

    /// Creates a vigil over parts.
    init(
        _ parts: [(name: String, isWell: @Sendable () -> Bool)],
        clock: KubernetesClock,
        beat: @escaping Beat
    ) {
        self.parts = parts
        self.clock = clock
        self.beat = beat
    }

    func run() async throws {
        let shutdown = GracefulShutdown.current ?? GracefulShutdown()
        while !shutdown.isTriggered {
            for part in parts where part.isWell() { beat(part.name) }
            try await clock.sleep(.seconds(1))
        }
    }
}
