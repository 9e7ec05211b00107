internal import JSON

/// Turns unpacked bytes of one source into rows.
///
/// `json` passes over lines that are not JSON objects; in `multijson` and `singlejson` such a document fails the whole
/// source.
struct RecordReader {
    private enum Splitter {
        case delimited(DelimitedParser)
        case documents(DocumentSplitter, isLenient: Bool)
        case wholeText([UInt8])
        case avro(AvroSource)
    }

    private var splitter: Splitter
    private let mapper: RowMapper
    private let properties: SourceProperties
    private var records = 0
    private var fieldCount: Int?
    /// Lines that were passed over.
    private(set) var skipped = 0

    /// Creates a reader for a format that is parsed.
    init(properties: SourceProperties, mapper: RowMapper) {
        self.properties = properties
        self.mapper = mapper
        switch properties.format {
        case .json: splitter = .documents(DocumentSplitter(mode: .lines), isLenient: true)
        case .multijson: splitter = .documents(DocumentSplitter(mode: .objects), isLenient: false)
        case .singlejson: splitter = .documents(DocumentSplitter(mode: .whole), isLenient: false)
        case .avro: splitter = .avro(AvroSource(hasLogicalTypes: false))
        case .apacheavro: splitter = .avro(AvroSource(hasLogicalTypes: true))
        default:
            splitter = properties.format.dialect.map { .delimited(DelimitedParser(dialect: $0)) } ?? .wholeText([])
        }
    }

    /// Reads more bytes.
    /// - Throws: ``IngestionFailure``, or what `emit` throws.
    mutating func push(_ bytes: [UInt8], _ emit: ([CellValue]) throws -> Void) throws {
        switch splitter {
        case .delimited(var parser):
            // The parser leaves the enum while it works, so that its buffer is not copied.
            splitter = .wholeText([])
            try parser.push(bytes) { try take($0, emit) }
            splitter = .delimited(parser)
        case .documents(var documents, let isLenient):
            splitter = .wholeText([])
            try documents.push(bytes) { try take($0, isLenient, emit) }
            splitter = .documents(documents, isLenient: isLenient)
        case .wholeText(var text):
            splitter = .wholeText([])
            text.append(contentsOf: bytes)
            guard text.count <= 64 << 20 else {
                throw IngestionFailure(.streamTooLarge, "a raw value is larger than 64 MiB")
            }
            splitter = .wholeText(text)
        case .avro(var source):
            splitter = .wholeText([])
            try source.push(bytes)
            splitter = .avro(source)
        }
    }

    /// Says that no more bytes come.
    /// - Throws: ``IngestionFailure``, or what `emit` throws.
    mutating func finish(_ emit: ([CellValue]) throws -> Void) throws {
        switch splitter {
        case .delimited(var parser): try parser.finish { try take($0, emit) }
        case .documents(var documents, let isLenient): try documents.finish { try take($0, isLenient, emit) }
        case .wholeText(let text):
            var record = DelimitedRecord()
            record.append(contentsOf: text[...])
            record.endField()
            try take(record, emit)
        case .avro(let source):
            splitter = .wholeText([])
            try source.finish { document in
                records += 1
                try emit(mapper.row(from: document, line: records))
            }
        }
    }

    private mutating func take(_ record: DelimitedRecord, _ emit: ([CellValue]) throws -> Void) throws {
        records += 1
        if properties.ignoreFirstRecord, records == 1 { return }
        if properties.requiresConstantFields {
            let expected = fieldCount ?? record.count
            fieldCount = expected
            guard record.count == expected else {
                throw IngestionFailure(
                    .wrongNumberOfFields,
                    "record \(records) has \(record.count) fields, the first one \(expected)"
                )
            }
        }
        try emit(mapper.row(from: record, line: records))
    }

    private mutating func take(_ bytes: [UInt8], _ isLenient: Bool, _ emit: ([CellValue]) throws -> Void) throws {
        records += 1
        if properties.ignoreFirstRecord, records == 1 { return }
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            guard isLenient else {
                throw IngestionFailure(.unexpectedCharacter, "document \(records) is not JSON: \(error)")
            }
            skipped += 1
            return
        }
        if let elements = document.arrayValue, properties.format == .singlejson {
            for element in elements { try emit(mapper.row(from: element, line: records)) }
        } else if document.objectValue != nil || properties.format == .singlejson {
            try emit(mapper.row(from: document, line: records))
        } else {
            skipped += 1
        }
    }
}
