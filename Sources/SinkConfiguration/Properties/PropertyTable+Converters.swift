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
                The converter of keys, one of those of `value.converter`. Keys are not converted yet, since rows hold \
                the value alone: the name is checked and has no effect, and a converter with a schema registry keeps \
                the sink from starting.
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
                How decimals of Avro, of Protobuf and of JSON with a schema are written to JSON: as a number, exact to the \
                last digit, or as the connector writes them, in Base64 of the unscaled value, which Azure Data Explorer \
                cannot read as a number.
                """
            ),
        ] + ["value", "key"].flatMap(converterSettings)

    private static func converterSettings(of side: String) -> [PropertyDefinition] {
        let prefix = "\(side).converter."
        let effect = side == "key" ? " Keys are not converted yet." : ""
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
                """ + effect
            ),
            PropertyDefinition(
                prefix + "converter.encoding",
                .string,
                default: "UTF-8",
                group: .converters,
                since: "Kafka Connect",
                example: "US-ASCII",
                "The charset of the string converter: `UTF-8` or `US-ASCII`; others are not supported yet." + effect
            ),
            PropertyDefinition(
                prefix + "schema.registry.url",
                .list,
                group: .converters,
                status: .planned,
                example: "https://registry-1:8081,https://registry-2:8081",
                """
                The schema registry's addresses, in the order in which they are tried. Required by the Avro, JSON \
                Schema and Protobuf converters.
                """
            ),
            PropertyDefinition(
                prefix + "basic.auth.credentials.source",
                .enumeration(["URL", "USER_INFO", "SASL_INHERIT"]),
                group: .converters,
                since: "Kafka Connect",
                status: .planned,
                example: "USER_INFO",
                "Where the user and password for the schema registry come from."
            ),
            PropertyDefinition(
                prefix + "basic.auth.user.info",
                .password,
                group: .converters,
                since: "Kafka Connect",
                status: .planned,
                example: "${file:/etc/kusto-sink/secrets/registry.properties:user-info}",
                "`user:password` for the schema registry, with the source `USER_INFO`."
            ),
            PropertyDefinition(
                prefix + "bearer.auth.credentials.source",
                .enumeration(["STATIC_TOKEN", "OAUTHBEARER", "SASL_OAUTHBEARER_INHERIT", "UAMI", "CUSTOM"]),
                group: .converters,
                since: "Kafka Connect",
                status: .planned,
                example: "STATIC_TOKEN",
                "Where the bearer token for the schema registry comes from. It excludes `basic.auth.credentials.source`."
            ),
            PropertyDefinition(
                prefix + "bearer.auth.token",
                .password,
                group: .converters,
                since: "Kafka Connect",
                status: .planned,
                example: "${env:REGISTRY_TOKEN}",
                "The token, with the source `STATIC_TOKEN`."
            ),
        ]
    }
}
