internal import CRdKafka
internal import Glibc
internal import Logging

/// Passes a line of the library's log on.
func logCallback(
    _ client: OpaquePointer?,
    _ level: Int32,
    _ facility: UnsafePointer<CChar>?,
    _ text: UnsafePointer<CChar>?
) {
    guard let client = unsafe client, let context = unsafe ClientContext.of(rd_kafka_opaque(client)),
        let text = unsafe text
    else { return }
    if let membership = context.membership, let facility = unsafe facility,
        unsafe strcmp(facility, JoinState.facility) == 0
    {
        unsafe membership.noteJoinState(String(cString: text))
    }
    if let facility = unsafe facility, unsafe strcmp(facility, KerberosTicket.facility) == 0, level <= 3 {
        unsafe context.noteMissing(
            KerberosTicket.error(String(cString: text), words: TicketCommandOutput.words()),
            certainAfter: SignInWatch.suspicionTime
        )
    }
    guard level < 7 || context.showsDebugLines else { return }
    let line = unsafe String(cString: text)
    guard level >= 7 || context.isNew(line) else { return }
    // Syslog levels: librdkafka's errors are about connections, which it makes again by itself.
    let level: LogLevel = level <= 2 ? .error : level <= 4 ? .warning : level <= 6 ? .info : .debug
    let facility = unsafe facility.map { unsafe String(cString: $0) } ?? ""
    context.logger.log(level, "librdkafka says", ["text": line, "facility": facility])
}

/// Keeps an error of the whole client for the next poll.
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
    // Told by the one who fetches tokens already.
    if code == RD_KAFKA_RESP_ERR__AUTHENTICATION, text?.hasPrefix("Failed to acquire") == true { return }
    if !isFatal, let text, let error = context.signIn.error(code.rawValue, text) {
        return context.record(.error(error))
    }
    // The code of a damaged batch also stands for an answer that the client refuses to read, which ends the connection.
    let isRefused = code == RD_KAFKA_RESP_ERR__BAD_MSG
    if isRefused, let text { context.noteRefusal(text) }
    let isTooLarge = isRefused && text?.contains("receive.message.max.bytes") == true
    context.record(
        .error(
            KafkaError(
                code,
                "the Kafka client",
                reason: text,
                isFatal: isFatal,
                code: isTooLarge ? .messageTooLarge : isRefused ? .other : nil
            )
        )
    )
}

/// Keeps the client's statistics for the next poll.
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
    // 0 tells the library to free the text.
    return 0
}
