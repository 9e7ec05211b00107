// A connection is waiting (for a request, or for the rest of one), answering (its handler runs), or closing (it was
// told to end, but libmicrohttpd has not let go of it yet).
//
//   waiting ──handler starts──> answering ──handler is done──> waiting ──…
//      └── makes room, or out of time ──> closing ──closed──> gone
//
// Only a waiting connection is closed to make room, never one that is being answered.

/// Which connections there are and which of them must end, by the rules of ``HTTPServerConfiguration``.
///
/// Decides only; it knows neither sockets nor clocks.
struct ConnectionTable {
    private enum Phase { case waiting, answering, closing }

    private struct Connection {
        let address: PeerAddress
        var phase = Phase.waiting
        /// When the connection was opened or its last request was over.
        var since: Duration
        let order: UInt64
    }

    private let maximumConnections: Int
    private let maximumPerAddress: Int
    private let exchangeTimeout: Duration?
    private var connections: [Int32: Connection] = [:]
    private var opened: UInt64 = 0

    init(maximumConnections: Int, maximumPerAddress: Int, exchangeTimeout: Duration?) {
        self.maximumConnections = maximumConnections
        self.maximumPerAddress = maximumPerAddress
        self.exchangeTimeout = exchangeTimeout
    }

    /// Takes in a connection and returns those that must end to make room for it.
    /// - Parameter descriptor: The socket's number, by which a connection is known while it is open.
    mutating func open(_ descriptor: Int32, from address: PeerAddress, at now: Duration) -> [Int32] {
        let fromAddress = connections.count { $0.value.phase != .closing && $0.value.address == address }
        let all = connections.count { $0.value.phase != .closing }
        var victim: Int32?
        if fromAddress >= maximumPerAddress {
            victim = longestWaiting { $0.address == address }
        } else if all >= maximumConnections {
            // The address with the most connections makes room, so that one client cannot push out the others.
            let crowd = crowdedAddress(orElse: address)
            victim = longestWaiting { $0.address == crowd }
        }
        connections[descriptor] = Connection(address: address, since: now, order: opened)
        opened &+= 1
        return victim.map { [close($0)] } ?? []
    }

    /// Says that a connection's request is being answered.
    mutating func startAnswering(_ descriptor: Int32) { move(descriptor, from: .waiting, to: .answering) }

    /// Says that the handler has given its answer, which the client may take its time to receive.
    mutating func finishAnswering(_ descriptor: Int32) { move(descriptor, from: .answering, to: .waiting) }

    /// Says that a request is over, so that the time for the next one begins.
    mutating func finishExchange(_ descriptor: Int32, at now: Duration) {
        move(descriptor, from: .answering, to: .waiting)
        connections[descriptor]?.since = now
    }

    /// Forgets a connection.
    mutating func remove(_ descriptor: Int32) { connections[descriptor] = nil }

    /// Returns the connections whose time for an exchange is over.
    mutating func expired(at now: Duration) -> [Int32] {
        guard let exchangeTimeout else { return [] }
        return connections.filter { $0.value.phase != .closing && now - $0.value.since >= exchangeTimeout }
            .map { close($0.key) }
    }

    /// When the next connection runs out of time; `nil` while none can.
    var nextExpiry: Duration? {
        guard let exchangeTimeout else { return nil }
        return connections.values.lazy.filter { $0.phase != .closing }.map(\.since).min().map { $0 + exchangeTimeout }
    }

    private mutating func move(_ descriptor: Int32, from old: Phase, to new: Phase) {
        if connections[descriptor]?.phase == old { connections[descriptor]?.phase = new }
    }

    private mutating func close(_ descriptor: Int32) -> Int32 {
        connections[descriptor]?.phase = .closing
        return descriptor
    }

    private func longestWaiting(where isMeant: (Connection) -> Bool) -> Int32? {
        connections.filter { $0.value.phase == .waiting && isMeant($0.value) }
            .min { ($0.value.since, $0.value.order) < ($1.value.since, $1.value.order) }?.key
    }

    /// The address with the most waiting connections; `newcomer` when no other has more.
    private func crowdedAddress(orElse newcomer: PeerAddress) -> PeerAddress? {
        var counts: [PeerAddress: Int] = [:]
        for connection in connections.values where connection.phase == .waiting {
            counts[connection.address, default: 0] += 1
        }
        guard let most = counts.values.max() else { return nil }
        if counts[newcomer] == most { return newcomer }
        return longestWaiting { counts[$0.address] == most }.flatMap { connections[$0]?.address }
    }
}
