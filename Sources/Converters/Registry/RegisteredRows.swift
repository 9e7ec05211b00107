internal import Avro
internal import JSON
internal import Protobuf
internal import SchemaRegistry

/// Writes messages that name their schema in a registry: Avro, JSON with a JSON Schema, and Protobuf.
///
/// One per converter: it is not `Sendable`.
@safe
final class RegisteredRows {
    /// An Avro schema as rows need it.
    ///
    /// A class, so that handing it on costs one reference and not one for each part.
    private final class AvroRows {
        let reader: AvroReader
        let container: AvroContainer
        /// Tells containers of different schemas apart.
        let number: Int
        let isRecord: Bool

        init(_ schema: AvroSchema, number: Int) {
            reader = AvroReader(schema)
            container = AvroContainer(schema: schema)
            self.number = number
            isRecord = schema.fieldNames != nil
        }
    }

    /// A Protobuf schema with the readers of those of its messages that came up.
    private final class ProtobufMessages {
        let schema: ProtobufSchema
        var readers: [MessageIndexes: ProtobufReader] = [:]
        var last: (indexes: MessageIndexes, reader: ProtobufReader)?

        init(schema: ProtobufSchema) { self.schema = schema }
    }

    private enum Schemas {
        case avro(SchemaTable<AvroRows>)
        case json(SchemaTable<Void>)
        case protobuf(SchemaTable<ProtobufMessages>)
    }

    private let conversion: Conversion
    private let header: StaticString
    private let schemas: Schemas
    private let plain: PlainRows
    /// The text of a datum that is checked before it is a row; grows with the datums.
    private var scratch = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// The container of the row that was written last.
    private(set) var container: BlobFile?

    /// - Parameters:
    ///   - conversion: One whose converter uses a registry.
    ///   - subject: The subject that the registry is asked about.
    ///   - side: Which side of a message is read.
    ///   - source: Where the schemas are.
    ///   - plain: Writes what needs no schema: JSON, and text.
    init(_ conversion: Conversion, subject: String, side: MessageSide, source: any SchemaSource, plain: PlainRows) {
        self.conversion = conversion
        self.plain = plain
        header = side.schemaHeader
        switch conversion.converter {
        case .protobuf:
            schemas = .protobuf(
                SchemaTable(subject: subject, kind: .protobuf, source: source, compile: Self.compileProtobuf)
            )
        case .jsonSchema:
            schemas = .json(
                SchemaTable(subject: subject, kind: .json, source: source) { _ throws(ConverterError) in () }
            )
        default:
            var numbers: [AvroFingerprint: Int] = [:]
            schemas = .avro(
                SchemaTable(subject: subject, kind: .avro, source: source) { schema throws(ConverterError) in
                    let parsed = try Self.parse(schema)
                    let number = numbers[parsed.fingerprint] ?? numbers.count + 1
                    numbers[parsed.fingerprint] = number
                    return AvroRows(parsed, number: number)
                }
            )
        }
    }

    deinit { unsafe scratch.deallocate() }

    /// Whether the message's schema stands in a header, so that a payload of no bytes may be a value.
    func isFramed(_ message: borrowing MessageView) -> Bool { unsafe message.lastHeader(named: header) != nil }

