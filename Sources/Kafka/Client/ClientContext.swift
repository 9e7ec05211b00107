internal import CRdKafka
internal import Logging
internal import Synchronization

/// What callbacks of one client may reach: its logger and where its events are kept until somebody polls.
final class ClientContext: Sendable {
    let logger: Logger
    /// Whether the user asked for librdkafka's debug lines.
    let showsDebugLines: Bool
    /// What the callbacks of a group's member know; `nil` for a client without a group.
    let membership: Membership?
    /// What keeps the client from its brokers.
    let signIn: SignInWatch
    /// Gives the client its tokens; `nil` when it signs in otherwise, or nobody has any.
    let tokens: TokenRefresher?
    private let events = Mutex<[GroupMemberEvent]>([])
    private let refusal = Mutex<String?>(nil)
    private let lines = Mutex(RepeatedLines())
    private let failure = Mutex<KafkaError?>(nil)

    /// The most errors kept: perhaps nobody ever takes them, and while a broker is away new ones come all the time.
    private static let errorLimit = 100

    /// - Parameters:
    ///   - showsDebugLines: Whether the user asked for debug lines; by default when the configuration does.
    ///   - membership: What the callbacks of a group's member know.
    init(
        _ configuration: KafkaClientConfiguration,
        logger: Logger,
        showsDebugLines: Bool? = nil,
        membership: Membership? = nil
    ) {
        self.logger = logger
        self.showsDebugLines = showsDebugLines ?? (configuration.values["debug"]?.isEmpty == false)
        self.membership = membership
        let settings = SignInSettings(configuration)
        signIn = SignInWatch(settings)
        let usesTokens = settings.mechanism == "OAUTHBEARER"
        tokens = usesTokens ? configuration.tokens.map { TokenRefresher(source: $0, settings: settings) } : nil
    }

    /// Keeps an event for the next poll.
    func record(_ event: GroupMemberEvent) {
        events.withLock { events in
            if case .error(let error) = event, !error.isFatal, events.count >= Self.errorLimit { return }
            events.append(event)
        }
    }

    /// Keeps that the client has nothing to sign in with.
    /// - Parameters:
    ///   - error: What is told.
    ///   - certainAfter: How long afterwards it is no use to wait any longer; `nil` leaves the error as it is.
    func noteMissing(_ error: KafkaError, certainAfter: Duration? = nil) {
        signIn.noteLack(error, certainAfter: certainAfter)
        record(.error(error))
    }

    /// Whether to write a line of the library's log: not when it only repeats another.
    func isNew(_ line: String) -> Bool {
        let now = ContinuousClock.now
        return lines.withLock { $0.isNew(line, now) }
    }

    /// Keeps why an answer of a broker was not read at all.
    func noteRefusal(_ reason: String) { refusal.withLock { $0 = reason } }

    /// Returns why an answer was not read, if that happened since the last call.
    func takeRefusal() -> String? { refusal.withLock { $0.take() } }

    /// Returns the events since the last call.
    func takeEvents() -> [GroupMemberEvent] {
        events.withLock { events in
            defer { events.removeAll(keepingCapacity: true) }
            return events
        }
    }

    /// Takes the errors since the last call, and returns the one that says most, or what the last call returned.
    func lastFailure() -> KafkaError? {
        let errors = takeEvents().compactMap { if case .error(let error) = $0 { error } else { nil } }
        // That all brokers are down says less than why one of them is, also when that was told before.
        let newest = errors.last { !$0.isRetriable } ?? errors.last { $0.name != "_ALL_BROKERS_DOWN" }
        let last = failure.withLock { failure in
            failure = newest ?? failure ?? errors.last
            return failure
        }
        // What is told twice in a row and nothing else becomes certain without another word of the library's.
        return last?.isRetriable == false ? last : signIn.suspicion() ?? last
    }

    static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        unsafe opaque.map { unsafe Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }
}
