internal import CProtobuf

/// Turns payloads of one Protobuf message type into JSON.
///
/// One per working thread: it is not `Sendable`, and reuses its memory. The text follows the JSON mapping of proto3
/// (protobuf.dev/programming-guides/json), with these differences:
///
/// - Fields have the names of the .proto file.
/// - A field without presence is always written, with its default when it was not set. A field with presence (a message,
///   a member of a oneof, `optional`, or any singular one of proto2) is written only if it was set.
/// - Integers of 64 bits are numbers, as everywhere else; only the keys of a map are always strings.
/// - `confluent.type.Decimal` is a number, written out without an exponent.
/// - A payload is always an object, also when its type has another form elsewhere, such as `google.protobuf.StringValue`.
///
/// The entries of a map are sorted by key, and of those with the same key the last one counts. Fields that the schema
/// does not have are skipped. `google.protobuf.Any` needs a type that the schema, or what it imports, declares.
@safe
package final class ProtobufReader {
    /// What became of one payload.
    package enum Outcome: Sendable, Equatable {
        /// So many bytes of JSON were written: one object without line breaks.
        case written(Int)
        /// The text has so many bytes, more than there is room for; what was written means nothing.
        case needsSpace(Int)
        /// The payload is not a message of the type, or has a value that JSON has no form for; why, without its data.
        case fault(String)
    }

    /// The full name of the message type.
    package let name: String

    private let handle: OpaquePointer
    // The handle refers to the schema's.
    private let schema: ProtobufSchema

    init(adopting handle: OpaquePointer, schema: ProtobufSchema) {
        unsafe self.handle = handle
        self.schema = schema
        name = unsafe String(cString: cprotobuf_reader_name(handle))
    }

    deinit { unsafe cprotobuf_reader_destroy(handle) }

    /// Writes one payload as JSON into lent memory.
    ///
    /// The payload begins after the schema's id and the message indexes. It is decoded anew when it is tried again with
    /// more room.
    package func writeJSON(_ payload: UnsafeRawBufferPointer, to memory: UnsafeMutableRawBufferPointer) -> Outcome {
        var count = 0
        let outcome = unsafe cprotobuf_reader_write(
            handle,
            payload.baseAddress?.assumingMemoryBound(to: UInt8.self),
            payload.count,
            memory.baseAddress?.assumingMemoryBound(to: UInt8.self),
            memory.count,
            &count
        )
        switch outcome {
        case CPROTOBUF_WRITTEN: return .written(count)
        case CPROTOBUF_NEEDS_SPACE: return .needsSpace(count)
        default: return .fault(unsafe String(cString: cprotobuf_reader_fault(handle)))
        }
    }
}
