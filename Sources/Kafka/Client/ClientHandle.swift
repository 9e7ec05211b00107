internal import CRdKafka
internal import Secrets
internal import Synchronization

/// Owns one `rd_kafka_t`.
///
/// Unchecked because librdkafka's INTRODUCTION.md promises that its functions are thread-safe.
@safe
final class ClientHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    /// What the client's callbacks reach.
    let context: ClientContext
    private let opaque: UnsafeMutableRawPointer
    private let isAbandoned = Atomic(false)

    /// - Parameter opaque: `context`, retained.
    init(adopting pointer: OpaquePointer, context: ClientContext, opaque: UnsafeMutableRawPointer) {
        unsafe self.pointer = pointer
        unsafe self.opaque = opaque
        self.context = context
    }

    /// Makes an error of this client; a code that only says that the client failed for good becomes the real failure.
    func error(_ code: rd_kafka_resp_err_t, _ action: String, reason: String? = nil) -> KafkaError {
        let isFenced = code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID
        guard code == RD_KAFKA_RESP_ERR__FATAL else {
            return KafkaError(code, action, reason: reason, isFatal: isFenced)
        }
        let fatal = unsafe withErrorText { unsafe rd_kafka_fatal_error(pointer, $0, $1) }
        return KafkaError(fatal.result, action, reason: fatal.text, isFatal: true)
    }

    /// Throws unless `code` says that all is well.
    func check(_ code: rd_kafka_resp_err_t, _ action: @autoclosure () -> String) throws(KafkaError) {
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw error(code, action()) }
    }

    /// Returns what keeps the client from its brokers in place of an error that only says that none answers.
    ///
    /// Serves the client's callbacks, so it is for clients whose messages do not come by the same queue.
    func reason(for error: KafkaError) -> KafkaError {
        guard error.isRetriable else { return error }
        _ = unsafe rd_kafka_poll(pointer, 0)
        return context.signIn.standing ?? error
    }

    /// Signs in with another user and password from the next connection on (PLAIN and SCRAM); those that stand go on.
    ///
    /// Brokers that are not connected are tried again.
    /// - Throws: ``KafkaError``.
    func setCredentials(user: Secret, password: Secret) throws(KafkaError) {
        context.signIn.settings.hide(password)
        try unsafe KafkaError.check(
            unsafe rd_kafka_sasl_set_credentials(pointer, user.reveal(), password.reveal()),
            "cannot take the new user and password"
        )
    }

    /// Lets the client's memory and threads live until the process ends.
    func abandon() { isAbandoned.store(true, ordering: .releasing) }

    deinit {
        context.tokens?.detach()
        guard !isAbandoned.load(ordering: .acquiring) else { return }
        let remains = unsafe Remains(pointer: pointer, opaque: opaque)
        // librdkafka waits without a limit until nothing refers to the client any more, and it may lose count of that.
        BoundedWork.run(name: "kafka-destroy", limit: Self.destroyLimit) { remains.destroy() }
    }

    /// How long destroying a client may block the thread that releases it last.
    private static let destroyLimit = Duration.seconds(2)

    /// What is left of a handle that nobody holds any more.
    ///
    /// Unchecked because only the thread that destroys it has it.
    @safe
    private struct Remains: @unchecked Sendable {
        let pointer: OpaquePointer
        let opaque: UnsafeMutableRawPointer

        func destroy() {
            // The member closes the consumer itself, in bounded time. Afterwards no thread of librdkafka calls back.
            unsafe rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            unsafe Unmanaged<ClientContext>.fromOpaque(opaque).release()
        }
    }
}
