internal import Synchronization

/// Hands wishes for a look at a sink to a controller that is made after who wishes.
final class Wishes: Sendable {
    private let look = Mutex<(@Sendable (SinkKey) -> Void)?>(nil)

    /// Lets wishes be fulfilled from now on.
    func fulfil(_ look: @escaping @Sendable (SinkKey) -> Void) { self.look.withLock { $0 = look } }

    /// Wishes for a look at a sink.
    func look(at key: SinkKey) { look.withLock { $0 }?(key) }
}
