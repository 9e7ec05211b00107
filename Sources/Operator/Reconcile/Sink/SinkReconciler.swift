internal import FoundationEssentials
internal import JSON
package import Kubernetes
package import Logging
package import Metrics

/// Makes the cluster be as a KustoSink wants it: one sink, one look at a time.
///
/// A look is about a name, never about an event. It reads what the caches know, computes what is wanted, and writes
/// what differs, in an order in which every write leaves a state from which the next look goes on: when the process
/// ends between any two writes, the next one ends where this one would have.
///
/// What cannot be rendered leaves running workers as they are: a bad edit, a Secret that is gone for a moment or a
/// foreign object in the way never tears anything down. How many workers run still follows the spec then, as long as
/// the spec itself is in order.
package struct SinkReconciler: Sendable {
    /// When a sink is looked at although nothing has happened.
    static let resync = Duration.seconds(600)
    /// How long a refusal by the server's rules about who may do what is left alone.
    static let refusalPause = Duration.seconds(60)
    /// How long something that is about to go away is waited for before it is looked at again, at first.
    static let leavingPause = Duration.seconds(2)
    /// The same after many looks.
    static let leavingLimit = Duration.seconds(60)
    /// How long the first list of a watch is waited for before the sink is looked at again without it.
    static let watchPause = Duration.seconds(10)
    /// How often Strimzi's resources are read, which are not watched.
    static let strimziPause = Duration.seconds(60)
    /// The longest wait that the server may ask for.
    static let retryAfterLimit = Duration.seconds(120)
    /// How long it is believed that a sink is there which the server has just shown.
    static let sightPatience = Duration.seconds(10)
    /// How often lag is looked at.
    static let scalingPause = Duration.seconds(15)

    let view: ClusterView
    let written: WrittenObjects
    let strimzi: StrimziReader
    let tools: SinkTools
    let memories = SinkMemories()
    let metrics: SinkMetrics
    let clock: KubernetesClock
    let logger: Logger
    /// The start of the clock's time among the instants that scaling counts in.
    let origin: ContinuousClock.Instant

    /// Creates a reconciler.
    /// - Parameters:
    ///   - api: The API, fenced, so that nothing is written without the lease.
    ///   - cache: What watches have brought.
    ///   - tools: What is needed besides the cluster.
    ///   - registry: Where the sinks' metrics are read.
    package init(
        api: any KubernetesAPI,
        cache: any ClusterCache,
        tools: SinkTools,
        registry: MetricsRegistry,
        clock: KubernetesClock = .system,
        logger: Logger
    ) {
        written = WrittenObjects(clock: clock)
        view = ClusterView(api: api, cache: cache, written: written, missed: tools.missedKind)
        strimzi = StrimziReader(api: api, serves: tools.hasKind)
        self.tools = tools
        self.clock = clock
        self.logger = logger
        metrics = SinkMetrics(registry: registry)
        origin = ContinuousClock.now - clock.now()
    }

    /// Takes what a watch brings.
    /// - Parameter object: The object as it is now, or `nil` when it is gone.
    /// - Returns: Whether the change is our own, so that nobody has to look at it.
    package func saw(_ reference: ObjectReference, _ object: KubernetesObject?) -> Bool {
        written.saw(reference, object)
    }

    /// Looks at one sink and does what is to be done.
    package func reconcile(_ key: SinkKey) async -> ReconcileOutcome {
        let reference = ObjectReference(KustoSink.kind, namespace: key.namespace, name: key.name)
        guard let object = view.known(reference) else {
            forget(key)
            return .settled(lookAgain: nil)
        }
        var look = SinkLook(sink: KustoSink(decoding: object), reference: reference, memory: memory(of: key, object))
        defer { if !look.isGone { memories.keep(look.memory, of: key) } }
        let greeting = await greet(&look)
        guard !look.isGone else {
            forget(key)
            return .settled(lookAgain: nil)
        }
        var outcome: ReconcileOutcome
        do throws(APIError) {
            outcome =
                object.deletionTimestamp == nil
                ? try await settle(&look) : try await release(&look)
        } catch {
            outcome = fail(error, &look)
        }
        guard !look.isGone else {
            forget(key)
            return .settled(lookAgain: nil)
        }
        if !look.hasFailed { look.memory.failures = FailureStreak() }
        if let greeting { outcome = greeting.worse(outcome) }
        do throws(APIError) {
            observe(&look)
            if let again = try await writeStatus(&look) { outcome = outcome.sooner(again) }
        } catch {
            outcome = outcome.worse(self.outcome(of: error))
        }
        guard !look.isGone else {
            forget(key)
            return .settled(lookAgain: nil)
        }
        metrics.update(key, look.input, status: look.status)
        return outcome
    }

    /// Says of a new sink that it has been seen.
    ///
    /// Who waits for the sink must not take one that nobody has looked at for one that is ready. A status that cannot be
    /// written keeps no worker from starting, though.
    /// - Returns: Why it was not said.
    private func greet(_ look: inout SinkLook) async -> ReconcileOutcome? {
        let object = look.sink.object
        guard object.json["status"]?["observedGeneration"] == nil, object.deletionTimestamp == nil else { return nil }
        do throws(APIError) {
            try await writeStatus(&look)
            return nil
        } catch {
            return outcome(of: error)
        }
    }

    /// Takes down why a look did not do all it had to.
    func fail(_ error: APIError, _ look: inout SinkLook) -> ReconcileOutcome {
        if !look.hasFailed { look.memory.failures.add(now: clock.now()) }
        look.hasFailed = true
        if error.code != .namespaceTerminating, error.code != .cancelled {
            let isPassing = look.memory.failures.isPassing(now: clock.now())
            look.input.failure = ReconcileFailure(error, isPassing: isPassing)
        }
        return outcome(of: error)
    }

    /// What is remembered of this very sink; what is known of an earlier one of the same name is dropped.
    private func memory(of key: SinkKey, _ sink: KubernetesObject) -> SinkMemory {
        let memory = memories.memory(of: key)
        if let memory, memory.uid == sink.uid { return memory }
        if memory != nil { forget(key) }
        return SinkMemory(uid: sink.uid)
    }

    /// Forgets a sink that is gone; the owner references of what it led to do the rest.
    private func forget(_ key: SinkKey) {
        tools.lag.forget(key)
        tools.workers.forget(key)
        tools.scalingMetrics.remove(key)
        view.follow([], for: key)
        metrics.forget(key)
        if memories.forget(key) { logger.info("sink is gone", ["sink.key": "\(key)"]) }
    }

    /// Does what a sink wants that is not being deleted.
    private func settle(_ look: inout SinkLook) async throws(APIError) -> ReconcileOutcome {
        guard case .success(let spec) = look.sink.spec else {
            return .refused("the spec is not in order", lookAgain: pause(Self.resync))
        }
        if !look.input.isHandsOff { try await keepFinalizer(&look, spec) }
        var outcome = try await render(&look, spec)
        if look.input.isHandsOff { return outcome }
        if let rendered = look.input.rendered {
            if let stop = try await apply(rendered, &look, spec) { outcome = outcome.worse(stop) }
            guard !look.isGone else { return outcome }
        }
        // The number of workers follows the spec although the rest of it cannot be made true now.
        if let stop = try await scale(&look, spec) { outcome = outcome.worse(stop) }
        if look.isApplied { try await collect(&look) }
        let isStrimzi = spec.kafka.clusterReference != nil || spec.kafka.userReference != nil
        return isStrimzi ? outcome.sooner(pause(Self.strimziPause)) : outcome
    }

    /// Computes what the sink leads to, or finds out why that is not possible.
    func render(_ look: inout SinkLook, _ spec: SinkSpec) async throws(APIError) -> ReconcileOutcome {
        let resources = try await strimzi.read(spec.kafka, namespace: look.sink.key.namespace)
        var strimzi: StrimziConnection?
        do throws(SpecProblems) {
            if let resources { strimzi = try StrimziResolver.resolve(spec.kafka, resources) }
        } catch {
            look.input.problems = error.problems
            return .waiting(lookAgain: Self.refusalPause)
        }
        var digests: [String: String] = [:]
        let secrets = SinkRenderer.referencedSecrets(spec, strimzi: strimzi)
        view.follow(Set(secrets.keys), for: look.sink.key)
        var unreadable: [APIError] = []
        for (name, keys) in secrets.sorted(by: { $0.key < $1.key }) {
            switch view.secret(namespace: look.sink.key.namespace, name: name) {
            case .unknown:
                // The watch on the Secret has just begun; its first list looks at the sink again.
                look.isUncertain = true
                return .waiting(lookAgain: Self.watchPause)
            case .unreadable(let error): unreadable.append(error)
            case .absent:
                look.input.missingSecrets.append(MissingSecret(secret: name))
            case .present(let known):
                let (digest, missing) = SecretDigests.combined(keys, of: known)
                digests[name] = digest
                look.input.missingSecrets += missing.map { MissingSecret(secret: name, key: $0) }
            }
        }
        // Told instead of thrown: how many workers run follows the spec all the same.
        if let error = Self.joined(unreadable) { return fail(error, &look) }
        guard look.input.missingSecrets.isEmpty else { return .waiting(lookAgain: pause(Self.resync)) }
        do throws(SpecProblems) {
            look.input.rendered = try SinkRenderer.render(
                RenderInput(
                    object: look.sink.object,
                    spec: spec,
                    settings: tools.settings,
                    secretDigests: digests,
                    strimzi: strimzi,
                    hasPodMonitors: await tools.hasKind(.podMonitor)
                )
            )
        } catch {
            look.input.problems = error.problems
            return .refused("the spec is not in order", lookAgain: pause(Self.resync))
        }
        look.secretDigests = digests
        return .settled(lookAgain: pause(Self.resync))
    }

    /// One error that tells of all, with the code of what a person can change if there is such a one.
    private static func joined(_ errors: [APIError]) -> APIError? {
        guard let first = errors.first(where: { $0.code == .forbidden }) ?? errors.first else { return nil }
        let told = errors.filter { $0.code == first.code }.map(\.message)
        return APIError(first.code, told.joined(separator: "\n"), status: first.status, retryAfter: first.retryAfter)
    }

    /// A time with up to a tenth more or less, so that sinks that came together part.
    func pause(_ duration: Duration) -> Duration { duration * (0.9 + 0.2 * clock.random()) }

    /// The moment among the instants that scaling and the status count in.
    var instant: ContinuousClock.Instant { origin + clock.now() }

    /// The wall clock's time.
    var date: Date { Date(timeIntervalSince1970: Double(clock.unixMicroseconds()) / 1e6) }

    private func outcome(of error: APIError) -> ReconcileOutcome {
        switch error.code {
        // Nothing can be made in a namespace that is on its way out, and the sink goes with it.
        case .namespaceTerminating: .settled(lookAgain: pause(Self.resync))
        case .forbidden: .refused(error.message, lookAgain: pause(Self.refusalPause))
        case .invalid: .refused(ReconcileFailure(error).message, lookAgain: pause(Self.resync))
        default: .failed(error.message, atLeast: min(error.retryAfter ?? .zero, Self.retryAfterLimit))
        }
    }
}
