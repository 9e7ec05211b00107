internal import CCurl
internal import Glibc
internal import Synchronization
internal import Threads

/// The thread on which all exchanges of a client run, over one multi handle that keeps the connections.
///
/// It is an executor too: a task that prefers it continues on the thread on which its answer arrived, so no other thread has
/// to wake up.
///
/// Unchecked because the multi handle and what belongs to it are touched by the thread alone once it runs.
@safe
final class TransferLoop: TaskExecutor, @unchecked Sendable {
    private enum Command {
        case start(Transfer), cancel(Transfer), resume(Transfer), job(UnownedJob)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isClosed = false
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let multi: UnsafeMutableRawPointer
    private let sockets: ReadySockets
    /// When libcurl wants to be called though no socket is ready.
    private var due: ContinuousClock.Instant?
    /// The exchanges under way, by libcurl's handles.
    private var running: [UnsafeMutableRawPointer: Transfer] = unsafe [:]
    /// Those of them that have an idle limit.
    private var limited: [UnsafeMutableRawPointer: Transfer] = unsafe [:]
    private let settings: TransferSettings
    private let inbox = Mutex(Inbox())
    /// The loop's own thread, which does not have to wake itself; 0 before it runs.
    private let thread = Atomic<pthread_t>(0)

    /// Starts the thread.
    /// - Throws: ``HTTPError`` when the system has no thread or libcurl no memory.
    init(_ configuration: HTTPClientConfiguration) throws(HTTPError) {
        settings = try TransferSettings(configuration)
        sockets = try ReadySockets()
        guard Self.isReady, let multi = unsafe curl_multi_init() else {
            throw HTTPError(.other, "libcurl cannot be initialised")
        }
        unsafe self.multi = unsafe multi
        unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.idleConnections)
        unsafe ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.connectionsPerHost)
        unsafe ccurl_multi_set_callbacks(multi, socketChanged, timerChanged, Unmanaged.passUnretained(self).toOpaque())
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

    /// Ends an exchange and closes its connection.
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
            sockets.wake()
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