    /// Writes one message's row to the start of `room`, without a newline after it.
    /// - Parameters:
    ///   - payload: The side of the message that is read, not empty.
    ///   - message: The message, whose headers may name the schema.
    ///   - room: Has room for the payload and ``JSONValidator/slack`` bytes after it.
    ///   - file: The blob that the row is for, or `nil` when it would be the first of a new one.
    func write(
        _ payload: UnsafeRawBufferPointer,
        of message: borrowing MessageView,
        to room: UnsafeMutableRawBufferPointer,
        in file: BlobFile?
    ) -> RecordOutcome {
        let header = unsafe message.lastHeader(named: header)
        do throws(WireFormatFault) {
            let frame = try unsafe WireFormat(payload: payload, header: header)
            switch schemas {
            case .avro(let table):
                switch table.find(frame.id) {
                case .ready(let rows):
                    let datum = unsafe UnsafeRawBufferPointer(rebasing: payload[frame.dataOffset...])
                    return unsafe write(datum, rows, to: room, in: file)
                case .refused(let error): return .rejected(error)
                case .awaited(let key): return .awaits(key)
                }
            case .json(let table):
                switch table.find(frame.id) {
                case .ready:
                    let text = unsafe UnsafeRawBufferPointer(rebasing: payload[frame.dataOffset...])
                    return unsafe text.isEmpty ? .skipped : plain.writeJSON(text, to: room)
                case .refused(let error): return .rejected(error)
                case .awaited(let key): return .awaits(key)
                }
            case .protobuf(let table):
                let (indexes, offset) = try unsafe frame.messageIndexes(payload: payload, header: header)
                switch table.find(frame.id) {
                case .ready(let messages):
                    let data = unsafe UnsafeRawBufferPointer(rebasing: payload[offset...])
                    return unsafe write(data, messages, indexes, to: room)
                case .refused(let error): return .rejected(error)
                case .awaited(let key): return .awaits(key)
                }
            }
        } catch {
            return .rejected(
                ConverterError(.invalidRecord, error.message, exceptionClass: WireFormatFault.exceptionClass)
            )
        }
    }

    // MARK: Avro

    private func write(
        _ datum: UnsafeRawBufferPointer,
        _ rows: AvroRows,
        to room: UnsafeMutableRawBufferPointer,
        in file: BlobFile?
    ) -> RecordOutcome {
        let decimals = conversion.options.decimals
        switch (conversion.layout, conversion.format.structure) {
        case (.container, _) where !rows.isRecord:
            return .rejected(
                ConverterError(
                    .invalidRecord,
                    "the value's Avro schema is not that of a record, but format=\(conversion.format) takes records alone; use "
                        + "format txt or json"
                )
            )
        case (.container, _):
            if unsafe rows.reader.isNull(datum) { return .skipped }
            if let file, file.schema != rows.number { return .sealFirst }
            if let fault = unsafe rows.reader.check(datum) { return .rejected(Self.rejection(fault)) }
            if file == nil { container = BlobFile(container: rows.container, schema: rows.number) }
            unsafe room.copyMemory(from: datum)
            return .row(bytesWritten: datum.count)
        case (_, .json) where rows.isRecord:
            if unsafe rows.reader.isNull(datum) { return .skipped }
            return unsafe fill(room) { unsafe rows.reader.writeJSON(datum, to: &$0, decimals: decimals) }
        case (_, .json):
            // A map is an object, an array may hold objects, and a text may be that of an object.
            return unsafe passOn(to: room) { unsafe rows.reader.writeJSON(datum, to: &$0, decimals: decimals) }
        case (_, .quotedFields(let separator)) where rows.isRecord:
            if unsafe rows.reader.isNull(datum) { return .skipped }
            return unsafe fill(room) {
                unsafe rows.reader.writeFields(datum, separator: separator, quotes: true, to: &$0, decimals: decimals)
            }
        default:
            if unsafe rows.reader.isNull(datum) { return .skipped }
            let outcome = unsafe fill(room) { unsafe rows.reader.writeText(datum, to: &$0, decimals: decimals) }
            return unsafe plain.checkFields(in: room, after: outcome)
        }
    }

    private static func parse(_ schema: RegisteredSchema) throws(ConverterError) -> AvroSchema {
        do throws(AvroError) {
            return try AvroSchema(parsing: schema.text, references: schema.references.map(\.text))
        } catch {
            throw ConverterError(.invalidRecord, "\(schema.key) is no Avro schema that can be read: \(error.message)")
        }
    }

