/// Everything that a decision about a sink's workers depends on; the same input always gives the same outcome.
package struct ScalingInput: Sendable {
    /// How many pods of the sink there are.
    package struct Workers: Sendable, Hashable {
        /// What the Deployment asks for; 0 without a Deployment.
        package var current: Int
        /// Those that are ready.
        package var ready: Int
        /// Those that are on their way out.
        package var terminating: Int

        /// Creates counts.
        package init(current: Int, ready: Int, terminating: Int = 0) {
            self.current = current
            self.ready = ready
            self.terminating = terminating
        }
    }

    /// One attempt to read the lag.
    package struct Reading: Sendable {
        /// When it was made.
        package var time: ContinuousClock.Instant
        /// What came of it.
        package var outcome: Result<GroupLag, LagError>

        /// Creates a reading.
        package init(time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>) {
            self.time = time
            self.outcome = outcome
        }
    }

    /// The rules.
    package var spec: ScalingSpec
    /// `spec.replicas`, which holds in the modes `Fixed` and `External`.
    package var replicas: Int
    /// How long nothing more is changed after a change: a group needs that to hand its partitions over.
    package var rebalanceSettle: Duration
    /// How long a record waits for its batch in the usual course: lag of that age is no backlog.
    package var commitDelay: Duration
    /// What was remembered after the last decision.
    package var memory: ScalingMemory
    /// The newest reading; `nil` before the first.
    package var reading: Reading?
    /// How many workers there are.
    package var workers: Workers
    /// Whether ADX throttles the workers; `nil` when they do not say.
    package var isThrottled: Bool?
    /// The moment of the decision.
    package var now: ContinuousClock.Instant

    /// Creates an input.
    package init(
        spec: ScalingSpec,
        replicas: Int = 1,
        rebalanceSettle: Duration = .seconds(90),
        commitDelay: Duration = .seconds(45),
        memory: ScalingMemory,
        reading: Reading?,
        workers: Workers,
        isThrottled: Bool? = nil,
        now: ContinuousClock.Instant
    ) {
        self.spec = spec
        self.replicas = replicas
        self.rebalanceSettle = rebalanceSettle
        self.commitDelay = commitDelay
        self.memory = memory
        self.reading = reading
        self.workers = workers
        self.isThrottled = isThrottled
        self.now = now
    }

    /// Takes the rules and the times from a sink's spec.
    ///
    /// The group settles in twice its session timeout (default 45 s); a record waits for its batch's flush (default
    /// 30 s) and 15 s more for upload and commit.
    package init(
        _ spec: SinkSpec,
        memory: ScalingMemory,
        reading: Reading?,
        workers: Workers,
        isThrottled: Bool? = nil,
        now: ContinuousClock.Instant
    ) {
        self.init(
            spec: spec.scaling,
            replicas: spec.replicas,
            rebalanceSettle: (spec.kafka.consumer.sessionTimeout ?? .seconds(45)) * 2,
            commitDelay: (spec.flush.interval ?? .seconds(30)) + .seconds(15),
            memory: memory,
            reading: reading,
            workers: workers,
            isThrottled: isThrottled,
            now: now
        )
    }
}
