internal import CRdKafka
internal import Glibc
internal import Logging
internal import Synchronization

/// What callbacks of one client may reach: its logger and where its events are kept until somebody polls.
final class ClientContext: Sendable {
    let logger: Logger
    private let events = Mutex<[KafkaConsumerEvent]>([])
    private let isClosing = Atomic(false)
    private let hasAssignment = Atomic(false)
    private let joins = Atomic(false)
    /// Whether the user asked for librdkafka's debug lines.
    let showsDebugLines: Bool

    init(logger: Logger, showsDebugLines: Bool = false) {
        self.logger = logger
        self.showsDebugLines = showsDebugLines
    }

    /// Whether the member waits to be told its generation.
    var isJoining: Bool { joins.load(ordering: .acquiring) }

    /// Notes what a line of the log says of joining.
    func noteJoinState(_ line: String) {
        if let isJoining = JoinState.isJoining(line) { joins.store(isJoining, ordering: .releasing) }
    }

    /// Keeps an event for the next poll.
    func record(_ event: KafkaConsumerEvent) { events.withLock { $0.append(event) } }

    /// Returns the events since the last call.
    func takeEvents() -> [KafkaConsumerEvent] {
        events.withLock { events in
            defer { events.removeAll(keepingCapacity: true) }
            return events
        }
    }

    /// From now on rebalances are answered at once: nobody polls for their events any more.
    func beginClosing() { isClosing.store(true, ordering: .releasing) }

    /// Notes that the group has given something, be it nothing.
    func noteAssignment() { hasAssignment.store(true, ordering: .releasing) }

    /// Whether the group has ever given something.
    var wasAssigned: Bool { hasAssignment.load(ordering: .acquiring) }

    /// Whether the client closes.
    var closes: Bool { isClosing.load(ordering: .acquiring) }

    static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
        unsafe opaque.map { unsafe Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
    }
}

func logCallback(
    _ client: OpaquePointer?,
    _ level: Int32,
    _ facility: UnsafePointer<CChar>?,
    _ text: UnsafePointer<CChar>?
) {
    guard let client = unsafe client, let context = unsafe ClientContext.of(rd_kafka_opaque(client)),
        let text = unsafe text
    else { return }
    if let facility = unsafe facility, unsafe strcmp(facility, JoinState.facility) == 0 {
        unsafe context.noteJoinState(String(cString: text))
    }
    guard level < 7 || context.showsDebugLines else { return }
    // Syslog levels: librdkafka's errors are about connections, which it mends by itself.
    let level: LogLevel = level <= 2 ? .error : level <= 4 ? .warning : level <= 6 ? .info : .debug
    unsafe context.logger.log(
        level,
        "librdkafka says",
        ["text": String(cString: text), "facility": facility.map { unsafe String(cString: $0) } ?? ""]
    )
}

func errorCallback(
    _ client: OpaquePointer?,
    _ error: Int32,
    _ reason: UnsafePointer<CChar>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let client = unsafe client, let context = unsafe ClientContext.of(opaque) else { return }
    var code = rd_kafka_resp_err_t(error)
    var text = unsafe reason.map { unsafe String(cString: $0) }
    let isFatal = code == RD_KAFKA_RESP_ERR__FATAL
    if isFatal {
        let fatal = unsafe withErrorText { unsafe rd_kafka_fatal_error(client, $0, $1) }
        code = fatal.result
        text = fatal.text
    }
    context.record(.error(KafkaError(code, "the Kafka client", reason: text, isFatal: isFatal)))
}

func statisticsCallback(
    _ client: OpaquePointer?,
    _ json: UnsafeMutablePointer<CChar>?,
    _ length: Int,
    _ opaque: UnsafeMutableRawPointer?
) -> Int32 {
    if let context = unsafe ClientContext.of(opaque), let json = unsafe json,
        let statistics = unsafe KafkaStatistics(json: Array(UnsafeRawBufferPointer(start: json, count: length)))
    {
        context.record(.statistics(statistics))
    }
    // The library frees the text.
    return 0
}
