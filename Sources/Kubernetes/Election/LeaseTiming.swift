/// How long a lease is good for, and how often it is renewed.
package struct LeaseTiming: Sendable, Hashable {
    /// How long the others wait after the last renewal that they saw before they take the lease over.
    package let leaseDuration: Duration
    /// How long the leader goes on without a renewal that succeeds; shorter than `leaseDuration`.
    package let renewDeadline: Duration
    /// Time between two attempts; by the others with a jitter of up to 1.2 times more.
    package let retryPeriod: Duration

    /// Creates a timing; without arguments 15, 10 and 2 seconds.
    package init(
        leaseDuration: Duration = .seconds(15),
        renewDeadline: Duration = .seconds(10),
        retryPeriod: Duration = .seconds(2)
    ) {
        precondition(leaseDuration > renewDeadline, "a lease must outlast the time in which it is renewed")
        precondition(renewDeadline > retryPeriod * 1.2, "a lease must be renewed more than once before it is lost")
        precondition(leaseDuration >= .seconds(1), "a Lease counts whole seconds")
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
    }
}
