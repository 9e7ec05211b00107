internal import Glibc
internal import Synchronization

/// What SIGTERM, SIGINT and SIGHUP do from the first moment of the process until a ``ServiceGroup`` listens, and after it.
///
/// At first they are kept for later. When the command line says that the process is a service, a signal ends it with
/// success, since nothing has begun that would have to be finished; otherwise a signal has its default effect. Once the
/// services have ended so does the process, and a signal must not take its exit code away.
///
/// SIGHUP never ends a service: one that comes before the services run is handed to them when they do.
enum EarlySignals {
    /// The signals that ask a process to stop.
    static let numbers = [SIGTERM, SIGINT]
    /// The signal that asks a service to read again what may change while it runs.
    static let reload = SIGHUP

    /// 0 while signals are kept, then the number of the one that was kept, or one of those below.
    private static let state = Atomic<Int32>(0)
    private static let ends: Int32 = -1
    private static let hasDefaultEffect: Int32 = -2
    private static let isOver: Int32 = -3
    /// Whether a SIGHUP was received that nobody has taken yet.
    private static let isReloadWanted = Atomic<Bool>(false)
    /// Whether whoever started the process has it ignore SIGHUP, as `nohup` does.
    private static let ignoresHangup = Atomic<Bool>(false)

    /// Keeps the signals for later; to be called first of all.
    ///
    /// The parent process may have blocked them, so that none is lost while the libraries are loaded: from here on they
    /// are received.
    static func keep() {
        state.store(0, ordering: .sequentiallyConsistent)
        isReloadWanted.store(false, ordering: .sequentiallyConsistent)
        for number in numbers { SignalListener.install(signalHandler, for: number) }
        let isIgnored = SignalListener.install(signalHandler, for: reload)
        ignoresHangup.store(isIgnored, ordering: .sequentiallyConsistent)
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in numbers + [reload] { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Lets a signal end the process with success, at once if one was kept, until a ``ServiceGroup`` listens.
    static func endProcess() {
        if state.exchange(ends, ordering: .sequentiallyConsistent) > 0 { _exit(ExitCode.success.rawValue) }
    }

    /// Lets signals do nothing any more, if the process is a service, which has ended.
    /// - Returns: Whether that is so.
    static func ignoreAtEnd() -> Bool {
        state.compareExchange(expected: ends, desired: isOver, ordering: .sequentiallyConsistent).exchanged
    }

    /// Gives the signals their default effect, at once if one was kept; a SIGHUP that was ignored is ignored again.
    static func release() {
        let kept = state.exchange(hasDefaultEffect, ordering: .sequentiallyConsistent)
        for number in numbers { SignalListener.install(SIG_DFL, for: number) }
        let isIgnored = ignoresHangup.load(ordering: .sequentiallyConsistent)
        SignalListener.install(isIgnored ? SIG_IGN : SIG_DFL, for: reload)
        if kept > 0 { raise(kept) }
        if takeReload() { raise(reload) }
    }

    /// Returns whether a SIGHUP came before anybody listened, once.
    static func takeReload() -> Bool { isReloadWanted.exchange(false, ordering: .sequentiallyConsistent) }

    /// Called in the signal handler when nobody listens, so it calls only what may be called there (signal-safety(7)).
    static func receive(_ number: Int32) {
        guard number != reload else { return isReloadWanted.store(true, ordering: .sequentiallyConsistent) }
        let (isKept, before) = state.compareExchange(expected: 0, desired: number, ordering: .sequentiallyConsistent)
        guard !isKept else { return }
        switch before {
        case ends: _exit(ExitCode.success.rawValue)
        case hasDefaultEffect:
            SignalListener.install(SIG_DFL, for: number)
            raise(number)
        default: return
        }
    }
}
