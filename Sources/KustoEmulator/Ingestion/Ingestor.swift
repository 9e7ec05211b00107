/// Reads a source and appends its rows to a table, all or none.
struct Ingestor: Sendable {
    /// Where tables and mappings are.
    let catalog: Catalog
    /// Where rows are written.
    let directory: DataDirectory
    /// The time of ingestion.
    let clock: WallClock
    /// The most bytes of data in one source; ADX's is 6 GB.
    var maximumBytes = 6 << 30

    /// Ingests a source that `read` delivers in pieces.
    /// - Parameter scan: Looks for what the data must not hold, if anything.
    /// - Throws: ``IngestionFailure``; the table is then unchanged.
    func ingest(
        _ properties: SourceProperties,
        packing: SourceReader.Packing,
        scan: RejectionScan? = nil,
        _ read: (([UInt8]) throws -> Void) throws -> Void
    ) throws(IngestionFailure) -> IngestionOutcome {
        do {
            return try ingestThrowing(properties, packing, scan, read)
        } catch let failure as IngestionFailure {
            throw failure
        } catch let error as EmulatorError {
            throw IngestionFailure(Self.code(for: error), error.message)
        } catch {
            throw IngestionFailure(.internalError, "the source cannot be ingested: \(error)")
        }
    }

    private func ingestThrowing(
        _ properties: SourceProperties,
        _ packing: SourceReader.Packing,
        _ scan: RejectionScan?,
        _ read: (([UInt8]) throws -> Void) throws -> Void
    ) throws -> IngestionOutcome {
        let table = try catalog.table(properties.table, in: properties.database)
        var outcome = IngestionOutcome()
        var scan = scan
        if table.hasIngestByTag(among: properties.ingestIfNotExists) {
            outcome.isDuplicate = true
            return outcome
        }
        guard properties.format.isParsed else {
            outcome.rawBytes = try measure(properties, packing, read, scan: &scan)
            table.commitUnparsed(bytes: outcome.rawBytes, tags: properties.tags)
            return outcome
        }
        let mapper = try RowMapper(
            columns: table.columns,
            mapping: mapping(properties),
            sourceLocation: properties.sourceLocation
        )
        var source = try SourceReader(
            packing: packing,
            limit: properties.ignoresSizeLimit ? .max : maximumBytes
        )
        var records = RecordReader(properties: properties, mapper: mapper)
        var rows = RowBuffer(directory: directory)
        do {
            var isEmpty = true
            try read { bytes in
                isEmpty = isEmpty && bytes.isEmpty
                try source.push(bytes) { piece in
                    try scan?.push(piece)
                    try records.push(piece) { try rows.append($0) }
                }
            }
            if !isEmpty { try source.finish() }
            guard source.rawBytes > 0 else { throw IngestionFailure(.emptyBlob, "the source has no data") }
            try records.finish { try rows.append($0) }
            guard rows.rows > 0 || properties.ignoreFirstRecord else {
                throw IngestionFailure(
                    .noRecords,
                    "the source has no record in the format \(properties.format.rawValue)"
                )
            }
        } catch {
            rows.discard()
            throw error
        }
        outcome.rawBytes = source.rawBytes
        outcome.rows = rows.rows
        outcome.skipped = records.skipped
        try table.commit(rows, properties, ingested: clock.now())
        return outcome
    }

    /// Reads a source of a format that is stored as it is, and returns its size.
    private func measure(
        _ properties: SourceProperties,
        _ packing: SourceReader.Packing,
        _ read: (([UInt8]) throws -> Void) throws -> Void,
        scan: inout RejectionScan?
    ) throws -> Int {
        // A mapping must exist, though nothing is taken out of the source.
        _ = try mapping(properties)
        var source = try SourceReader(packing: packing, limit: properties.ignoresSizeLimit ? .max : maximumBytes)
        var signature = FileSignature(properties.format)
        var isEmpty = true
        try read { bytes in
            isEmpty = isEmpty && bytes.isEmpty
            try source.push(bytes) { piece in
                try scan?.push(piece)
                signature.push(piece)
            }
        }
        if !isEmpty { try source.finish() }
        guard source.rawBytes > 0 else { throw IngestionFailure(.emptyBlob, "the source has no data") }
        guard signature.isValid else {
            throw IngestionFailure(.invalidBlob, "the source is no file of the format \(properties.format.rawValue)")
        }
        return source.rawBytes
    }

    private func mapping(_ properties: SourceProperties) throws(EmulatorError) -> IngestionMapping? {
        switch properties.mapping {
        case .none: nil
        case .inline(let text): try IngestionMapping(name: "", kind: properties.format.mappingKind, text: text)
        case .reference(let name):
            try catalog.mapping(
                name,
                kind: properties.format.mappingKind,
                table: properties.table,
                in: properties.database
            )
        }
    }

    private static func code(for error: EmulatorError) -> IngestionFailure.Code {
        switch error.code {
        case .databaseNotFound: .databaseNotFound
        case .tableNotFound: .tableNotFound
        case .mappingNotFound: .mappingNotFound
        case .invalidMapping: .invalidMapping
        default: .internalError
        }
    }
}
