internal import Glibc
package import Logging

/// Runs the services of a program: starts them in order, and stops them in reverse order on SIGTERM or SIGINT.
///
/// SIGHUP asks them to read again what may change while they run, and ends none of them.
package final class ServiceGroup: Sendable {
    private enum Event: Sendable {
        case ended(Int, (any Error)?)
        case signal(Int32)
        case shutdownRequested
        case shutdownDeadline
        case cancellationDeadline
        /// A child task that only waits was cancelled.
        case nothing
    }

    private let configuration: ServiceGroupConfiguration
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let handles: [GracefulShutdown]
    private let shutdownRequest = GracefulShutdown()
    private let cancellationRequest = GracefulShutdown()

    /// Creates a group; nothing runs before ``run()``.
    package init(
        configuration: ServiceGroupConfiguration,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        handles = configuration.services.map { _ in GracefulShutdown() }
    }

    /// Asks the services to stop, as the first signal does; may be called from anywhere, at any time.
    package func triggerGracefulShutdown() { shutdownRequest.trigger() }

    /// Runs the services until all have ended; to be called once.
    ///
    /// Returns normally after a graceful shutdown, also when it took too long and the services were cancelled.
    /// Cancelling the caller's task cancels the services.
    /// - Throws: The first error of a service, or ``ServiceGroupError`` if a service ended that should not have.
    package func run() async throws {
        let signals =
            configuration.handlesSignals ? try SignalListener(EarlySignals.numbers + [EarlySignals.reload]) : nil
        defer { signals?.close() }
        let services = configuration.services
        var state = ServiceGroupState(
            services.map { ($0.successTerminationBehavior, $0.failureTerminationBehavior) }
        )
        guard state.phase != .finished else { return }
        var failure: (any Error)?
        await withTaskGroup(of: Event.self) { [self] group in
            for index in services.indices {
                logger.debug("service starts", ["service.name": services[index].service.name])
                group.addTask { [self] in await runService(index) }
            }
            group.addTask { [self] in await waitForRequest() }
            if let signals {
                group.addTask { await Self.next(of: signals) }
                if EarlySignals.takeReload() { reload(state) }
            }
            while let event = await group.next() {
                if Task.isCancelled { perform(state.cancelled(), state, &group) }
                switch event {
                case .ended(let index, let error):
                    let problem = self.problem(of: error, index, state)
                    if failure == nil { failure = problem }
                    perform(state.serviceEnded(index, failed: error != nil), state, &group)
                case .signal(EarlySignals.reload):
                    reload(state)
                    if let signals { group.addTask { await Self.next(of: signals) } }
                case .signal(let number):
                    logger.info("signal received", ["signal.number": number, "signal.name": Self.name(of: number)])
                    perform(state.signalled(), state, &group)
                    if let signals { group.addTask { await Self.next(of: signals) } }
                case .shutdownRequested:
                    perform(state.shutdownRequested(), state, &group)
                case .shutdownDeadline:
                    perform(state.shutdownDeadlinePassed(), state, &group)
                case .cancellationDeadline:
                    perform(state.cancellationDeadlinePassed(), state, &group)
                case .nothing:
                    continue
                }
            }
        }
        if let failure { throw failure }
    }

    private func perform(
        _ actions: [ServiceGroupState.Action],
        _ state: ServiceGroupState,
        _ group: inout TaskGroup<Event>
    ) {
        for action in actions {
            switch action {
            case .shutDown(let index):
                logger.debug("service is asked to stop", ["service.name": configuration.services[index].service.name])
                handles[index].trigger()
            case .startShutdownDeadline:
                logger.info("graceful shutdown begins")
                let limit = configuration.maximumGracefulShutdownDuration
                group.addTask { [clock] in await Self.sleep(limit, clock, then: .shutdownDeadline) }
            case .cancelAll:
                logger.warning("services are cancelled", ["service.names": names(state)])
                cancellationRequest.trigger()
            case .startCancellationDeadline:
                let limit = configuration.maximumCancellationDuration
                group.addTask { [clock] in await Self.sleep(limit, clock, then: .cancellationDeadline) }
            case .giveUp:
                logger.error("services ignore their cancellation", ["service.names": names(state)])
                configuration.onUnresponsive(state.running.sorted().map { configuration.services[$0].service.name })
            case .finish:
                group.cancelAll()
            }
        }
    }

    /// Returns the error with which the end of a service fails the group, and logs an error that the group survives.
    private func problem(of error: (any Error)?, _ index: Int, _ state: ServiceGroupState) -> (any Error)? {
        let service = configuration.services[index]
        guard let error else {
            logger.debug("service ended", ["service.name": service.service.name])
            guard state.isUnexpected(index) else { return nil }
            return ServiceGroupError(
                code: .serviceFinishedUnexpectedly,
                message: "service \(service.service.name) ended although nobody had asked it to"
            )
        }
        if state.phase != .running, error is CancellationError { return nil }
        guard state.phase == .running, service.failureTerminationBehavior == .ignore else { return error }
        logger.error("service failed", ["service.name": service.service.name, "error": "\(error)"])
        return nil
    }

    /// Asks the services that run to read again what may change.
    private func reload(_ state: ServiceGroupState) {
        guard state.phase == .running else { return }
        let reloading = state.running.sorted().filter { configuration.services[$0].service.requestReload() }
        guard reloading.isEmpty else { return }
        logger.info("SIGHUP is ignored: this process reads nothing again while it runs")
    }

    private func names(_ state: ServiceGroupState) -> String {
        state.running.sorted().map { configuration.services[$0].service.name }.joined(separator: ",")
    }

    /// Runs a service in a group of its own, so that services can be cancelled while the deadlines go on.
    private func runService(_ index: Int) async -> Event {
        let service = configuration.services[index].service
        let shutdown = handles[index]
        return await withTaskGroup(of: Event.self) { [cancellationRequest] group in
            group.addTask {
                await GracefulShutdown.$current.withValue(shutdown) {
                    do {
                        try await service.run()
                        return .ended(index, nil)
                    } catch {
                        return .ended(index, error)
                    }
                }
            }
            group.addTask {
                try? await cancellationRequest.wait()
                return .nothing
            }
            var result = Event.nothing
            while let event = await group.next() {
                if case .ended = event { result = event }
                group.cancelAll()
            }
            return result
        }
    }

    private func waitForRequest() async -> Event {
        do {
            try await shutdownRequest.wait()
            return .shutdownRequested
        } catch {
            return .nothing
        }
    }

    private static func name(of signal: Int32) -> String {
        switch signal {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        default: "signal \(signal)"
        }
    }

    private static func next(of signals: SignalListener) async -> Event {
        for await number in signals.received { return .signal(number) }
        return .nothing
    }

    private static func sleep(_ duration: Duration, _ clock: any Clock<Duration>, then event: Event) async -> Event {
        do {
            try await clock.sleep(for: duration)
            return event
        } catch {
            return .nothing
        }
    }

    /// Ends the process because services ignore their cancellation.
    package static func exitUnresponsive(_ names: [String]) {
        let error = ExitError(.software, "services did not end after cancellation: \(names.joined(separator: ", "))")
        TerminationMessage().write(error)
        ProcessLog.standard.end(error, of: "service", isService: true)
        _exit(error.code.rawValue)
    }
}
