/// Which services a ``ServiceGroup`` runs, and how it ends.
package struct ServiceGroupConfiguration: Sendable {
    /// What the end of one service means for the others.
    package enum TerminationBehavior: Sendable, Hashable {
        /// The others are cancelled.
        case cancelGroup
        /// The others are shut down gracefully.
        case gracefullyShutdownGroup
        /// The others go on.
        case ignore
    }

    /// One service and what its end means.
    package struct ServiceConfiguration: Sendable {
        /// The service.
        package var service: any Service
        /// What follows when it returns by itself.
        package var successTerminationBehavior: TerminationBehavior
        /// What follows when it throws.
        package var failureTerminationBehavior: TerminationBehavior

        /// Creates a configuration; by default any end of the service cancels the others.
        package init(
            service: any Service,
            successTerminationBehavior: TerminationBehavior = .cancelGroup,
            failureTerminationBehavior: TerminationBehavior = .cancelGroup
        ) {
            self.service = service
            self.successTerminationBehavior = successTerminationBehavior
            self.failureTerminationBehavior = failureTerminationBehavior
        }
    }

    /// The services in the order in which they start; they stop in reverse order.
    package var services: [ServiceConfiguration]
    /// Whether SIGTERM and SIGINT shut the group down, a second one cancels it, and SIGHUP has it read again.
    package var handlesSignals: Bool
    /// How long a graceful shutdown may take before the services are cancelled.
    package var maximumGracefulShutdownDuration: Duration
    /// How long the services may take to end after cancellation before ``onUnresponsive`` is called.
    package var maximumCancellationDuration: Duration
    /// Called with the names of services that ignore cancellation; by default the process exits with `software`,
    /// because the group cannot return while they run.
    package var onUnresponsive: @Sendable ([String]) -> Void

    /// Creates a configuration; by default 22 seconds for a graceful shutdown and 2 for a cancellation, which together
    /// leave some of the 30 seconds that Kubernetes gives a pod.
    package init(
        services: [ServiceConfiguration],
        handlesSignals: Bool = true,
        maximumGracefulShutdownDuration: Duration = .seconds(22),
        maximumCancellationDuration: Duration = .seconds(2),
        onUnresponsive: @escaping @Sendable ([String]) -> Void = ServiceGroup.exitUnresponsive
    ) {
        self.services = services
        self.handlesSignals = handlesSignals
        self.maximumGracefulShutdownDuration = maximumGracefulShutdownDuration
        self.maximumCancellationDuration = maximumCancellationDuration
        self.onUnresponsive = onUnresponsive
    }
}
