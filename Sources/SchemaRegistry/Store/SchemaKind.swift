/// The language of a schema.
package enum SchemaKind: String, Sendable, Hashable, CaseIterable {
    case avro = "AVRO"
    case json = "JSON"
    case protobuf = "PROTOBUF"
}
