internal import Converters
internal import Dispatch
internal import Kafka
internal import SchemaRegistry
internal import SinkConfiguration

/// Converts single records of one topic as a lane does, and keeps the rows where they can be looked at.
///
/// For one thread: it is not `Sendable`.
@safe
final class RecordSampler {
    private let topic: String
    private let conversion: Conversion
    private let converter: RecordConverter
    /// Writes as JSON what the format has in binary form; `nil` for formats of text.
    private let reader: RecordConverter?
    private let keyCheck: KeyCheck?
    private let schemas: SchemaStores
    private let errors: ErrorSettings
    private var room = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    init(route: TableRoute, topic: String, settings: SinkSettings, schemas: SchemaStores) {
        self.topic = topic
        self.schemas = schemas
        errors = settings.errors
        conversion = route.conversion
        converter = RecordConverter(conversion, topic: topic, schemas: schemas.values)
        keyCheck = settings.keyConverter.flatMap { keys in
            KeyCheck(keys.kind, options: keys.converterOptions(), topic: topic, schemas: schemas.keys)
        }
        let isContainer = conversion.layout == .container
        let readable =
            isContainer ? try? Conversion(conversion.converter, .json, options: conversion.options) : nil
        reader = readable.map { RecordConverter($0, topic: topic, schemas: schemas.values) }
    }

    deinit { unsafe room.deallocate() }

    /// What became of a record.
    enum Verdict {
        case sampled(SampledRecord)
        /// The registry has not given this schema in time.
        case lacks(SchemaKey)
    }

    /// Converts a record; waits for schemas until `isCancelled`, which blocks the thread.
    func sample(
        _ records: some RecordSource,
        at index: Int,
        from source: TopicPartition,
        isCancelled: () -> Bool
    ) -> Verdict {
        let offset = records.offset(at: index)
        let result: SampledRecord.Result
        switch settled(isCancelled, { records.withMessage(at: index) { convert($0) } }) {
        case .row(let bytes): result = row(bytes, records, index)
        case .skipped: result = .skipped(Self.reason(records, index))
        case .rejected(let error, let side): result = .failed(failure(error, side, source, offset))
        case .awaits(let key, _): return .lacks(key)
        }
        let timestamp = records.timestamp(at: index)
        return .sampled(
            SampledRecord(
                source: source,
                offset: offset,
                timestamp: timestamp >= 0 ? timestamp : nil,
                timestampType: records.timestampType(at: index),
                key: unsafe records.key(at: index).map { unsafe Array($0) },
                valueBytes: unsafe records.withValue(at: index) { unsafe $0?.count },
                result: result
            )
        )
    }

    private enum Outcome {
        case row(bytes: Int), skipped
        case rejected(ConverterError, MessageSide)
        case awaits(SchemaKey, MessageSide)
    }

    /// Converts until no schema is missing.
    private func settled(_ isCancelled: () -> Bool, _ convert: () -> Outcome) -> Outcome {
        while true {
            let outcome = convert()
            guard case .awaits(let key, let side) = outcome, let source = schemas[side] else { return outcome }
            let isThere = DispatchSemaphore(value: 0)
            let waiter = source.whenSettled(key) { isThere.signal() }
            defer { if let waiter { source.withdraw(waiter) } }
            while isThere.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
                if isCancelled() { return outcome }
            }
        }
    }

    /// Checks the key and converts the value, in the order in which a lane's builder does.
    private func convert(_ message: borrowing MessageView) -> Outcome {
        if let keyCheck {
            switch keyCheck.check(message) {
            case .rejected(let error): return .rejected(error, .key)
            case .awaits(let key): return .awaits(key, .key)
            case .row, .skipped, .needsSpace, .sealFirst: break
            }
        }
        return convert(message, with: converter)
    }

    /// Writes a message's row, as the first of a blob.
    private func convert(_ message: borrowing MessageView, with converter: RecordConverter) -> Outcome {
        while true {
            switch unsafe converter.append(message, to: room, at: 0) {
            case .row(let bytes): return .row(bytes: bytes)
            case .skipped, .sealFirst: return .skipped
            case .rejected(let error): return .rejected(error, .value)
            case .awaits(let key): return .awaits(key, .value)
            case .needsSpace(let bytes): grow(to: bytes)
            }
        }
    }

    private func grow(to bytes: Int) {
        unsafe room.deallocate()
        unsafe room = .allocate(byteCount: max(bytes, 64 << 10), alignment: 1)
        // What is behind a row is read by its check, though it means nothing.
        unsafe room.initializeMemory(as: UInt8.self, repeating: 0)
    }

    private func row(_ bytes: Int, _ records: some RecordSource, _ index: Int) -> SampledRecord.Result {
        switch conversion.layout {
        case .container:
            guard let reader else { return .file(bytes: bytes) }
            // The same schema was there a moment ago.
            let outcome = records.withMessage(at: index) { convert($0, with: reader) }
            guard case .row(let length) = outcome else { return .file(bytes: bytes) }
            return .json(line(length))
        case .oneMessage where conversion.format.isBinary: return .file(bytes: bytes)
        case .oneMessage: return .text(unsafe Array(room[..<bytes]))
        case .lines:
            let line = line(bytes)
            return conversion.format.ingestionName == RecordFormat.multijson.rawValue ? .json(line) : .text(line)
        }
    }

    /// The row without the newline that ends it in a blob.
    private func line(_ bytes: Int) -> [UInt8] {
        let hasEnd = bytes > 0 && (unsafe room[bytes - 1]) == UInt8(ascii: "\n")
        return unsafe Array(room[..<(hasEnd ? bytes - 1 : bytes)])
    }

    private static func reason(_ records: some RecordSource, _ index: Int) -> String {
        switch unsafe records.withValue(at: index, { unsafe $0?.count }) {
        case nil: "a tombstone: it has no value"
        case 0: "its value has no bytes"
        default: "its value holds nothing, such as JSON's null or an empty array"
        }
    }

    private func failure(
        _ error: ConverterError,
        _ side: MessageSide,
        _ source: TopicPartition,
        _ offset: Int64
    ) -> ConversionFailure {
        let letters = errors.deadLetterQueue?.topic
        let skips = errors.tolerance == .all
        let stop = RejectedRecords.sentence(error, side, source, offset, hasLetters: letters != nil)
        return ConversionFailure(
            side: side.rawValue,
            reason: error.message,
            consequence: skips ? letters.map { .letter(topic: $0) } ?? .skipped : .stops(letterTopic: letters),
            stop: skips ? nil : stop
        )
    }
}
