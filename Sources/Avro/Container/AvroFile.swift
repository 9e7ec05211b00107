/// An object container file, read as a whole.
package struct AvroFile: Sendable {
    /// The four bytes at the beginning.
    static let magic: [UInt8] = Array("Obj".utf8) + [1]

    /// The schema of all records.
    package let schema: AvroSchema
    /// The records in order.
    package let records: [AvroValue]

    /// Reads a file.
    /// - Parameters:
    ///   - bytes: The file.
    ///   - inflate: Unpacks a block that is compressed with the codec "deflate" (RFC 1951, without a header); `nil` when
    ///     it cannot. It also bounds how much a block may become.
    /// - Throws: ``AvroError`` when the bytes are not such a file, or its codec is neither "null" nor "deflate".
    package init(reading bytes: [UInt8], inflate: ([UInt8]) -> [UInt8]? = { _ in nil }) throws(AvroError) {
        let file: Result<AvroFile, AvroError> = unsafe bytes.withUnsafeBytes { memory in
            do throws(AvroError) {
                var reader = unsafe AvroFileReader(memory)
                return .success(try reader.file(inflate))
            } catch {
                return .failure(error)
            }
        }
        self = try file.get()
    }

    init(schema: AvroSchema, records: [AvroValue]) {
        self.schema = schema
        self.records = records
    }
}
