internal import CCurl
internal import Daemon
internal import Synchronization

/// The thread on which all exchanges of a client run, over one multi handle that keeps the connections.
///
/// Unchecked because `multi` is only used on the thread, but for `curl_multi_wakeup`, which may be called from anywhere
/// while the thread lives; the lock of the inbox keeps it alive for that long.
@safe
final class TransferLoop: @unchecked Sendable {
    private enum Command {
        case start(Transfer), cancel(Transfer), resume(Transfer)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isClosed = false
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let multi: UnsafeMutableRawPointer
    private let settings: TransferSettings
    private let inbox = Mutex(Inbox())

    /// Starts the thread.
    /// - Throws: ``HTTPError`` when the system has no thread or libcurl no memory.
    init(_ configuration: HTTPClientConfiguration) throws(HTTPError) {
        settings = try TransferSettings(configuration)
        guard Self.isReady, let multi = unsafe curl_multi_init() else {
            throw HTTPError(.other, "libcurl cannot be initialised")
        }
        unsafe self.multi = unsafe multi
        unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.idleConnections)
        unsafe ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.connectionsPerHost)
    }

    private static let isReady = ccurl_global_init() == CURLE_OK

    /// Runs the loop on a thread of its own until ``close()``.
    func start() throws(HTTPError) {
        do {
            _ = try BlockingThread(name: "http") { self.run() }
        } catch {
            throw HTTPError(.other, error.message)
        }
    }

    /// Begins an exchange; fails it at once when the loop is closed.
    func begin(_ transfer: Transfer) {
        if !send(.start(transfer)) { transfer.fail(Self.closed(transfer)) }
    }

    /// Ends an exchange, whose connection is closed.
    func cancel(_ transfer: Transfer) {
        transfer.isCancelled.store(true, ordering: .releasing)
        _ = send(.cancel(transfer))
    }

    /// Goes on with an exchange that was paused.
    func resume(_ transfer: Transfer) { _ = send(.resume(transfer)) }

    /// Ends all exchanges and the thread.
    func close() {
        inbox.withLock { inbox in
            guard !inbox.hasEnded else { return }
            inbox.isClosed = true
            unsafe curl_multi_wakeup(multi)
        }
    }

    /// Waits until the thread has ended.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isLate = inbox.withLock { inbox in
                if inbox.hasEnded { return true }
                inbox.waiters.append(continuation)
                return false
            }
            if isLate { continuation.resume() }
        }
    }

    private func send(_ command: Command) -> Bool {
        inbox.withLock { inbox in
            guard !inbox.isClosed else { return false }
            inbox.commands.append(command)
            unsafe curl_multi_wakeup(multi)
            return true
        }
    }

    private static func closed(_ transfer: Transfer) -> HTTPError {
        HTTPError(.cancelled, "the HTTP client is shut down", url: transfer.request.url)
    }

    // MARK: The thread

    private func run() {
        var running: [UnsafeMutableRawPointer: Transfer] = unsafe [:]
        while true {
            let (commands, isClosed) = inbox.withLock { inbox in
                defer { inbox.commands.removeAll(keepingCapacity: true) }
                return (inbox.commands, inbox.isClosed)
            }
            for command in commands { unsafe perform(command, &running) }
            if isClosed { break }
            var count: Int32 = 0
            unsafe curl_multi_perform(multi, &count)
            var code = CURLE_OK
            while let handle = unsafe ccurl_multi_finished(multi, &code) {
                unsafe remove(handle, &running)?.finish(code)
            }
            unsafe curl_multi_poll(multi, nil, 0, 1000, nil)
        }
        unsafe running.forEach { handle, transfer in
            unsafe curl_multi_remove_handle(multi, handle)
            transfer.fail(Self.closed(transfer))
        }
        let waiters = inbox.withLock { inbox in
            inbox.hasEnded = true
            return inbox.waiters
        }
        unsafe curl_multi_cleanup(multi)
        for waiter in waiters { waiter.resume() }
    }

    private func perform(_ command: Command, _ running: inout [UnsafeMutableRawPointer: Transfer]) {
        switch command {
        case .start(let transfer):
            guard !transfer.isCancelled.load(ordering: .acquiring) else {
                return transfer.fail(Self.cancelled(transfer))
            }
            do throws(HTTPError) {
                let handle = unsafe try transfer.prepare(settings)
                unsafe running[handle] = transfer
                unsafe curl_multi_add_handle(multi, handle)
            } catch {
                transfer.fail(error)
            }
        case .cancel(let transfer):
            guard let handle = unsafe running.first(where: { unsafe $0.value === transfer })?.key else { return }
            unsafe remove(handle, &running)?.fail(Self.cancelled(transfer))
        case .resume(let transfer):
            guard let handle = unsafe running.first(where: { unsafe $0.value === transfer })?.key else { return }
            unsafe curl_easy_pause(handle, CURLPAUSE_CONT)
        }
    }

    private func remove(
        _ handle: UnsafeMutableRawPointer,
        _ running: inout [UnsafeMutableRawPointer: Transfer]
    ) -> Transfer? {
        unsafe curl_multi_remove_handle(multi, handle)
        return unsafe running.removeValue(forKey: handle)
    }

    private static func cancelled(_ transfer: Transfer) -> HTTPError {
        HTTPError(.cancelled, "the request was cancelled", url: transfer.request.url)
    }
}
