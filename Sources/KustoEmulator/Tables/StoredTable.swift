internal import Synchronization

/// A table: its columns, and its rows in segment files.
///
/// Rows that came in small portions share one segment file; large portions bring a file of their own. Readers take the
/// list of extents as it is and read the files without a lock, so that a scan sees what was there when it began.
final class StoredTable: Sendable {
    private struct State {
        var columns: [Column]
        var extents: [Extent] = []
        var shared: DataFile?
        var sharedLength = 0
        var rows = 0
        var ingestByTags: Set<String> = []
        var unparsedBlobs = 0
        var unparsedBytes = 0
    }

    /// The table's name.
    let name: String
    private let directory: DataDirectory
    private let state: Mutex<State>

    /// Creates an empty table.
    init(name: String, columns: [Column], directory: DataDirectory) {
        self.name = name
        self.directory = directory
        state = Mutex(State(columns: columns))
    }

    /// The columns, in order.
    var columns: [Column] { state.withLock { $0.columns } }

    /// How many rows the table has.
    var rowCount: Int { state.withLock { $0.rows } }

    /// What was ingested, in order.
    var extents: [Extent] { state.withLock { $0.extents } }

    /// How many blobs, and bytes in them, came in formats that are stored as they are.
    var unparsed: (blobs: Int, bytes: Int) { state.withLock { ($0.unparsedBlobs, $0.unparsedBytes) } }

    /// Replaces the columns; rows keep their values by position, so only additions at the end and renames make sense.
    func setColumns(_ columns: [Column]) { state.withLock { $0.columns = columns } }

    /// Adds the columns whose names are new.
    func mergeColumns(_ columns: [Column]) {
        state.withLock { state in
            for column in columns where !state.columns.contains(where: { $0.name == column.name }) {
                state.columns.append(column)
            }
        }
    }

    /// Whether something was ingested with one of these `ingest-by:` values.
    func hasIngestByTag(among values: [String]) -> Bool {
        state.withLock { state in values.contains { state.ingestByTags.contains($0) } }
    }

    /// Makes buffered rows part of the table, all at once.
    /// - Throws: ``EmulatorError`` with `storage`; the table is then unchanged.
    func commit(
        _ buffer: consuming RowBuffer,
        _ properties: SourceProperties,
        ingested: Int64
    ) throws(EmulatorError) {
        try buffer.finish()
        let (file, range): (DataFile, Range<Int>)
        if let own = buffer.file {
            (file, range) = (own, 0..<buffer.fileLength)
        } else {
            (file, range) = try reserve(buffer.bytes.count)
            try file.write(buffer.bytes, at: range.lowerBound)
        }
        let extent = Extent(
            path: file.path,
            range: range,
            rows: buffer.rows,
            tags: properties.tags,
            ingested: ingested,
            created: properties.creationTime ?? ingested,
            sourceID: properties.sourceID
        )
        state.withLock { state in
            state.extents.append(extent)
            state.rows += extent.rows
            Self.register(properties.tags, &state)
        }
    }

    /// Counts a blob whose format is not read.
    func commitUnparsed(bytes: Int, tags: [String]) {
        state.withLock { state in
            state.unparsedBlobs += 1
            state.unparsedBytes += bytes
            Self.register(tags, &state)
        }
    }

    /// Calls `body` with each row, oldest first, until it returns `false`.
    /// - Throws: ``EmulatorError`` with `storage`, or what `body` throws.
    func scan(_ body: ([CellValue]) throws -> Bool) throws { try scanWithExtents { row, _ in try body(row) } }

    /// Calls `body` with each row and the extent it is in, oldest first, until it returns `false`.
    /// - Throws: ``EmulatorError`` with `storage`, or what `body` throws.
    func scanWithExtents(_ body: ([CellValue], Extent) throws -> Bool) throws {
        let (extents, count) = state.withLock { ($0.extents, $0.columns.count) }
        for extent in extents {
            let goesOn = try Self.scan(extent) { bytes, range in
                try body(RowCoding.row(in: bytes, range, count: count), extent)
            }
            guard goesOn else { return }
        }
    }

    /// Calls `body` with the values that each row has in some columns, without reading the others.
    /// - Throws: ``EmulatorError`` with `entityNotFound` when there is no such column, with `storage`, or what `body`
    ///   throws.
    func scan(columns names: [String], _ body: ([CellValue]) throws -> Void) throws {
        let (extents, columns) = state.withLock { ($0.extents, $0.columns) }
        for name in names where !columns.contains(where: { $0.name == name }) {
            throw EmulatorError(.entityNotFound, "table '\(self.name)' has no column '\(name)'")
        }
        let places = columns.map { column in names.firstIndex(of: column.name) }
        for extent in extents {
            _ = try Self.scan(extent) { bytes, range in
                try body(RowCoding.cells(in: bytes, range, places: places, count: names.count))
                return true
            }
        }
    }

    /// Removes all rows and their files.
    func clear() {
        let old = state.withLock { state in
            let old = state
            state = State(columns: old.columns)
            return old
        }
        old.shared?.unlink()
        for extent in old.extents where extent.path != old.shared?.path { DataFile.unlink(extent.path) }
    }

    private func reserve(_ length: Int) throws(EmulatorError) -> (DataFile, Range<Int>) {
        if let reserved = reserveInShared(length, adding: nil) { return reserved }
        let file = try directory.makeFile("rows")
        guard let reserved = reserveInShared(length, adding: file) else {
            throw EmulatorError(.storage, "table \(name) has no segment file", isPermanent: false)
        }
        if reserved.0 !== file { file.unlink() }
        return reserved
    }

    private func reserveInShared(_ length: Int, adding file: DataFile?) -> (DataFile, Range<Int>)? {
        state.withLock { state in
            guard let shared = state.shared ?? file else { return nil }
            state.shared = shared
            let start = state.sharedLength
            state.sharedLength += length
            return (shared, start..<(start + length))
        }
    }

    private static func register(_ tags: [String], _ state: inout State) {
        for tag in tags where tag.hasPrefix("ingest-by:") { state.ingestByTags.insert(String(tag.dropFirst(10))) }
    }

    private static func scan(_ extent: Extent, _ body: ([UInt8], Range<Int>) throws -> Bool) throws -> Bool {
        let file = try DataFile(reading: extent.path)
        var buffer: [UInt8] = []
        var position = 0
        var offset = extent.range.lowerBound
        while true {
            guard let length = RowCoding.length(in: buffer, at: position), position + 4 + length <= buffer.count else {
                guard offset < extent.range.upperBound else { return true }
                buffer.removeFirst(position)
                position = 0
                let wanted = max(256 << 10, (RowCoding.length(in: buffer, at: 0) ?? 0) + 4 - buffer.count)
                let chunk = try file.read(upTo: min(wanted, extent.range.upperBound - offset), at: offset)
                guard !chunk.isEmpty else {
                    throw EmulatorError(.storage, "segment file \(extent.path) is shorter than its index says")
                }
                offset += chunk.count
                buffer.append(contentsOf: chunk)
                continue
            }
            let start = position + 4
            position = start + length
            if try !body(buffer, start..<position) { return false }
        }
    }
}
