internal import CRdKafka
internal import Synchronization

/// What keeps a client from its brokers, as its callbacks learn it on any thread.
///
/// Some of it is certain. Some only looks like that, since the same comes of a broker or a service that is away or starts,
/// behind something that takes connections and ends them: a suspicion. It counts as certain when nothing else has been told
/// of any broker for ``suspicionTime``.
final class SignInWatch: Sendable {
    /// What may come of a service that is away, told without anything else in between.
    private struct Suspicion {
        let first: ContinuousClock.Instant
        var last: ContinuousClock.Instant
        var isRepeated: Bool
        let code: rd_kafka_resp_err_t
        var verdict: SignInJudge.Verdict
    }

    /// That the client has nothing to sign in with.
    private struct Lack {
        let error: KafkaError
        let since: ContinuousClock.Instant
        let certainAfter: Duration?

        func shown(at now: ContinuousClock.Instant) -> KafkaError {
            guard let certainAfter, now - since >= certainAfter else { return error }
            return KafkaError(.authentication, error.message, signIn: error.signIn)
        }
    }

    private struct State {
        /// Why certificates were refused last, by `host:port`.
        var certificates: [String: CertificateFault] = [:]
        /// By `host:port`; those that are about no broker have an empty name.
        var suspicions: [String: Suspicion] = [:]
        /// Brokers of which something else was told last.
        var others: Set<String> = []
        /// What is certain.
        var fact: KafkaError?
        var lack: Lack?
    }

    /// How the client signs in.
    let settings: SignInSettings
    private let state = Mutex(State())

    /// The most brokers that are remembered.
    private static let limit = 100
    /// How long after its first sign a suspicion counts as certain.
    static let suspicionTime = Duration.seconds(10)
    /// How long after the last sign a suspicion is forgotten; the library tells the same again only every half minute.
    private static let memoryTime = Duration.seconds(40)

    init(_ settings: SignInSettings) { self.settings = settings }

    /// Keeps why a broker's certificate was refused last.
    func noteCertificate(_ fault: CertificateFault, of broker: String) {
        state.withLock { state in
            if state.certificates.count >= Self.limit { state.certificates.removeAll() }
            state.certificates[broker] = fault
        }
    }

    /// Returns the error for what the library says, or `nil` when nothing of it is about signing in.
    ///
    /// A suspicion is an error that can be tried again until it counts as certain.
    func error(
        _ code: Int32,
        _ text: String,
        now: ContinuousClock.Instant = .now
    ) -> KafkaError? {
        state.withLock { state in
            let verdict = SignInJudge(settings: settings).verdict(on: code, text) { state.certificates[$0] }
            let code = rd_kafka_resp_err_t(code)
            guard let verdict else {
                let complaint = BrokerComplaint(text)
                let broker = complaint.broker
                // A cut connection is also told by what the client was doing, such as sending.
                if complaint.isCut, state.suspicions[broker] != nil { return nil }
                state.suspicions[broker] = nil
                if state.others.count >= Self.limit { state.others.removeAll() }
                if !broker.isEmpty { state.others.insert(broker) }
                return nil
            }
            state.others.remove(verdict.fault.broker)
            if verdict.mayPass { return Self.suspect(verdict, code, &state, now) }
            state.suspicions[verdict.fault.broker] = nil
            let error = KafkaError(.authentication, of: code, verdict.sentence, signIn: verdict.fault)
            state.fact = error
            return error
        }
    }

    private static func suspect(
        _ verdict: SignInJudge.Verdict,
        _ code: rd_kafka_resp_err_t,
        _ state: inout State,
        _ now: ContinuousClock.Instant
    ) -> KafkaError {
        let broker = verdict.fault.broker
        if state.suspicions.count >= limit { state.suspicions.removeAll() }
        var suspicion = Suspicion(first: now, last: now, isRepeated: false, code: code, verdict: verdict)
        if var known = state.suspicions[broker], now - known.last < memoryTime {
            known.last = now
            known.isRepeated = true
            known.verdict = verdict
            suspicion = known
        }
        state.suspicions[broker] = suspicion
        return error(suspicion, state, now)
    }

    private static func error(
        _ suspicion: Suspicion,
        _ state: State,
        _ now: ContinuousClock.Instant
    ) -> KafkaError {
        // A broker that stops cuts its connections once, and the client comes back at once.
        let isCertain =
            suspicion.isRepeated && state.others.isEmpty && now - suspicion.first >= suspicionTime
        return KafkaError(
            isCertain ? .authentication : .brokerUnavailable,
            of: suspicion.code,
            suspicion.verdict.sentence,
            signIn: suspicion.verdict.fault
        )
    }

    /// Keeps that the client has nothing to sign in with, until a broker answers or ``noteFound`` says otherwise.
    /// - Parameters:
    ///   - error: What is told.
    ///   - certainAfter: How long afterwards it is no use to wait any longer; `nil` leaves the error as it is.
    ///   - now: The time.
    func noteLack(_ error: KafkaError, certainAfter: Duration? = nil, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            let since = state.lack.flatMap { $0.certainAfter == nil ? nil : $0.since } ?? now
            state.lack = Lack(error: error, since: since, certainAfter: certainAfter)
        }
    }

    /// Notes that the client has something to sign in with after all.
    func noteFound() { state.withLock { $0.lack = nil } }

    /// Notes that a broker has answered.
    func noteContact() {
        state.withLock { state in
            state.fact = nil
            state.lack = nil
            state.suspicions.removeAll()
            state.others.removeAll()
        }
    }

    /// What has kept the client from its brokers since one of them answered last: what is certain, or else what was told
    /// twice in a row.
    ///
    /// The library tells the same again only every half minute.
    var standing: KafkaError? { standing(at: .now) }

    /// - Parameter now: The time, by which a suspicion counts as certain.
    func standing(at now: ContinuousClock.Instant) -> KafkaError? {
        state.withLock { $0.fact ?? $0.lack?.shown(at: now) } ?? suspicion(at: now)
    }

    /// What was told lately, and may still come of a service that is away unless the error says otherwise.
    func suspicion(at now: ContinuousClock.Instant = .now) -> KafkaError? {
        state.withLock { state in
            if let lack = state.lack, now - lack.since < Self.memoryTime { return lack.shown(at: now) }
            let repeated = state.suspicions.values.filter { $0.isRepeated && now - $0.last < Self.memoryTime }
            return repeated.min { $0.first < $1.first }.map { Self.error($0, state, now) }
        }
    }
}
