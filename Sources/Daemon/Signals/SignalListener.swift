internal import Glibc
internal import Synchronization
internal import Threads

/// Receives signals on a thread of its own for as long as it is open; there is one at a time in a process.
///
/// The signal handler writes the number into a pipe. The alternatives, `sigwait` and `signalfd`, need the signals
/// blocked in every thread, also in those that C libraries started before, and programs that are started from here
/// would inherit the blocking.
final class SignalListener: Sendable {
    /// The signals as they come; a few are kept while nobody reads.
    let received: AsyncStream<Int32>

    private let signals: [Int32]
    private let thread: BlockingThread
    private let writeEnd: Int32

    /// The end of the pipe that the handler writes to; -1 when no listener is open.
    private static let handlerEnd = Atomic<Int32>(-1)

    /// - Throws: ``ExitError`` with `software` when the system has no pipe or thread left.
    init(_ signals: [Int32]) throws(ExitError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw ExitError(.software, "cannot open a pipe for signals: \(Errno.text())")
        }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler must never wait.
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
        let (stream, continuation) = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingOldest(64))
        let isFirst = Self.handlerEnd.compareExchange(
            expected: -1,
            desired: writeEnd,
            ordering: .sequentiallyConsistent
        )
        precondition(isFirst.exchanged, "only one SignalListener may be open")
        do {
            thread = try BlockingThread(name: "signals") {
                var number: UInt8 = 0
                while true {
                    let count = unsafe read(readEnd, &number, 1)
                    if count < 0, errno == EINTR { continue }
                    guard count == 1, number != 0 else { break }
                    continuation.yield(Int32(number))
                }
                Glibc.close(readEnd)
                continuation.finish()
            }
        } catch {
            Self.handlerEnd.store(-1, ordering: .sequentiallyConsistent)
            Glibc.close(readEnd)
            Glibc.close(writeEnd)
            throw ExitError(.software, error.message)
        }
        self.signals = signals
        self.writeEnd = writeEnd
        received = stream
        for number in signals { Self.install(signalHandler, for: number) }
    }

    /// Gives the signals their default effect again, unless the process is a service at its end, and ends the thread.
    func close() {
        if !EarlySignals.ignoreAtEnd() {
            for number in signals { Self.install(SIG_DFL, for: number) }
        }
        Self.handlerEnd.store(-1, ordering: .sequentiallyConsistent)
        var end: UInt8 = 0
        unsafe write(writeEnd, &end, 1)
        thread.join()
        Glibc.close(writeEnd)
    }

    /// Passes a signal on; called in the signal handler, so it calls only what may be called there (signal-safety(7)).
    static func pass(_ number: Int32) {
        let saved = errno
        let end = handlerEnd.load(ordering: .sequentiallyConsistent)
        var byte = UInt8(truncatingIfNeeded: number)
        if end >= 0 { unsafe write(end, &byte, 1) } else { EarlySignals.receive(number) }
        errno = saved
    }

    /// Sets what a signal does.
    /// - Returns: Whether it was ignored before.
    @discardableResult
    static func install(_ handler: __sighandler_t?, for number: Int32) -> Bool {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        var before = sigaction()
        unsafe sigaction(number, &action, &before)
        let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
        return unsafe unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == ignored
    }
}

/// The handler of every signal that is received.
func signalHandler(_ number: Int32) { SignalListener.pass(number) }
