internal import CRdKafka
internal import Logging

/// Owns one `rd_kafka_conf_t` until a client takes it over.
@safe
struct ConfigurationHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Creates a handle of the library's defaults.
    init() { unsafe pointer = rd_kafka_conf_new() }

    /// Creates a handle with every property set that the loaded library knows.
    /// - Throws: ``KafkaError`` with `invalidConfiguration` and librdkafka's own reason.
    init(_ configuration: KafkaClientConfiguration, context: ClientContext) throws(KafkaError) {
        self.init()
        for (name, value) in configuration.values.sorted(by: { $0.key < $1.key }) {
            let isTicketCommand = name == TicketCommandOutput.property
            let outcome = set(name, isTicketCommand ? TicketCommandOutput.redirected(value) : value)
            switch outcome.result {
            case RD_KAFKA_CONF_OK: continue
            case RD_KAFKA_CONF_UNKNOWN:
                guard !configuration.optionalNames.contains(name) else { continue }
                context.logger.warning(
                    "the loaded librdkafka does not know a property, it has no effect",
                    ["property": name, "librdkafka.version": KafkaLibrary.version]
                )
            default:
                let shown = configuration.secretNames.contains(name) ? "<redacted>" : "\"\(value)\""
                let reason = configuration.secretNames.contains(name) ? "the value is not valid" : outcome.text
                throw KafkaError(.invalidConfiguration, "librdkafka rejected \(name)=\(shown): \(reason)")
            }
        }
    }

    deinit { unsafe rd_kafka_conf_destroy(pointer) }

    /// Sets a property, and returns what the library says to that and why.
    borrowing func set(_ name: String, _ value: String) -> (result: rd_kafka_conf_res_t, text: String) {
        unsafe withErrorText { unsafe rd_kafka_conf_set(pointer, name, value, $0, $1) }
    }

    /// Calls `body` with the pointer, to register callbacks.
    borrowing func withPointer(_ body: (OpaquePointer) -> Void) { unsafe body(pointer) }

    /// Creates a client, which takes the configuration over.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    consuming func makeClient(_ type: rd_kafka_type_t, context: ClientContext) throws(KafkaError) -> ClientHandle {
        let opaque = unsafe Unmanaged.passRetained(context).toOpaque()
        unsafe rd_kafka_conf_set_opaque(pointer, opaque)
        unsafe rd_kafka_conf_set_log_cb(pointer, logCallback)
        unsafe rd_kafka_conf_set_error_cb(pointer, errorCallback)
        // A library without TLS refuses this, and has no certificates to look at.
        _ = unsafe rd_kafka_conf_set_ssl_cert_verify_cb(pointer, certificateCallback)
        if context.tokens != nil {
            unsafe rd_kafka_conf_set_oauthbearer_token_refresh_cb(pointer, tokenCallback)
            // A thread of the library's own calls that, so that there is a token before anybody polls.
            unsafe rd_kafka_conf_enable_sasl_queue(pointer, 1)
        }
        let outcome = unsafe withErrorText { unsafe rd_kafka_new(type, pointer, $0, $1) }
        guard let client = unsafe outcome.result else {
            unsafe Unmanaged<ClientContext>.fromOpaque(opaque).release()
            _ = consume self
            throw unsafe KafkaError(.invalidConfiguration, "cannot create a Kafka client: \(outcome.text)")
        }
        discard self
        let handle = unsafe ClientHandle(adopting: client, context: context, opaque: opaque)
        if let tokens = context.tokens {
            unsafe tokens.attach(client, context)
            try unsafe KafkaError.check(
                unsafe rd_kafka_sasl_background_callbacks_enable(client),
                "the Kafka client cannot fetch tokens"
            )
        }
        return handle
    }
}

/// Calls a librdkafka function that writes its reason into a caller's buffer.
func withErrorText<Result>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Result) -> (result: Result, text: String) {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        unsafe buffer.initialize(repeating: 0)
        let result = unsafe body(buffer.baseAddress, buffer.count)
        return (result, unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? "")
    }
}
