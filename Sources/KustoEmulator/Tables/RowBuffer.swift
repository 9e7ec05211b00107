/// Encoded rows on their way into a table: in memory while few, in a file of their own when many.
struct RowBuffer {
    private let directory: DataDirectory
    private let memoryLimit: Int
    private(set) var bytes: [UInt8] = []
    private(set) var file: DataFile?
    private(set) var fileLength = 0
    /// How many rows were appended.
    private(set) var rows = 0

    /// Starts empty; rows beyond `memoryLimit` bytes go to a file of `directory`.
    init(directory: DataDirectory, memoryLimit: Int = 1 << 20) {
        self.directory = directory
        self.memoryLimit = memoryLimit
    }

    /// Adds a row.
    /// - Throws: ``EmulatorError`` with `storage`.
    mutating func append(_ row: [CellValue]) throws(EmulatorError) {
        RowCoding.append(row, to: &bytes)
        rows += 1
        if bytes.count >= memoryLimit { try spill() }
    }

    /// Writes what is in memory to the file, if rows were written to one before.
    /// - Throws: ``EmulatorError`` with `storage`.
    mutating func finish() throws(EmulatorError) {
        if file != nil, !bytes.isEmpty { try spill() }
    }

    /// Gives up the rows.
    func discard() { file?.unlink() }

    private mutating func spill() throws(EmulatorError) {
        let target: DataFile
        if let file {
            target = file
        } else {
            target = try directory.makeFile("rows")
            file = target
        }
        try target.write(bytes, at: fileLength)
        fileLength += bytes.count
        bytes.removeAll(keepingCapacity: true)
    }
}
