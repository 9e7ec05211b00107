internal import CProtobuf

/// A Protobuf schema of a registry: one .proto file of the syntax proto2 or proto3, and what it imports.
///
/// What a schema registry knows by itself can be imported without being a reference: the files of `google/protobuf` and
/// `google/type`, and `confluent/meta.proto`, `confluent/type/decimal.proto` and `confluent/type/variant.proto`. Those
/// of `google/protobuf` are always the library's own. Options that the library does not know are ignored.
///
/// Unchecked because the handle never changes after `init`, and CProtobuf.h promises that any number of threads may then
/// make readers of it.
@safe
package final class ProtobufSchema: @unchecked Sendable {
    /// How deeply messages may be nested; libraries of other languages have the same limit.
    package static let maximumDepth = Int(CPROTOBUF_MAXIMUM_DEPTH)

    let handle: OpaquePointer

    /// Parses a schema and what it imports.
    ///
    /// - Parameters:
    ///   - text: The source of a .proto file, or a FileDescriptorProto in base64.
    ///   - references: Texts of the same kinds, by the names that imports have for them, in any order. Those that
    ///     nothing imports are ignored.
    /// - Throws: ``ProtobufError`` with `invalidSchema`; the message has the file, the line and the column.
    package init(text: String, references: [(name: String, text: String)] = []) throws(ProtobufError) {
        guard let handle = unsafe cprotobuf_schema_create() else { fatalError("out of memory") }
        for reference in references {
            guard unsafe Self.add(reference.text, named: reference.name, to: handle) else {
                fatalError("out of memory")
            }
        }
        var text = text
        let outcome = unsafe withReason { reason, capacity in
            text.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) { text in
                    unsafe cprotobuf_schema_build(handle, text.baseAddress, text.count, reason, capacity)
                }
            }
        }
        guard outcome.result else {
            unsafe cprotobuf_schema_destroy(handle)
            throw ProtobufError(.invalidSchema, "the Protobuf schema is invalid: \(outcome.reason)")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe cprotobuf_schema_destroy(handle) }

    /// Returns a reader of the message type at a path of indexes.
    ///
    /// The first index selects a message of the schema's own file, each further one a message nested in the former, in
    /// the order of their declaration. Serializers put this path in front of the payload.
    ///
    /// - Throws: ``ProtobufError`` with `unknownMessage`; the message says how many there are.
    package func message(at indexes: [Int]) throws(ProtobufError) -> ProtobufReader {
        // What does not fit is beyond every schema.
        let path = indexes.map { Int32(clamping: $0) }
        let outcome = unsafe withReason { reason, capacity in
            unsafe path.withUnsafeBufferPointer { path in
                unsafe cprotobuf_reader_create(handle, path.baseAddress, path.count, reason, capacity)
            }
        }
        guard let reader = unsafe outcome.result else {
            let reason = unsafe outcome.reason
            throw ProtobufError(.unknownMessage, "the Protobuf schema does not have the message: \(reason)")
        }
        return unsafe ProtobufReader(adopting: reader, schema: self)
    }

    private static func add(_ text: String, named name: String, to handle: OpaquePointer) -> Bool {
        var (name, text) = (name, text)
        return name.withUTF8 { name in
            text.withUTF8 { text in
                unsafe name.withMemoryRebound(to: CChar.self) { name in
                    unsafe text.withMemoryRebound(to: CChar.self) { text in
                        unsafe cprotobuf_schema_add(handle, name.baseAddress, name.count, text.baseAddress, text.count)
                    }
                }
            }
        }
    }
}
