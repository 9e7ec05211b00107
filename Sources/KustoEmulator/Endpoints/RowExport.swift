internal import JSON

/// The rows of a table as lines of JSON, in a file of the data directory, so that memory does not grow with them.
struct RowExport: Sendable {
    /// Where the table is looked up.
    let catalog: Catalog
    /// Where the file is made.
    let directory: DataDirectory

    /// Writes an array of values for each row; without names, of all columns.
    /// - Returns: The file's bytes; it is deleted when the last reference to them goes away.
    /// - Throws: ``EmulatorError`` when there is no such table or column, or with `storage`.
    func write(_ tableName: String, columns names: [String], database: String) throws -> StoredBytes {
        let table = try catalog.table(tableName, in: database)
        let wanted = names.isEmpty ? table.columns.map(\.name) : names
        let segment = Segment(file: try directory.makeFile("export"))
        var length = 0
        var buffer: [UInt8] = []
        func flush() throws {
            try segment.file.write(buffer, at: length)
            length += buffer.count
            buffer.removeAll(keepingCapacity: true)
        }
        try table.scan(columns: wanted) { row in
            buffer += JSONValue.array(row.map(\.json)).serialized()
            buffer.append(0x0A)
            if buffer.count >= 1 << 20 { try flush() }
        }
        try flush()
        return StoredBytes(segment: segment, range: 0..<length)
    }
}
