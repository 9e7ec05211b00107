/// Why bytes are not the wire format of a schema registry; holds no data of the message but numbers of its framing.
package enum WireFormatFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The first byte is neither 0 nor 1.
    case unknownMagicByte(UInt8, WireFormat.Place)
    /// There are fewer bytes than the prefix has.
    case tooShort(count: Int, needed: Int, WireFormat.Place)
    /// The bytes end inside Protobuf's message indexes.
    case cutIndexes(count: Int, WireFormat.Place)
    /// A number of Protobuf's message indexes has more than 32 bits.
    case longVarint(offset: Int, WireFormat.Place)
    /// The count of Protobuf's message indexes is negative or larger than any message is deep.
    case badIndexCount(Int32, WireFormat.Place)
    /// One of Protobuf's message indexes is negative.
    case negativeIndex(Int32, WireFormat.Place)

    /// The class that Kafka Connect names in the header `__connect.errors.exception.class.name` of such a record.
    package static let exceptionClass = "org.apache.kafka.connect.errors.DataException"
    /// The class of the cause that Kafka Connect gives for it.
    package static let causeClass = "org.apache.kafka.common.errors.SerializationException"

    /// One sentence.
    package var message: String {
        switch self {
        case .unknownMagicByte(let byte, let place):
            return """
                Unknown magic byte! \(Self.subject(place)) begins with 0x\(Self.hexadecimal(byte)), expected 0x00 and a \
                schema's number, or 0x01 and a schema's GUID; was it written without a schema registry?
                """
        case .tooShort(let count, let needed, let place):
            return """
                \(Self.subject(place)) has \(count) bytes, expected at least \(needed) that say which schema it was \
                written with
                """
        case .cutIndexes(let count, let place):
            return """
                \(Self.subject(place)) ends after \(count) bytes inside the indexes that say which Protobuf message it is
                """
        case .longVarint(let offset, let place):
            return """
                \(Self.subject(place)) has a number of more than 32 bits at byte \(offset), in the indexes that say which \
                Protobuf message it is
                """
        case .badIndexCount(let count, let place):
            return """
                \(Self.subject(place)) says that \(count) indexes name its Protobuf message, expected 0 to \
                \(MessageIndexes.maximumCount)
                """
        case .negativeIndex(let index, let place):
            return """
                \(Self.subject(place)) names its Protobuf message by the index \(index), expected 0 or more
                """
        }
    }

    package var description: String { message }

    private static func subject(_ place: WireFormat.Place) -> String {
        switch place {
        case .payload: "the message"
        case .header: "the header with the schema's identifier"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
