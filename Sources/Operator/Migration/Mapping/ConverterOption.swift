/// The options of converters that have no field of their own and that hold no credential.
///
/// An option that is not among them may be anything, so its value is not copied.
enum ConverterOption {
    /// Whether an option, by its name without the converter's prefix, may be carried over with its value.
    static func isKnown(_ name: String) -> Bool { names.contains(name) }

    /// The names, as the converters document them.
    static let names: Set<String> = json.union(registry).union(avro).union(jsonSchema).union(protobuf)

    private static let json: Set<String> = [
        "schemas.cache.size", "decimal.format", "replace.null.with.default", "schema.content",
    ]

    private static let registry: Set<String> = [
        "auto.register.schemas", "use.latest.version", "latest.compatibility.strict", "latest.cache.size",
        "latest.cache.ttl.sec", "use.schema.id", "id.compatibility.strict", "normalize.schemas",
        "max.schemas.per.subject", "key.subject.name.strategy", "value.subject.name.strategy",
        "reference.subject.name.strategy", "context.name.strategy", "schemas.cache.config", "connect.meta.data",
        "schema.format", "proxy.host", "proxy.port", "http.connect.timeout.ms", "http.read.timeout.ms",
        "propagate.schema.tags",
    ]

    private static let avro: Set<String> = [
        "enhanced.avro.schema.support", "specific.avro.reader", "specific.avro.value.type", "specific.avro.key.type",
        "avro.reflection.allow.null", "avro.use.logical.type.converters", "avro.remove.java.properties",
        "scrub.invalid.names", "discard.type.doc.default", "allow.optional.map.keys", "generalized.sum.type.support",
        "flatten.unions", "flatten.singleton.unions", "ignore.default.for.nullables",
    ]

    private static let jsonSchema: Set<String> = [
        "json.fail.invalid.schema", "json.fail.unknown.properties", "json.value.type", "json.key.type",
        "json.schema.spec.version", "json.oneof.for.nullables", "json.default.property.inclusion",
        "json.indent.output", "json.write.dates.iso8601", "object.additional.properties",
        "use.optional.for.nonrequired", "ignore.modern.dialects",
    ]

    private static let protobuf: Set<String> = [
        "enhanced.protobuf.schema.support", "generate.index.for.unions", "generate.struct.for.nulls", "int.for.enums",
        "optional.for.nullables", "optional.for.proto2", "wrapper.for.nullables", "wrapper.for.raw.primitives",
        "derive.type", "specific.protobuf.value.type", "specific.protobuf.key.type", "skip.known.types",
    ]
}
