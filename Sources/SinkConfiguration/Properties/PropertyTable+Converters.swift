internal import Converters

extension PropertyTable {
    /// How keys, values and headers are read.
    static let converters: [PropertyDefinition] =
        [
            PropertyDefinition(
                "key.converter",
                .javaClass,
                group: .converters,
                example: "org.apache.kafka.connect.storage.StringConverter",
                """
                The converter of keys, one of those of `value.converter`. Rows hold the value alone, so a key is read only \
                to see whether it can be read: one that cannot is a conversion error, as with Connect. Without this \
                property keys are not looked at.
                """
            ),
            PropertyDefinition(
                "value.converter",
                .javaClass,
                isRequired: true,
                group: .converters,
                example: "org.apache.kafka.connect.json.JsonConverter",
                """
                How values are read, by the name of the Java class whose work is done here: \
                `org.apache.kafka.connect.storage.StringConverter`, `org.apache.kafka.connect.json.JsonConverter`, \
                `org.apache.kafka.connect.converters.ByteArrayConverter`, `io.confluent.connect.avro.AvroConverter`, \
                `io.confluent.connect.json.JsonSchemaConverter`, `io.confluent.connect.protobuf.ProtobufConverter`, \
                or one of Kafka's converters of primitive types. The last part of the name is enough, as in \
                `JsonConverter` or `Json`.
                """
            ),
            PropertyDefinition(
                "header.converter",
                .javaClass,
                group: .converters,
                since: "Kafka Connect",
                status: .ignored,
                "Headers are not written to tables, and go to dead-letter queues as they are."
            ),
            PropertyDefinition(
                "json.decimal.format",
                .enumeration(["numeric", "base64"]),
                default: "numeric",
                group: .converters,
                since: "kusto-sink",
                example: "base64",
                """
                How decimals of Avro, and of JSON with a schema in its message, are written to JSON and to fields: as a \
                number, exact to the last digit, or as the connector writes them, in Base64 of the unscaled value, \
                which Azure Data Explorer cannot read as a number. Those of Protobuf are always numbers.
                """
            ),
        ] + ["value", "key"].flatMap(converterSettings)

    private static func converterSettings(of side: String) -> [PropertyDefinition] {
        let prefix = "\(side).converter."
        return [
            PropertyDefinition(
                prefix + "schemas.enable",
                .boolean,
                default: "true",
                group: .converters,
                example: "false",
                """
                Whether the JSON converter expects each message to be an object of `schema` and `payload`. Set it to \
                `false` for plain JSON. Other converters ignore it.
                """
            ),
            PropertyDefinition(
                prefix + "converter.encoding",
                .string,
                default: "UTF-8",
                group: .converters,
                since: "Kafka Connect",
                example: "US-ASCII",
                """
                The charset of the string converter, by its name in Java or an alias of that: \
                \(Charset.allCases.map { "`\($0.name)`" }.joined(separator: ", ")).
                """
            ),
            PropertyDefinition(
                prefix + "replace.null.with.default",
                .boolean,
                default: "true",
                group: .converters,
                since: "Kafka Connect",
                example: "false",
                """
                Whether a null, or a field that is missing, takes the default that the schema in its message has, with \
                the JSON converter and `schemas.enable=true`.
                """
            ),
            PropertyDefinition(
                prefix + "decimal.format",
                .string,
                group: .converters,
                since: "Kafka Connect",
                status: .ignored,
                """
                It says how Connect writes decimals to Kafka, and both forms are read. How decimals are written to \
                tables, `json.decimal.format` says.
                """
            ),
            PropertyDefinition(
                prefix + "schemas.cache.size",
                .string,
                group: .converters,
                since: "Kafka Connect",
                status: .ignored,
                "The schemas of the newest messages are kept, within a fixed amount of memory."
            ),
        ]
    }
}
