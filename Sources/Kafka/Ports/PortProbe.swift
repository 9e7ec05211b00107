internal import Glibc
internal import Synchronization
internal import Threads

/// Finds out whether an address can be connected to, and who answers there, which librdkafka does not tell.
package enum PortProbe {
    /// Connects to an address, and closes the connection again.
    ///
    /// Blocks at most `timeout`; the search for a name that nobody answers goes on by itself.
    /// - Parameters:
    ///   - address: Where to connect.
    ///   - greets: Whether to begin a request of HTTP, which no broker takes, to see in what words it is refused. Only for
    ///     what does not answer as a broker does.
    ///   - timeout: The most time for all of it.
    package static func look(at address: BrokerAddress, greets: Bool = false, timeout: Duration) -> PortFinding {
        let shared = Shared()
        let hasEnded = BoundedWork.run(name: "port-probe", limit: timeout) {
            let finding = connect(to: address, greets: greets, deadline: .now + timeout, shared)
            shared.finding.withLock { $0 = finding }
        }
        // Where nothing could be looked at nothing is known, which must keep nobody from connecting.
        guard hasEnded != nil else { return .open }
        if let finding = shared.finding.withLock({ $0 }) { return finding }
        return shared.isResolved.load(ordering: .relaxed) ? .unanswered : .unresolved("no name server answers in time")
    }

    private final class Shared: Sendable {
        let finding = Mutex<PortFinding?>(nil)
        let isResolved = Atomic(false)
    }

    private static func connect(
        to address: BrokerAddress,
        greets: Bool,
        deadline: ContinuousClock.Instant,
        _ shared: Shared
    ) -> PortFinding {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(address.host, String(address.port), &hints, &list)
        guard code == 0 else { return .unresolved(unsafe String(cString: gai_strerror(code))) }
        defer { unsafe freeaddrinfo(list) }
        shared.isResolved.store(true, ordering: .relaxed)
        var finding = PortFinding.unanswered
        var next = unsafe list
        var rest = 0
        while let entry = unsafe next {
            rest += 1
            unsafe next = entry.pointee.ai_next
        }
        unsafe next = list
        while let entry = unsafe next {
            // One address that drops packets must leave time for the others.
            let end = ContinuousClock.now + (deadline - .now) / max(1, rest)
            rest -= 1
            finding = unsafe connect(to: entry.pointee, greets: greets, deadline: end)
            if finding.isOpen { return finding }
            unsafe next = entry.pointee.ai_next
        }
        return finding
    }

    private static func connect(
        to entry: addrinfo,
        greets: Bool,
        deadline: ContinuousClock.Instant
    ) -> PortFinding {
        let file = unsafe socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_NONBLOCK.rawValue), entry.ai_protocol)
        guard file >= 0 else {
            // Of what this process lacks nothing follows about the other end.
            return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .open : .unreachable(reason(errno))
        }
        defer { close(file) }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        if unsafe Glibc.connect(file, entry.ai_addr, entry.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { return failure(errno) }
            guard wait(for: POLLOUT, on: file, until: deadline) else { return .unanswered }
            var error: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            _ = unsafe getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size)
            guard error == 0 else { return failure(error) }
        }
        guard greets else { return .open }
        let greeting = Array("GET / HTTP/1.0\r\n\r\n".utf8)
        guard unsafe send(file, greeting, greeting.count, Int32(MSG_NOSIGNAL)) == greeting.count,
            wait(for: POLLIN, on: file, until: deadline)
        else { return .open }
        var answer = [UInt8](repeating: 0, count: 5)
        let count = unsafe recv(file, &answer, answer.count, 0)
        return meaning(Array(answer.prefix(max(0, count))))
    }

    /// Who answers a request of HTTP in these first bytes.
    static func meaning(_ answer: [UInt8]) -> PortFinding {
        // An alert of TLS 1.x: a record of kind 21, version 3.
        if answer.starts(with: [0x15, 3]) { return .speaksTLS }
        if answer.starts(with: Array("HTTP".utf8)) { return .speaksHTTP }
        if answer.starts(with: Array("AMQP".utf8)) { return .speaksAMQP }
        return .open
    }

    private static func failure(_ code: Int32) -> PortFinding {
        switch code {
        case ECONNREFUSED: .refused
        case ETIMEDOUT: .unanswered
        default: .unreachable(reason(code))
        }
    }

    private static func reason(_ code: Int32) -> String { Errno.text(code) }

    /// Waits until a socket is ready; returns whether it is.
    private static func wait(for events: Int32, on file: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = max(0, (deadline - ContinuousClock.now).milliseconds)
            var entry = pollfd(fd: file, events: Int16(events), revents: 0)
            let count = unsafe poll(&entry, 1, left)
            if count < 0, errno == EINTR { continue }
            return count > 0
        }
    }
}
