internal import CRdKafka
internal import Synchronization

/// What keeps a client from its brokers, as its callbacks learn it on any thread.
final class SignInWatch: Sendable {
    private struct State {
        /// Why certificates were refused last, by `host:port`.
        var certificates: [String: CertificateFault] = [:]
        /// By `host:port` when a broker was last told of with what may come of one that is away, until it is told of with
        /// something else.
        var suspicions: [String: ContinuousClock.Instant] = [:]
        var standing: KafkaError?
    }

    /// How the client signs in.
    let settings: SignInSettings
    private let state = Mutex(State())

    /// The most brokers that are remembered.
    private static let limit = 100
    /// How long after one another two cut connections are in a row.
    private static let suspicionLimit = Duration.seconds(10)

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
    /// What may come of a broker that is away counts as that until it is told twice in a row: a broker that stops cuts its
    /// connections once, and the client comes back at once.
    func error(
        _ code: Int32,
        _ text: String,
        now: ContinuousClock.Instant = .now
    ) -> KafkaError? {
        state.withLock { state in
            let verdict = SignInJudge(settings: settings).verdict(on: code, text) { state.certificates[$0] }
            guard let verdict else {
                state.suspicions[BrokerComplaint(text).broker] = nil
                return nil
            }
            let (fault, broker) = (verdict.fault, verdict.fault.broker)
            let isRepeated = state.suspicions[broker].map { now - $0 < Self.suspicionLimit } ?? false
            let isLasting = !verdict.mayPass || isRepeated
            if state.suspicions.count >= Self.limit { state.suspicions.removeAll() }
            state.suspicions[broker] = verdict.mayPass ? now : nil
            let error = KafkaError(
                isLasting ? .authentication : .brokerUnavailable,
                of: rd_kafka_resp_err_t(code),
                verdict.sentence,
                signIn: fault
            )
            if isLasting { state.standing = error }
            return error
        }
    }

    /// Keeps an error that was found without the library.
    func note(_ error: KafkaError) { state.withLock { $0.standing = error } }

    /// Notes that a broker has answered.
    func noteContact() {
        state.withLock { state in
            state.standing = nil
            state.suspicions.removeAll()
        }
    }

    /// What has kept the client from its brokers since one of them answered last.
    ///
    /// The library tells the same again only every half minute.
    var standing: KafkaError? { state.withLock { $0.standing } }
}
