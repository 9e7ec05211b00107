/// Makes an object container file of datums that were checked before: a header, then blocks, without compression.
///
/// A block is ``blockHead(rows:bytes:)``, the datums one after the other as they are, and ``syncMarker``. A file without
/// blocks is one without rows.
package struct AvroContainer: Sendable {
    /// The bytes that end the header and each block.
    ///
    /// They follow from the schema, so a file is the same whenever it is
    /// made of the same records; readers need them only to begin in the middle of a file.
    package let syncMarker: [UInt8]
    /// The beginning of the file: magic number, schema, codec and sync marker.
    package let header: [UInt8]

    /// Creates the parts of files for datums of a schema, which stands in each file as its ``AvroSchema/text``.
    package init(schema: AvroSchema) {
        syncMarker = schema.fingerprint.bytes
        let metadata = [("avro.codec", "null"), ("avro.schema", schema.text)]
        let entries = metadata.flatMap { key, value in AvroBytes.bytes(key.utf8) + AvroBytes.bytes(value.utf8) }
        header = AvroFile.magic + AvroBytes.long(Int64(metadata.count)) + entries + AvroBytes.long(0) + syncMarker
    }

    /// The most bytes that ``blockHead(rows:bytes:)`` returns.
    package static let longestBlockHead = 20

    /// Returns the beginning of a block.
    /// - Parameters:
    ///   - rows: How many datums it has.
    ///   - bytes: How many bytes these take.
    package static func blockHead(rows: Int, bytes: Int) -> [UInt8] {
        AvroBytes.long(Int64(rows)) + AvroBytes.long(Int64(bytes))
    }
}
