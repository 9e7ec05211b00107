/// Where a message says which schema it was written with (Confluent's wire format).
///
/// - Prefix V0: the byte 0 and the schema's number, four bytes, the most significant first; then the data.
/// - Prefix V1: the byte 1 and the schema's sixteen bytes of GUID; then the data.
/// - Header: the last header named ``valueHeader`` or ``keyHeader`` holds a whole prefix, and the payload is data only.
///
/// Behind either prefix stand the message indexes of Protobuf, which ``messageIndexes(payload:header:)`` reads. Nothing
/// here allocates, except for the text of a fault, and for Protobuf's message indexes where there are more than seven, or one is above 63.
package struct WireFormat: Sendable, Hashable {
    /// Where the prefix stands.
    package enum Place: Sendable, Hashable {
        case payload
        case header
    }

    /// The header that holds the prefix of a message's value.
    package static let valueHeader: StaticString = "__value_schema_id"
    /// The header that holds the prefix of a message's key.
    package static let keyHeader: StaticString = "__key_schema_id"

    /// The schema.
    package let id: SchemaID
    /// Where the prefix stands.
    package let place: Place

    /// Finds the schema's identifier.
    /// - Parameters:
    ///   - payload: The message's value, or its key.
    ///   - header: The value of the last ``valueHeader`` or ``keyHeader``; `nil` when there is none or it has no value,
    ///     so that the payload's prefix counts.
    /// - Throws: ``WireFormatFault`` when the bytes are no prefix.
    package init(payload: UnsafeRawBufferPointer, header: UnsafeRawBufferPointer? = nil) throws(WireFormatFault) {
        if let header = unsafe header {
            place = .header
            id = try unsafe Self.id(of: header, in: .header)
        } else {
            place = .payload
            id = try unsafe Self.id(of: payload, in: .payload)
        }
    }

    /// How many bytes of the payload stand before the data, for every format but Protobuf.
    package var dataOffset: Int { place == .payload ? prefixCount : 0 }

    /// Reads the message indexes behind the prefix, where Protobuf has them.
    /// - Parameters:
    ///   - payload: The payload that this was made of.
    ///   - header: The header that this was made of.
    /// - Returns: The indexes, and how many bytes of the payload stand before the data.
    /// - Throws: ``WireFormatFault`` when the bytes are no indexes.
    package func messageIndexes(
        payload: UnsafeRawBufferPointer,
        header: UnsafeRawBufferPointer? = nil
    ) throws(WireFormatFault) -> (indexes: MessageIndexes, dataOffset: Int) {
        switch place {
        case .payload:
            let (indexes, end) = try unsafe MessageIndexes.read(payload, from: prefixCount, place)
            return (indexes, end)
        case .header:
            let bytes = unsafe header ?? UnsafeRawBufferPointer(start: nil, count: 0)
            let (indexes, _) = try unsafe MessageIndexes.read(bytes, from: prefixCount, place)
            return (indexes, 0)
        }
    }

    private var prefixCount: Int {
        switch id {
        case .number: 5
        case .guid: 17
        }
    }

    private static func id(of bytes: UnsafeRawBufferPointer, in place: Place) throws(WireFormatFault) -> SchemaID {
        guard let magic = unsafe bytes.first else { throw .tooShort(count: 0, needed: 5, place) }
        switch magic {
        case 0:
            guard bytes.count >= 5 else { throw .tooShort(count: bytes.count, needed: 5, place) }
            return .number(Int32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 1, as: Int32.self)))
        case 1:
            guard bytes.count >= 17 else { throw .tooShort(count: bytes.count, needed: 17, place) }
            return .guid(
                SchemaGUID(
                    high: UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self)),
                    low: UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
                )
            )
        default: throw .unknownMagicByte(magic, place)
        }
    }
}
