internal import Compression
internal import Converters
internal import SchemaRegistry

/// Builds the batches of one table, one after the other: converts messages, collects their rows and compresses them in
/// chunks.
///
/// Used by its lane alone. A batch is opened by its first row, never by a message that has none. Nothing here knows of
/// offsets.
final class BatchBuilder {
    /// What became of a message.
    enum Outcome: Equatable {
        /// Its row is in the open batch.
        case added
        /// It has no row.
        case skipped
        /// One of its sides cannot be converted.
        case rejected(ConverterError, MessageSide)
        /// It fits into no container that is open: the open batch has to be finished first.
        case sealFirst
        /// The schema of one of its sides is being fetched.
        case awaits(SchemaKey, MessageSide)
    }

    /// A batch that takes no more rows.
    struct Content {
        let id: BatchID
        /// The rows as they are sent.
        let body: BatchBuffer
        /// What the blob needs beside the rows.
        let file: BlobFile
        /// When the first row came, on the sink's clock.
        let openedAt: Duration
        var rows = 0
        /// Bytes before compression, those of headers and blocks included.
        var rawBytes = 0
        /// The rows in the tail.
        fileprivate var waitingRows = 0
        /// The earliest timestamp of the messages, in milliseconds since 1970, `nil` when none has one.
        var oldestTimestamp: Int64?

        fileprivate mutating func count(rowBytes: Int, timestamp: Int64?) {
            rows += 1
            waitingRows += 1
            rawBytes += rowBytes
            if let timestamp { oldestTimestamp = min(oldestTimestamp ?? timestamp, timestamp) }
        }
    }

    private let route: TableRoute
    private let context: LaneContext
    private let keyCheck: KeyCheck?
    private let converter: RecordConverter
    private let code: LearnedCode
    private var content: Content?
    private var frame = GzipMember()
    /// The rows of the open batch that are not compressed yet, and the room for the next.
    private(set) var tail: LaneTail?

    /// - Parameter topic: Where the messages come from; what a schema registry knows about it goes by its name.
    init(route: TableRoute, topic: String, context: LaneContext) {
        self.route = route
        self.context = context
        converter = context.converter(for: route.conversion, topic: topic)
        keyCheck = context.keyCheck(topic: topic)
        code = context.code(for: route)
    }

    deinit { closeTail() }

    /// The open batch, if any, and when it was opened.
    var open: (id: BatchID, openedAt: Duration)? { content.map { ($0.id, $0.openedAt) } }

    /// Why the open batch should take no more rows, or `nil` while it may.
    var sealReason: SealReason? {
        guard let content else { return nil }
        if content.file.layout == .oneMessage { return .singleMessage }
        return content.rawBytes > context.policy.maximumBytes(for: route, growth: context.growth.factor) ? .size : nil
    }

    /// Adds a message's row, if it has one.
    func append(_ message: borrowing MessageView) -> Outcome {
        if let keyCheck {
            switch keyCheck.check(message) {
            case .rejected(let error): return .rejected(error, .key)
            case .awaits(let key): return .awaits(key, .key)
            case .row, .skipped, .needsSpace, .sealFirst: break
            }
        }
        switch convert(message) {
        case .row(let bytes):
            add(rowBytes: bytes, timestamp: message.timestamp)
            return .added
        case .skipped: return .skipped
        case .rejected(let error): return .rejected(error, .value)
        case .awaits(let key): return .awaits(key, .value)
        case .sealFirst: return .sealFirst
        case .needsSpace: preconditionFailure("the converter asked for space that it was given")
        }
    }

    /// Ends the open batch and returns it; `nil` when there is none.
    func finish() -> Content? {
        flush()
        closeTail()
        guard var finished = content.take() else { return nil }
        if route.isCompressed { finished.body.append(frame.trailer()) }
        // Producers set the timestamps, and one from the future would make the delay negative.
        finished.oldestTimestamp = finished.oldestTimestamp.map { min($0, context.clock.wallMilliseconds()) }
        return finished
    }

    /// Forgets the open batch.
    func discard() {
        content = nil
        closeTail()
    }

    /// Gives back the memory of the open batch as far as possible: nothing will be added for a while.
    func rest() {
        flush()
        closeTail()
        content?.body.rest()
    }

    /// Gives back the memory that was taken for messages without a row.
    func trim() {
        guard content != nil else { return closeTail() }
        // A large record that was rejected leaves memory that is in no budget.
        guard let tail, !tail.isInClass else { return }
        flush()
        tail.clear()
    }

    private func convert(_ message: borrowing MessageView) -> RecordOutcome {
        while true {
            let tail = self.tail ?? openTail()
            let outcome = unsafe converter.append(message, to: tail.buffer, at: tail.used, in: content?.file)
            guard case .needsSpace(let bytes) = outcome else { return outcome }
            makeRoom(bytes, in: tail)
        }
    }

    private func makeRoom(_ bytes: Int, in tail: LaneTail) {
        if context.tails.grow(tail) { return }
        if tail.used > 0 { flush() } else { tail.reserve(bytes) }
    }

    private func add(rowBytes: Int, timestamp: Int64?) {
        if content == nil { begin() }
        tail?.used += rowBytes
        content?.count(rowBytes: rowBytes, timestamp: timestamp)
        // Memory for a record that is larger than any tail is in no budget, so it is given back at once.
        if tail?.isInClass == false { flush() }
    }

    private func begin() {
        let body = BatchBuffer(pool: context.buffers.pool, disk: context.buffers.disk, account: route.account)
        let file = converter.beginFile()
        if route.isCompressed { body.append(GzipMember.header) }
        if !file.header.isEmpty { body.append(file.header) }
        frame = GzipMember()
        content = Content(
            id: .next(),
            body: body,
            file: file,
            openedAt: context.clock.now(),
            rawBytes: file.header.count
        )
    }

    /// Moves the tail's rows into the batch, compressed if the route says so.
    private func flush() {
        // Datums of a container may take no bytes at all, and are rows all the same.
        guard let tail, let content, tail.used > 0 || content.file.layout == .container && content.waitingRows > 0
        else { return }
        let body = content.body
        switch content.file.layout {
        case .container:
            let head = content.file.blockHead(rows: content.waitingRows, bytes: tail.used)
            body.append(head)
            unsafe body.append(tail.rows)
            body.append(content.file.blockEnd)
            self.content?.rawBytes += head.count + content.file.blockEnd.count
        case .lines, .oneMessage:
            if route.isCompressed {
                unsafe context.deflate(tail.rows, into: body, &frame, code)
            } else {
                unsafe body.append(tail.rows)
            }
        }
        self.content?.waitingRows = 0
        tail.clear()
    }

    private func openTail() -> LaneTail {
        let tail = context.tails.open { [unowned self] in
            flush()
            closeTail()
        }
        self.tail = tail
        return tail
    }

    private func closeTail() {
        guard let tail else { return }
        context.tails.close(tail)
        self.tail = nil
    }
}