    private static func rejection(_ fault: AvroFault) -> ConverterError {
        ConverterError(.invalidRecord, "\(fault); correct the producer, or the schema that the message names")
    }

    // MARK: Protobuf

    private static func compileProtobuf(_ schema: RegisteredSchema) throws(ConverterError) -> ProtobufMessages {
        do throws(ProtobufError) {
            let references = schema.references.map { (name: $0.name, text: $0.text) }
            return ProtobufMessages(schema: try ProtobufSchema(text: schema.text, references: references))
        } catch {
            throw ConverterError(.invalidRecord, "\(schema.key) cannot be used: \(error.message)")
        }
    }

    private func write(
        _ data: UnsafeRawBufferPointer,
        _ messages: ProtobufMessages,
        _ indexes: MessageIndexes,
        to room: UnsafeMutableRawBufferPointer
    ) -> RecordOutcome {
        let reader: ProtobufReader
        if let last = messages.last, last.indexes == indexes {
            reader = last.reader
        } else {
            do throws(ConverterError) {
                if let known = messages.readers[indexes] {
                    reader = known
                } else {
                    reader = try Self.reader(of: messages.schema, indexes)
                }
            } catch {
                return .rejected(error)
            }
            messages.readers[indexes] = reader
            messages.last = (indexes, reader)
        }
        let limit = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<(room.count - RecordConverter.reserve)])
        switch unsafe reader.writeJSON(data, to: limit) {
        case .written(let count): return .row(bytesWritten: count)
        case .needsSpace(let count): return .needsSpace(bytes: count + RecordConverter.reserve)
        case .fault(let reason): return .rejected(ConverterError(.invalidRecord, "\(reason); correct the producer"))
        }
    }

    private static func reader(
        of schema: ProtobufSchema,
        _ indexes: MessageIndexes
    ) throws(ConverterError) -> ProtobufReader {
        do throws(ProtobufError) {
            return try schema.message(at: indexes.array)
        } catch {
            throw ConverterError(.invalidRecord, error.message)
        }
    }

    // MARK: Writing

    /// Writes a row of a length that shows only when it is written.
    private func fill(
        _ room: UnsafeMutableRawBufferPointer,
        _ write: (inout JSONOutput) -> AvroFault?
    ) -> RecordOutcome {
        let limit = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<(room.count - RecordConverter.reserve)])
        var output = unsafe JSONOutput(limit)
        if let fault = write(&output) { return .rejected(Self.rejection(fault)) }
        if output.hasOverflowed { return .needsSpace(bytes: output.count + RecordConverter.reserve) }
        return output.count == 0 ? .skipped : .row(bytesWritten: output.count)
    }

    /// Writes JSON elsewhere first, and lets the rules for plain JSON decide what becomes of it.
    private func passOn(
        to room: UnsafeMutableRawBufferPointer,
        _ write: (inout JSONOutput) -> AvroFault?
    ) -> RecordOutcome {
        while true {
            var output = unsafe JSONOutput(scratch)
            if let fault = write(&output) { return .rejected(Self.rejection(fault)) }
            let count = output.count
            if !output.hasOverflowed {
                guard room.count >= count + RecordConverter.reserve else {
                    return .needsSpace(bytes: count + RecordConverter.reserve)
                }
                let outcome = unsafe plain.writeJSON(UnsafeRawBufferPointer(rebasing: scratch[..<count]), to: room)
                // What one large datum needed is in no budget.
                if case .needsSpace = outcome { return outcome }
                if unsafe scratch.count > Self.keptBytes { resize(to: 0) }
                return outcome
            }
            resize(to: max(4096, count))
        }
    }

    /// How large the scratch memory may be between two messages.
    private static let keptBytes = 1 << 20

    private func resize(to bytes: Int) {
        unsafe scratch.deallocate()
        unsafe scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        if bytes > 0 { unsafe scratch = .allocate(byteCount: bytes, alignment: 1) }
    }
}
