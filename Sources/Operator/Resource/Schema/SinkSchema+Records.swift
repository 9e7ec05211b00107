internal import JSON

/// What becomes of records: tables, converters and batches.
extension SinkSchema {
    /// `spec.topics`.
    package static let topics = SchemaField.list(
        "topics",
        "Which topic goes to which table; each topic once (topics and kusto.tables.topics.mapping).",
        of: .object(
            "[]",
            "One topic and its table.",
            [
                .text(
                    "topic",
                    "The topic's name; or a regular expression that begins with ^ and must match the whole name; or * "
                        + "for every topic without an entry of its own.",
                    maximum: 249,
                    pattern: .topic
                ).required,
                .text("database", "The database in Azure Data Explorer.", maximum: 260, pattern: .kustoName).required,
                .text("table", "The table.", maximum: 1_024, pattern: .kustoName).required,
                .word(
                    "format",
                    "The format of the rows, which the converter must be able to write. By default csv.",
                    formats
                ),
                .text(
                    "mapping",
                    "The name of an ingestion mapping of the table, for this format.",
                    maximum: 1_024,
                    pattern: .kustoName
                ),
                .flag(
                    "streaming",
                    "Whether rows go by streaming ingestion, for which the table needs a policy. False by default."
                ),
            ]
        ),
        ListLimits(minimumCount: 1, maximumCount: 256, identity: .map(["topic"]))
    ).ruled(
        SchemaRule(
            "self.exists(t, t.topic != '*')",
            "must name topics besides *, which is for topics without an entry of their own"
        ) { topics in (topics.arrayValue ?? []).contains { $0["topic"]?.stringValue != "*" } },
        SchemaRule(
            "self.filter(t, t.topic.startsWith('^')).size() <= 1",
            "must hold at most one regular expression; join several with |"
        ) { topics in
            (topics.arrayValue ?? []).count { $0["topic"]?.stringValue?.hasPrefix("^") == true } <= 1
        }
    )

    private static let formats = [
        "json", "singlejson", "multijson", "csv", "tsv", "scsv", "sohsv", "psv", "txt", "tsve", "raw", "avro",
        "apacheavro", "parquet", "orc", "sstream", "w3clogfile",
    ]

    /// `spec.converters`.
    package static let converters = SchemaField.object(
        "converters",
        "How the bytes of keys and values are read.",
        [
            converter(
                "key",
                "How keys are read, which only shows whether they can be. By default they are left alone (key.converter)."
            ),
            converter("value", "How values are read. By default as text, the type String (value.converter)."),
        ]
    )

    private static let registryTypes = ["Avro", "JsonSchema", "Protobuf"]

    private static func converter(_ name: String, _ summary: String) -> SchemaField {
        .object(
            name,
            summary,
            [
                .word(
                    "type",
                    "The converter of Kafka Connect whose work is done.",
                    [
                        "String", "Json", "ByteArray", "Avro", "JsonSchema", "Protobuf", "Short", "Integer", "Long",
                        "Float", "Double", "Boolean",
                    ]
                ).required,
                .flag(
                    "schemasEnable",
                    "Whether each message of the type Json is an object of schema and payload; false is for plain "
                        + "JSON. True by default (schemas.enable)."
                ),
                .text(
                    "encoding",
                    "The charset of the type String: UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE, UTF-16LE or "
                        + "windows-1252. By default UTF-8 (converter.encoding).",
                    maximum: 40,
                    pattern: .propertyName
                ),
                schemaRegistry,
                .map(
                    "options",
                    "Further settings of the converter by its own names. Credentials do not belong here.",
                    keys: TextLimits(minimumLength: 1, maximumLength: 128, pattern: .propertyName),
                    values: TextLimits(maximumLength: 1_024, pattern: .line),
                    maximumCount: 32
                ).ruled(
                    .eachName(
                        "!k.matches('\(SinkSchema.credentialWords)')",
                        "must not hold credentials or what schemaRegistry says, which takes them from Secrets",
                        .forbidden
                    ) { !namesCredential($0) }
                ),
            ]
        ).ruled(
            SchemaRule(
                "has(self.schemaRegistry) == (self.type in ['Avro', 'JsonSchema', 'Protobuf'])",
                "is needed with the types Avro, JsonSchema and Protobuf, and only with these",
                at: ".schemaRegistry"
            ) { ($0["schemaRegistry"] != nil) == registryTypes.contains($0["type"]?.stringValue ?? "") },
            SchemaRule(
                "!has(self.schemasEnable) || self.type == 'Json'",
                "belongs to the type Json",
                .forbidden,
                at: ".schemasEnable"
            ) { $0["schemasEnable"] == nil || $0["type"]?.stringValue == "Json" },
            SchemaRule(
                "!has(self.encoding) || self.type == 'String'",
                "belongs to the type String",
                .forbidden,
                at: ".encoding"
            ) { $0["encoding"] == nil || $0["type"]?.stringValue == "String" }
        )
    }

    private static let schemaRegistry = SchemaField.object(
        "schemaRegistry",
        "The schema registry, for the types Avro, JsonSchema and Protobuf.",
        [
            .texts(
                "url",
                "The registry's addresses in the order in which they are tried (schema.registry.url).",
                maximumCount: 16,
                minimumCount: 1,
                maximumLength: 2_048,
                pattern: .url,
                identity: .atomic
            ).required,
            .valueSource("username", "The user's name (basic.auth.user.info)."),
            .secret("password", "The user's password (basic.auth.user.info)."),
            .secret("bearerToken", "A token, in place of username and password (bearer.auth.token)."),
            oauth("Where tokens come from that are renewed, in place of username and password."),
            tls("How the connection is encrypted and the registry verified."),
        ]
    ).ruled(
        SchemaRule(
            "has(self.username) == has(self.password)",
            "and password belong together: give both or none",
            .required,
            at: ".username"
        ) { ($0["username"] == nil) == ($0["password"] == nil) },
        SchemaRule(
            "[has(self.username), has(self.bearerToken), has(self.oauth)].filter(x, x).size() <= 1",
            "must have at most one of username with password, bearerToken and oauth",
            .forbidden
        ) { registry in ["username", "bearerToken", "oauth"].count { registry[$0] != nil } <= 1 }
    )

    /// `spec.flush`.
    package static let flush = SchemaField.object(
        "flush",
        "When the batch of a topic's partition is sealed and sent.",
        [
            .integer(
                "sizeBytes",
                "Its size in bytes, before compression. By default 1048576 (flush.size.bytes).",
                100...1_099_511_627_776
            ),
            .duration(
                "interval",
                "The time since its first record. By default 30s (flush.interval.ms).",
                from: .milliseconds(100),
                to: .seconds(86_400)
            ),
        ]
    )
}
