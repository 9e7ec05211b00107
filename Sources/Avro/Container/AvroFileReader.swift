/// Reads the parts of an object container file.
@safe
struct AvroFileReader {
    private var cursor: AvroCursor

    init(_ bytes: UnsafeRawBufferPointer) { unsafe cursor = AvroCursor(bytes) }

    /// Reads the whole file.
    mutating func file(_ inflate: ([UInt8]) -> [UInt8]?) throws(AvroError) -> AvroFile {
        guard try fixed(4) == AvroFile.magic else { throw fault("it does not begin with \"Obj\" and 1") }
        let metadata = try metadata()
        guard let text = metadata["avro.schema"] else { throw fault("its header has no \"avro.schema\"") }
        let schema = try AvroSchema(parsing: String(decoding: text, as: UTF8.self))
        let codec = metadata["avro.codec"].map { String(decoding: $0, as: UTF8.self) } ?? "null"
        guard codec == "null" || codec == "deflate" else {
            throw fault("its codec is \"\(codec)\", and only \"null\" and \"deflate\" are read")
        }
        let marker = try fixed(16)
        var records: [AvroValue] = []
        while cursor.left > 0 {
            let rows = try part { (cursor: inout AvroCursor) throws(AvroFault.Reason) in try cursor.long() }
            let block = try part { (cursor: inout AvroCursor) throws(AvroFault.Reason) in
                try unsafe Array(cursor.bytes())
            }
            guard let datums = codec == "null" ? block : inflate(block) else {
                throw fault("a block is not what the codec \"\(codec)\" makes")
            }
            records += try self.records(datums, rows, schema)
            guard try fixed(16) == marker else { throw fault("a block does not end with the file's sync marker") }
        }
        return AvroFile(schema: schema, records: records)
    }

    private mutating func metadata() throws(AvroError) -> [String: [UInt8]] {
        var metadata: [String: [UInt8]] = [:]
        while true {
            let count = try part { (cursor: inout AvroCursor) throws(AvroFault.Reason) in try cursor.block().count }
            guard count > 0 else { return metadata }
            for _ in 0..<count {
                let key = try entry()
                metadata[String(decoding: key, as: UTF8.self)] = try entry()
            }
        }
    }

    private mutating func entry() throws(AvroError) -> [UInt8] {
        try part { (cursor: inout AvroCursor) throws(AvroFault.Reason) in try unsafe Array(cursor.bytes()) }
    }

    private mutating func fixed(_ length: UInt32) throws(AvroError) -> [UInt8] {
        try part { (cursor: inout AvroCursor) throws(AvroFault.Reason) in try unsafe Array(cursor.fixed(length)) }
    }

    private func records(_ datums: [UInt8], _ rows: Int64, _ schema: AvroSchema) throws(AvroError) -> [AvroValue] {
        let result: Result<[AvroValue], AvroError> = unsafe datums.withUnsafeBytes { memory in
            var decoder = unsafe AvroDecoder(schema, memory)
            var records: [AvroValue] = []
            // Records without bytes could be any number.
            guard rows >= 0, rows <= memory.count + 65536 else {
                return .failure(fault("a block's row count is wrong"))
            }
            do throws(AvroFault.Reason) {
                for _ in 0..<rows { records.append(try decoder.datum(of: schema)) }
                guard decoder.position == memory.count else { throw .trailing }
            } catch {
                return .failure(
                    fault("record \(records.count + 1) of a block, byte \(decoder.position): \(error.rawValue)")
                )
            }
            return .success(records)
        }
        return try result.get()
    }

    /// Reads a part of the file's frame.
    private mutating func part<Part>(
        _ read: (inout AvroCursor) throws(AvroFault.Reason) -> Part
    ) throws(AvroError) -> Part {
        do { return try read(&cursor) } catch { throw fault(error.rawValue) }
    }

    private func fault(_ message: String) -> AvroError {
        AvroError(.invalidFile, "this is no Avro container file, at byte \(cursor.position): \(message)")
    }
}