    /// Takes a job of the Swift runtime; once the loop is closed, the global executor runs it.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !send(.job(job)) { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    private func send(_ command: Command) -> Bool {
        inbox.withLock { inbox in
            guard !inbox.isClosed else { return false }
            // If commands are waiting already, the thread was woken for the first of them and will find this one too.
            if inbox.commands.isEmpty, thread.load(ordering: .relaxed) != pthread_self() {
                sockets.wake()
            }
            inbox.commands.append(command)
            return true
        }
    }

    private static func closed(_ transfer: Transfer) -> HTTPError {
        HTTPError(.cancelled, "the HTTP client is shut down", url: transfer.request.url)
    }

    // MARK: The thread

    private func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        while true {
            let (commands, isClosed) = inbox.withLock { inbox in
                defer { inbox.commands.removeAll(keepingCapacity: true) }
                return (inbox.commands, inbox.isClosed)
            }
            for command in commands { perform(command) }
            if isClosed { break }
            if let due, due <= .now {
                self.due = nil
                turn(CURL_SOCKET_BAD)
            }
            finish()
            for event in sockets.wait(milliseconds: patience) { turn(event.socket, event.flags) }
            finish()
            // After the sockets: what has come while this thread did not run counts.
            endIdle()
        }
        unsafe running.forEach { handle, transfer in
            unsafe curl_multi_remove_handle(multi, handle)
            transfer.fail(Self.closed(transfer))
        }
        unsafe running.removeAll()
        unsafe limited.removeAll()
        let waiters = inbox.withLock { inbox in
            inbox.hasEnded = true
            return inbox.waiters
        }
        unsafe curl_multi_cleanup(multi)
        for waiter in waiters { waiter.resume() }
    }

    /// How many milliseconds there are to wait for sockets; a second at most.
    private var patience: Int {
        guard inbox.withLock({ $0.commands.isEmpty && !$0.isClosed }) else { return 0 }
        let idle = unsafe limited.values.compactMap(\.idleDeadline).min()
        guard let due = [due, idle].compactMap(\.self).min() else { return 1000 }
        return min(1000, (due - .now).milliseconds)
    }

    /// Ends the exchanges whose servers have said nothing for too long.
    private func endIdle() {
        guard unsafe !limited.isEmpty else { return }
        let now = ContinuousClock.now
        unsafe limited.filter { unsafe $0.value.idleDeadline.map { $0 <= now } ?? false }.forEach { handle, transfer in
            unsafe remove(handle)?.fail(transfer.idleError)
        }
    }

    /// Lets libcurl do what can be done at a socket, or what is due when there is none.
    private func turn(_ socket: Int32, _ flags: Int32 = 0) {
        var count: Int32 = 0
        unsafe curl_multi_socket_action(multi, socket, flags, &count)
    }

    /// Ends the exchanges that libcurl is done with.
    private func finish() {
        var code = CURLE_OK
        while let handle = unsafe ccurl_multi_finished(multi, &code) {
            unsafe remove(handle)?.finish(code)
        }
    }

    private func perform(_ command: Command) {
        switch command {
        case .start(let transfer):
            guard !transfer.isCancelled.load(ordering: .acquiring) else {
                return transfer.fail(Self.cancelled(transfer))
            }
            do throws(HTTPError) {
                let handle = unsafe try transfer.prepare(settings)
                unsafe running[handle] = transfer
                if transfer.request.idleTimeout != nil { unsafe limited[handle] = transfer }
                let code = unsafe curl_multi_add_handle(multi, handle)
                guard code == CURLM_OK else {
                    unsafe _ = remove(handle)
                    let reason = unsafe String(cString: curl_multi_strerror(code))
                    throw HTTPError(.other, "libcurl cannot begin the request: \(reason)", url: transfer.request.url)
                }
            } catch {
                transfer.fail(error)
            }
        case .cancel(let transfer):
            guard let handle = unsafe running.first(where: { unsafe $0.value === transfer })?.key else { return }
            unsafe remove(handle)?.fail(Self.cancelled(transfer))
        case .resume(let transfer):
            guard let handle = unsafe running.first(where: { unsafe $0.value === transfer })?.key else { return }
            transfer.resumed()
            unsafe curl_easy_pause(handle, CURLPAUSE_CONT)
        case .job(let job):
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    private func remove(_ handle: UnsafeMutableRawPointer) -> Transfer? {
        unsafe curl_multi_remove_handle(multi, handle)
        unsafe limited.removeValue(forKey: handle)
        return unsafe running.removeValue(forKey: handle)
    }

    private static func cancelled(_ transfer: Transfer) -> HTTPError {
        HTTPError(.cancelled, "the request was cancelled", url: transfer.request.url)
    }

    // MARK: Callbacks of libcurl

    fileprivate func watch(_ socket: Int32, for wish: Int32) {
        switch wish {
        case CURL_POLL_REMOVE: sockets.forget(socket)
        default: sockets.watch(socket, reading: wish & CURL_POLL_IN != 0, writing: wish & CURL_POLL_OUT != 0)
        }
    }

    fileprivate func callBack(in milliseconds: Int) {
        due = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
    }
}

private func loop(_ pointer: UnsafeMutableRawPointer?) -> TransferLoop? {
    unsafe pointer.map { unsafe Unmanaged<TransferLoop>.fromOpaque($0).takeUnretainedValue() }
}

private let socketChanged:
    @convention(c) (
        UnsafeMutableRawPointer?, curl_socket_t, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
    ) -> Int32 = { _, socket, wish, this, _ in
        unsafe loop(this)?.watch(socket, for: wish)
        return 0
    }

private let timerChanged: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Int32 = {
    _,
    milliseconds,
    this in
    unsafe loop(this)?.callBack(in: milliseconds)
    return 0
}

extension ReadySockets.Event {
    /// What happened, in libcurl's terms.
    fileprivate var flags: Int32 {
        (isReadable ? CURL_CSELECT_IN : 0) | (isWritable ? CURL_CSELECT_OUT : 0) | (hasFailed ? CURL_CSELECT_ERR : 0)
    }
}
