internal import CGlibc
internal import Glibc
internal import Threads

/// Tells which of libcurl's sockets can be read or written (`epoll(7)`), and lets other threads end the wait.
///
/// An exchange that has nothing to do costs nothing this way, while `curl_multi_perform` would look at every exchange each
/// time. One thread calls ``watch(_:reading:writing:)`` and ``wait(milliseconds:)``; any thread may call ``wake()``.
struct ReadySockets: ~Copyable, Sendable {
    /// A socket on which something can be done.
    struct Event {
        let socket: Int32
        let isReadable: Bool
        let isWritable: Bool
        let hasFailed: Bool
    }

    /// The most events of one wait.
    private static let eventLimit = 32

    private let poll: Int32
    private let alarm: Int32

    /// Creates an instance that watches nothing yet.
    /// - Throws: ``HTTPError`` when the process has no descriptors left.
    init() throws(HTTPError) {
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        alarm = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard poll >= 0, alarm >= 0 else {
            let reason = Errno.text()
            if poll >= 0 { close(poll) }
            if alarm >= 0 { close(alarm) }
            throw HTTPError(.other, "an HTTP client cannot be opened: \(reason); allow the process more open files")
        }
        watch(alarm, reading: true, writing: false)
    }

    deinit {
        close(alarm)
        close(poll)
    }

    /// Begins to watch a socket, or changes what it is watched for.
    func watch(_ socket: Int32, reading: Bool, writing: Bool) {
        let events = (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
        var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: socket))
        if unsafe epoll_ctl(poll, EPOLL_CTL_MOD, socket, &event) != 0 {
            unsafe epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event)
        }
    }

    /// Watches a socket no longer.
    func forget(_ socket: Int32) {
        epoll_ctl(poll, EPOLL_CTL_DEL, socket, nil)
    }

    /// Ends the wait that is under way, or else the next.
    func wake() {
        eventfd_write(alarm, 1)
    }

    /// Waits until a socket is ready or ``wake()`` is called, at most for so many milliseconds.
    func wait(milliseconds: Int) -> [Event] {
        let alarm = alarm
        return unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventLimit) { events in
            let count = unsafe epoll_wait(poll, events.baseAddress, Int32(Self.eventLimit), Int32(milliseconds))
            return unsafe events[..<max(0, Int(count))].compactMap { event in
                guard unsafe event.data.fd != alarm else {
                    var number: eventfd_t = 0
                    unsafe eventfd_read(alarm, &number)
                    return nil
                }
                return unsafe Event(
                    socket: event.data.fd,
                    isReadable: event.events & EPOLLIN.rawValue != 0,
                    isWritable: event.events & EPOLLOUT.rawValue != 0,
                    hasFailed: event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
                )
            }
        }
    }
}
