internal import CRdKafka
package import Logging
package import Secrets
internal import Synchronization

/// Writes records and tells when the broker has acknowledged them.
package final class KafkaProducer: Sendable {
    let client: ClientHandle
    /// The properties that the client was made with.
    let configuration: KafkaClientConfiguration
    private let context: ClientContext
    private let poller: ProducerPoller
    private let isClosed = Atomic(false)

    /// Creates a producer; it connects in the background.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    package init(configuration: KafkaClientConfiguration, logger: Logger) throws(KafkaError) {
        context = ClientContext(configuration, logger: logger)
        self.configuration = configuration
        let handle = try ConfigurationHandle(configuration, context: context)
        unsafe handle.withPointer { unsafe rd_kafka_conf_set_dr_msg_cb($0, deliveryCallback) }
        client = try handle.makeClient(RD_KAFKA_PRODUCER, context: context)
        poller = try ProducerPoller(client: client)
    }

    deinit { close() }

    /// Writes a record without waiting; the producer's queue bounds how many are on their way.
    /// - Parameters:
    ///   - record: What to write; it is copied.
    ///   - acknowledged: Is told once, on the producer's thread, when the brokers have acknowledged the record or it was
    ///     given up; not when this method throws.
    /// - Throws: ``KafkaError``: `queueFull`, `messageTooLarge` when the record is larger than the client may send, and
    ///   others when the record cannot be sent at all.
    package func enqueue(
        _ record: KafkaRecord,
        acknowledged: @escaping @Sendable (Result<Void, KafkaError>) -> Void
    ) throws(KafkaError) {
        if let error = enqueue(record, Delivery(report: acknowledged)) { throw error }
    }

    /// The client's newest error, such as why no broker can be reached, if there was one.
    package var lastFailure: KafkaError? { context.lastFailure() }

    /// Signs in with another user and password from the next connection on (PLAIN and SCRAM); those that stand go on.
    /// - Throws: ``KafkaError``.
    package func setCredentials(user: Secret, password: Secret) throws(KafkaError) {
        try client.setCredentials(user: user, password: password)
    }

    /// Writes a record and returns when the broker has acknowledged it.
    /// - Parameters:
    ///   - record: What to write.
    ///   - queueTimeout: The most time to wait for room in the client's queue.
    /// - Throws: ``KafkaError``.
    package func send(_ record: KafkaRecord, queueTimeout: Duration = .seconds(60)) async throws(KafkaError) {
        let deadline = ContinuousClock.now + queueTimeout
        while true {
            let outcome: Result<Void, KafkaError> = await withCheckedContinuation { continuation in
                let delivery = Delivery { continuation.resume(returning: $0) }
                if let error = enqueue(record, delivery) { continuation.resume(returning: .failure(error)) }
            }
            switch outcome {
            case .success: return
            case .failure(let error):
                guard error.code == .queueFull, ContinuousClock.now < deadline else { throw error }
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    /// Writes many records and returns when all are acknowledged; blocks, so it is for threads of their own.
    /// - Parameters:
    ///   - records: What to write, made one by one.
    ///   - timeout: The most time for everything.
    /// - Throws: ``KafkaError``: the first failure of a record, or `timedOut`.
    package func sendAll(_ records: some Sequence<KafkaRecord>, timeout: Duration) throws(KafkaError) {
        let deadline = ContinuousClock.now + timeout
        let sink = DeliverySink()
        for record in records {
            while true {
                let error = enqueue(record, Delivery(report: sink.note))
                guard let error else { break }
                guard error.code == .queueFull, ContinuousClock.now < deadline else { throw error }
                unsafe rd_kafka_flush(client.pointer, 5)
            }
        }
        while unsafe rd_kafka_outq_len(client.pointer) > 0 {
            guard ContinuousClock.now < deadline else {
                throw KafkaError(.timedOut, "records were not acknowledged within \(timeout)")
            }
            unsafe rd_kafka_flush(client.pointer, 50)
        }
        if let error = sink.failure { throw error }
    }

    /// Waits until everything is acknowledged, at most for `timeout`.
    /// - Returns: How many records still wait.
    package func flush(timeout: Duration) -> Int {
        unsafe rd_kafka_flush(client.pointer, timeout.milliseconds)
        return unsafe Int(rd_kafka_outq_len(client.pointer))
    }

    /// Gives up what is not acknowledged, takes nothing more and ends the thread; blocks for a limited time.
    ///
    /// Whether records that were given up are at the brokers is not known. Their reports come before this returns, unless
    /// the library needs too long.
    package func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        unsafe rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        // A record that is being added at this moment is given up by a second purge.
        for _ in 0..<10 where unsafe rd_kafka_outq_len(client.pointer) > 0 {
            unsafe rd_kafka_flush(client.pointer, 100)
            unsafe rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        }
        poller.stop()
    }

    private func enqueue(_ record: KafkaRecord, _ delivery: Delivery) -> KafkaError? {
        guard !isClosed.load(ordering: .acquiring) else {
            return KafkaError(.other, "cannot write to topic \(record.topic): the producer is closed")
        }
        let headers = unsafe record.headers.isEmpty ? nil : rd_kafka_headers_new(record.headers.count)
        for header in record.headers {
            unsafe Self.withBytes(header.nameBytes) { name in
                unsafe Self.withBytes(header.value) { value in
                    _ = unsafe rd_kafka_header_add(
                        headers,
                        name.baseAddress,
                        name.count,
                        value.baseAddress,
                        value.count
                    )
                }
            }
        }
        let opaque = unsafe Unmanaged.passRetained(delivery).toOpaque()
        let outcome = unsafe Self.withBytes(record.key) { key in
            unsafe Self.withBytes(record.value) { value in
                unsafe crdkafka_produce(
                    client.pointer,
                    record.topic,
                    record.partition ?? RD_KAFKA_PARTITION_UA,
                    key.baseAddress,
                    key.count,
                    value.baseAddress,
                    value.count,
                    record.timestamp.map { max(1, $0) } ?? 0,
                    headers,
                    opaque
                )
            }
        }
        guard outcome != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        unsafe Unmanaged<Delivery>.fromOpaque(opaque).release()
        if let headers = unsafe headers { unsafe rd_kafka_headers_destroy(headers) }
        return client.error(outcome, "cannot write to topic \(record.topic)")
    }

    /// Gives an empty array an address too, since Kafka distinguishes an empty value from none.
    private static func withBytes<R>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        guard let bytes else { return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        guard bytes.isEmpty else { return unsafe bytes.withUnsafeBytes(body) }
        return unsafe [UInt8(0)].withUnsafeBytes {
            unsafe body(UnsafeRawBufferPointer(start: $0.baseAddress, count: 0))
        }
    }
}
