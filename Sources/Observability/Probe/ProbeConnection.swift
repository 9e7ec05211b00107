internal import Glibc

/// A TCP connection whose every wait has a deadline.
final class ProbeConnection {
    /// Why there is no answer.
    struct Failure: Error {
        /// The reason, in the system's words.
        let reason: String

        init(reason: String) { self.reason = reason }

        init(code: Int32) { reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)" }
    }

    private let socket: Int32

    /// Connects to an address; names are not looked up.
    /// - Throws: ``Failure``.
    init(to address: HealthProbe.Address, deadline: ContinuousClock.Instant) throws(Failure) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(address.host, String(address.port), &hints, &found)
        guard code == 0, let place = unsafe found else { throw Failure(reason: "'\(address.host)' is no IP address") }
        defer { unsafe freeaddrinfo(place) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = unsafe Glibc.socket(place.pointee.ai_family, type, 0)
        guard socket >= 0 else { throw Failure(code: errno) }
        self.socket = socket
        guard unsafe connect(socket, place.pointee.ai_addr, place.pointee.ai_addrlen) != 0 else { return }
        guard errno == EINPROGRESS else { throw Failure(code: errno) }
        try wait(for: POLLOUT, until: deadline)
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else { throw Failure(code: error) }
    }

    deinit { close(socket) }

    /// Sends all bytes.
    /// - Throws: ``Failure``.
    func send(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe Glibc.send(socket, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, until: deadline)
            } else if errno != EINTR {
                throw Failure(code: errno)
            }
        }
    }

    /// Receives until the other side closes the connection, or until there are `limit` bytes.
    /// - Throws: ``Failure``.
    func receive(upTo limit: Int, deadline: ContinuousClock.Instant) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < limit {
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe recv(socket, buffer.baseAddress, buffer.count, 0)
            }
            if count > 0 {
                bytes += buffer.prefix(count)
            } else if count == 0 {
                break
            } else if errno == EAGAIN {
                try wait(for: POLLIN, until: deadline)
            } else if errno != EINTR {
                throw Failure(code: errno)
            }
        }
        return bytes
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(Failure) {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw Failure(code: ETIMEDOUT) }
            var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            let outcome = unsafe poll(&entry, 1, Int32(clamping: milliseconds + 1))
            if outcome > 0 { return }
            guard outcome == 0 || errno == EINTR else { throw Failure(code: errno) }
        }
    }
}
