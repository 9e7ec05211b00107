internal import Glibc
internal import Synchronization
internal import Threads

/// Ends the connections that a ``ConnectionTable`` says must end, at once or when their time is over.
///
/// libmicrohttpd itself only limits how long a connection may be silent, and takes no more connections when it is full.
final class ConnectionGuard: Sendable {
    private let table: Mutex<ConnectionTable>
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let watchesTime: Bool
    /// Messages that wake the thread: `false` for the first connection of several, `true` for the end.
    private let messages = HandOverQueue<Bool>(capacity: 1)

    /// Watches over no connection yet.
    init(_ configuration: HTTPServerConfiguration) {
        start = clock.now
        watchesTime = configuration.exchangeTimeout != nil
        table = Mutex(
            ConnectionTable(
                maximumConnections: configuration.maximumConnections,
                maximumPerAddress: configuration.maximumConnectionsPerAddress,
                exchangeTimeout: configuration.exchangeTimeout
            )
        )
    }

    /// Starts the thread that watches the time, if time matters.
    /// - Throws: `ThreadStartError` when the system has no thread left.
    func run() throws(ThreadStartError) {
        guard watchesTime else { return }
        _ = try BlockingThread(name: "http-guard") { [self] in watch() }
    }

    /// Ends the thread.
    func stop() { messages.addAtOnce(true) }

    /// Takes in a connection; others may have to end to make room for it.
    func open(_ descriptor: Int32, from address: PeerAddress) {
        let isFirst = table.withLock { table in
            let wasEmpty = table.nextExpiry == nil
            Self.end(table.open(descriptor, from: address, at: now))
            return wasEmpty
        }
        // While there are older connections, the thread wakes for the first of them, which is before this one's time is
        // over.
        if isFirst, watchesTime { messages.addAtOnce(false) }
    }

    /// Says that a connection's request is being answered.
    func startAnswering(_ descriptor: Int32) { table.withLock { $0.startAnswering(descriptor) } }

    /// Says that the handler has given its answer.
    func finishAnswering(_ descriptor: Int32) { table.withLock { $0.finishAnswering(descriptor) } }

    /// Says that a request is over.
    func finishExchange(_ descriptor: Int32) { table.withLock { $0.finishExchange(descriptor, at: now) } }

    /// Forgets a connection, whose socket is closed after this.
    func remove(_ descriptor: Int32) { table.withLock { $0.remove(descriptor) } }

    private var now: Duration { start.duration(to: clock.now) }

    private func watch() {
        while true {
            let next = table.withLock { table in
                Self.end(table.expired(at: now))
                return table.nextExpiry
            }
            let wait = next.map { max($0 - now, .milliseconds(1)) } ?? .seconds(3600)
            if messages.takeAll(timeout: wait).contains(true) { return }
        }
    }

    /// Ends connections: libmicrohttpd finds their end at once and closes them.
    ///
    /// Called under the lock: otherwise a descriptor might already be closed and belong to another socket. It does not
    /// wait.
    private static func end(_ descriptors: [Int32]) {
        for descriptor in descriptors { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
}
