"""Names and values of properties."""

from mistake import Mistake, sink

MISTAKES = [
    Mistake(
        "name forgotten", sink(without="name"),
        says='Missing required configuration "name" which has no default value.…',
    ),
    Mistake(
        "class forgotten", sink(without="connector.class"),
        says='Missing required configuration "connector.class" which has no default value.…',
    ),
    Mistake(
        "class of another connector", sink("connector.class=io.confluent.connect.jdbc.JdbcSinkConnector"),
        says=(
            "Invalid value io.confluent.connect.jdbc.JdbcSinkConnector for configuration connector.class: Class must be "
            "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector"
        ),
    ),
    Mistake(
        "class of another language", sink("connector.class=com.microsoft.azure.kusto.KustoSinkConnector"),
        says=(
            "Invalid value com.microsoft.azure.kusto.KustoSinkConnector for configuration connector.class: Class must be "
            "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector"
        ),
    ),
    Mistake("topics forgotten", sink(without="topics"), says="Must configure one of topics or topics.regex…"),
    Mistake("topics empty", sink("topics="), says="Must configure one of topics or topics.regex…"),
    Mistake(
        "topic instead of topics", sink("topic=orders", "topics"),
        says="Must configure one of topics or topics.regex…",
        warns="topic is not a property of this sink and is ignored; did you mean topics?",
    ),
    Mistake(
        "topics and topics.regex", sink("topics.regex=orders.*"),
        says="topics and topics.regex are mutually exclusive options, but both are set.",
    ),
    Mistake(
        "tasks as a word", sink("tasks.max=two"),
        says="Invalid value two for configuration tasks.max: Not a number of type INT",
    ),
    Mistake("no tasks", sink("tasks.max=0"), says="Invalid value 0 for configuration tasks.max: Value must be …"),
    Mistake(
        "negative tasks", sink("tasks.max=-1"),
        says="Invalid value -1 for configuration tasks.max: Value must be …",
    ),
    Mistake(
        "too many tasks", sink("tasks.max=100000"),
        says="Invalid value 100000 for configuration tasks.max: Value must be …",
    ),
    Mistake(
        "interval too short", sink("flush.interval.ms=0"),
        says="Invalid value 0 for configuration flush.interval.ms: Value must be …",
    ),
    Mistake(
        "boolean as yes", sink("value.converter.schemas.enable=yes"),
        says=(
            "Invalid value yes for configuration value.converter.schemas.enable: Expected value to be either true or "
            "false…"
        ),
    ),
    Mistake(
        "boolean as 1", sink("kusto.validation.table.enable=1"),
        says="Invalid value 1 for configuration kusto.validation.table.enable: Expected value to be either true or false…",
    ),
    Mistake(
        "behaviour that there is not", sink("behavior.on.error=retry"),
        says="Invalid value retry for configuration behavior.on.error: String must be one of: fail, log, ignore…",
    ),
    Mistake(
        "tolerance that there is not", sink("errors.tolerance=some"),
        says="Invalid value some for configuration errors.tolerance: String must be one of: none, all…",
    ),
    Mistake(
        "retry time out of range", sink("errors.retry.max.time.ms=-5"),
        says="Invalid value -5 for configuration errors.retry.max.time.ms: Value must be …",
    ),
    Mistake(
        "transforms", sink("transforms=route\ntransforms.route.type=org.apache.kafka.connect.transforms.RegexRouter"),
        says=(
            "transforms is not supported: Single message transforms are not supported. Transform before the topic, or in "
            "Azure Data Explorer with an ingestion mapping or an update policy."
        ),
        warns="transforms.route.type is not a property of this sink and is ignored",
    ),
    Mistake(
        "property misspelled", sink("kusto.tables.topics.maping=[]", "kusto.tables.topics.mapping"),
        says='Missing required configuration "kusto.tables.topics.mapping" which has no default value.…',
        warns=(
            "kusto.tables.topics.maping is not a property of this sink and is ignored; did you mean "
            "kusto.tables.topics.mapping?"
        ),
    ),
    Mistake(
        "name of an older release of the mapping",
        sink("kusto.tables.topics_mapping=[{'topic': 'orders'}]", "kusto.tables.topics.mapping"),
        says='Missing required configuration "kusto.tables.topics.mapping" which has no default value.…',
        warns="kusto.tables.topics_mapping …and is ignored; use kusto.tables.topics.mapping",
    ),
    Mistake(
        "names of an older release of the sink",
        sink("kusto.sink.tempdir=/tmp\nkusto.sink.flush_size=1000\nkusto.sink.flush_interval_ms=300000\ntasks.max=x"),
        says="Invalid value x for configuration tasks.max: Not a number of type INT",
        warns=(
            "kusto.sink.flush_interval_ms …and is ignored; use flush.interval.ms",
            "kusto.sink.flush_size …and is ignored; use flush.size.bytes",
            "kusto.sink.tempdir …and is ignored; use tempdir.path",
        ),
    ),
    Mistake(
        "name with capitals", sink("Topics=orders", "topics"),
        says="Must configure one of topics or topics.regex…",
        warns="Topics is not a property of this sink and is ignored; did you mean topics?",
    ),
    Mistake(
        "name with an underscore", sink("bootstrap_servers=@broker@", "bootstrap.servers"),
        says=(
            'Missing required configuration "bootstrap.servers" which has no default value. name the brokers there or in '
            "consumer.override.bootstrap.servers…"
        ),
        warns="bootstrap_servers is not a property of this sink and is ignored; did you mean bootstrap.servers?",
    ),
    Mistake(
        "variable that is not set", sink("aad.auth.appkey=${env:ADX_KEY}"),
        says="aad.auth.appkey: ${env:ADX_KEY} names an environment variable that is not set; set ADX_KEY",
    ),
    Mistake(
        "reference to a key that is not there",
        {
            "sink.properties": sink("aad.auth.appkey=${file:@folder@/adx.properties:appkey}"),
            "adx.properties": "app-key=a\n",
        },
        says='aad.auth.appkey: ${file:@folder@/adx.properties:appkey}: the file has no key "appkey"; add it',
    ),
    Mistake(
        "reference without a key",
        {"sink.properties": sink("aad.auth.appkey=${file:@folder@/adx.properties}"), "adx.properties": "app-key=a\n"},
        says="aad.auth.appkey: ${file:@folder@/adx.properties} must be ${file:/path/to/file.properties:key}",
    ),
    Mistake(
        "provider of others", sink("aad.auth.appkey=${vault:secret/adx:appkey}"),
        says=(
            'aad.auth.appkey: ${vault:…} names the provider "vault", which is not there; use '
            "${file:/path/to/file.properties:key}, ${directory:/path:file-name} or ${env:NAME}"
        ),
    ),
    Mistake(
        "secrets provider of Confluent", sink("aad.auth.appkey=${secrets:adx:appkey}"),
        says=(
            'aad.auth.appkey: ${secrets:…} names the provider "secrets", which is not there; use '
            "${file:/path/to/file.properties:key}, ${directory:/path:file-name} or ${env:NAME}"
        ),
    ),
    Mistake(
        "seven mistakes at once",
        sink(
            "tasks.max=x\n"
            "flush.size.bytes=y\n"
            "flush.interval.ms=z\n"
            "behavior.on.error=stop\n"
            "errors.tolerance=maybe\n"
            "log.level=loud\n"
            "log.format=xml"
        ),
        says=(
            "Invalid value x for configuration tasks.max: Not a number of type INT",
            "Invalid value y for configuration flush.size.bytes: Not a number of type LONG",
            "Invalid value z for configuration flush.interval.ms: Not a number of type LONG",
            "Invalid value stop for configuration behavior.on.error: String must be one of: fail, log, ignore…",
            "Invalid value maybe for configuration errors.tolerance: String must be one of: none, all…",
            "Invalid value loud for configuration log.level: String must be one of: trace, debug, info, warning, error…",
            "Invalid value xml for configuration log.format: String must be one of: json, text…",
        ),
    ),
    Mistake(
        "log format that there is not", sink("log.format=logfmt"),
        says="Invalid value logfmt for configuration log.format: String must be one of: json, text…",
    ),
    Mistake(
        "buffer beyond the memory", sink("buffer.memory.bytes=9000000000000000"),
        says="Invalid value 9000000000000000 for configuration buffer.memory.bytes: Value must be …",
    ),
    Mistake(
        "topics as a list of JSON", sink('topics=["orders"]'),
        says=(
            "sink.properties:17: Invalid value [\"orders\"] for configuration topics: '[\"orders\"]' is not a valid "
            "topic name: 1 to 249 letters, digits, '.', '_' and '-'; write the names alone, with commas between them"
        ),
    ),
    Mistake(
        "topics with a blank", sink("topics=orders payments"),
        says=(
            "sink.properties:17: Invalid value orders payments for configuration topics: 'orders payments' is not a "
            "valid topic name: 1 to 249 letters, digits, '.', '_' and '-'; write the names alone, with commas between "
            "them"
        ),
    ),
    Mistake(
        "topic with an illegal letter", sink("topics=orders/eu"),
        says=(
            "sink.properties:17: Invalid value orders/eu for configuration topics: 'orders/eu' is not a valid topic "
            "name: 1 to 249 letters, digits, '.', '_' and '-'"
        ),
    ),
    Mistake(
        "decimal number", sink("tasks.max=1.5"),
        says=(
            "sink.properties:17: Invalid value 1.5 for configuration tasks.max: Not a number of type INT; write a "
            "whole number"
        ),
    ),
    Mistake(
        "size with a unit", sink("flush.size.bytes=10MB"),
        says=(
            "sink.properties:18: Invalid value 10MB for configuration flush.size.bytes: Not a number of type LONG; "
            "write 10000000, in bytes, for 10MB, or 10485760 for 10MiB"
        ),
    ),
    Mistake(
        "time with a unit", sink("flush.interval.ms=30s"),
        says=(
            "sink.properties:18: Invalid value 30s for configuration flush.interval.ms: Not a number of type LONG; "
            "write 30000, in milliseconds, for 30s"
        ),
    ),
    Mistake(
        "number with separators", sink("flush.size.bytes=1_048_576"),
        says=(
            "sink.properties:18: Invalid value 1_048_576 for configuration flush.size.bytes: Not a number of type "
            "LONG; write 1048576, in bytes, for 1_048_576"
        ),
    ),
    Mistake(
        "number in quotes", sink('flush.size.bytes="1048576"'),
        says=(
            'sink.properties:18: Invalid value "1048576" for configuration flush.size.bytes: Not a number of type '
            "LONG; write 1048576 without quotes, which are part of a value"
        ),
    ),
    Mistake(
        "comment behind a value", sink("tasks.max=2  # two"),
        says=(
            "sink.properties:17: Invalid value 2  # two for configuration tasks.max: Not a number of type INT; write 2 "
            "alone: a comment needs a line of its own"
        ),
    ),
    Mistake(
        "names of an older release of the identity",
        sink(
            "kusto.auth.authority=a\nkusto.auth.appid=b\nkusto.auth.appkey=c",
            "aad.auth.authority aad.auth.appid aad.auth.appkey",
        ),
        says=(
            (
                'Missing required configuration "aad.auth.appid" which has no default value. '
                "aad.auth.strategy=application needs it; kusto.auth.appid in sink.properties:16 may be meant"
            ),
            (
                'Missing required configuration "aad.auth.authority" which has no default value. '
                "aad.auth.strategy=application needs it; kusto.auth.authority in sink.properties:15 may be meant"
            ),
            (
                'Missing required configuration "aad.auth.appkey" which has no default value. '
                "aad.auth.strategy=application needs it; kusto.auth.appkey in sink.properties:17 may be meant"
            ),
        ),
        warns=(
            "sink.properties:16: kusto.auth.appid is a name of an older release and is ignored; use aad.auth.appid",
            "sink.properties:17: kusto.auth.appkey is a name of an older release and is ignored; use aad.auth.appkey",
            (
                "sink.properties:15: kusto.auth.authority is a name of an older release and is ignored; use "
                "aad.auth.authority"
            ),
        ),
    ),
    Mistake(
        "managed identity by an older name",
        sink("aad.auth.managedidentity.enabled=true", "aad.auth.authority aad.auth.appid aad.auth.appkey"),
        says=(
            (
                'Missing required configuration "aad.auth.appid" which has no default value. '
                "aad.auth.strategy=application needs it"
            ),
            (
                'Missing required configuration "aad.auth.authority" which has no default value. '
                "aad.auth.strategy=application needs it"
            ),
            (
                'Missing required configuration "aad.auth.appkey" which has no default value. '
                "aad.auth.strategy=application needs it"
            ),
        ),
        warns=(
            "sink.properties:15: aad.auth.managedidentity.enabled is a name of an older release and is ignored; use "
            "aad.auth.strategy=managed_identity"
        ),
    ),
    Mistake(
        "placeholder in angle brackets", sink("aad.auth.authority=<tenant id>\naad.auth.appid=<application id>"),
        says=(
            "sink.properties:17: aad.auth.appid still holds the placeholder <application id>; put the value there",
            "sink.properties:16: aad.auth.authority still holds the placeholder <tenant id>; put the value there",
        ),
    ),
    Mistake(
        "variable of the shell", sink("aad.auth.appkey=${AAD_APPKEY}"),
        says=(
            "sink.properties:17: aad.auth.appkey holds ${AAD_APPKEY}, which nothing replaces: write ${env:AAD_APPKEY} "
            "for the environment variable, or $${AAD_APPKEY} for the text itself"
        ),
    ),
    Mistake(
        "variable without braces", sink("aad.auth.appkey=$AAD_APPKEY"),
        says=(
            "sink.properties:17: aad.auth.appkey holds $AAD_APPKEY, which nothing replaces: write ${env:AAD_APPKEY} "
            "for the environment variable, or, if that is the secret itself, keep it in a file or a variable…"
        ),
    ),
    Mistake(
        "variable of Windows", sink("aad.auth.appkey=%AAD_APPKEY%"),
        says=(
            "sink.properties:17: aad.auth.appkey holds %AAD_APPKEY%, which nothing replaces: write ${env:AAD_APPKEY} "
            "for the environment variable, or, if that is the secret itself, keep it in a file or a variable…"
        ),
    ),
    Mistake(
        "variable of Helm", sink("aad.auth.appkey={{ .Values.appkey }}"),
        says="sink.properties:17: aad.auth.appkey still holds the placeholder {{ .Values.appkey }}; put the value there",
    ),
    Mistake(
        "variable that is empty", sink("aad.auth.appkey=${env:ADX_KEY}"),
        environment={"ADX_KEY": " "},
        says=(
            'sink.properties:17: Missing required configuration "aad.auth.appkey" which has no default value. '
            "aad.auth.strategy=application needs it"
        ),
    ),
    Mistake(
        "reference to a file that is not there", sink("aad.auth.appkey=${file:/etc/adx/adx.properties:appkey}"),
        says=(
            "sink.properties:17: aad.auth.appkey: ${file:/etc/adx/adx.properties:appkey}: /etc/adx/adx.properties "
            "cannot be read: there is no such file, nor is there the directory /etc/adx; mount it, or correct the path"
        ),
    ),
    Mistake(
        "your-value placeholder",
        sink(
            "kusto.ingestion.url=https://ingest-<cluster>.<region>.kusto.windows.net\n"
            "kusto.query.url=https://<cluster>.<region>.kusto.windows.net"
        ),
        says=(
            "sink.properties:16: kusto.ingestion.url still holds the placeholder <cluster>; put the value there",
            "sink.properties:17: kusto.query.url still holds the placeholder <cluster>; put the value there",
        ),
    ),
    Mistake(
        "backslash forgotten in a long value",
        sink(
            "kusto.tables.topics.mapping=[\n"
            "  {'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json', 'mapping': 'OrdersMapping'}\n"
            "]"
        ),
        says=(
            "sink.properties:17: Failed to parse ``kusto.tables.topics.mapping`` configuration: it must be a JSON "
            "array of objects; the value ends unfinished at the end of line 17: a line goes on in the next one only "
            "with \\ as its last character"
        ),
        warns=(
            "sink.properties:19: [hidden] is not a property of this sink and is ignored",
            "sink.properties:18: [hidden] is not a property of this sink and is ignored",
        ),
    ),
    Mistake(
        "log level that there is not", sink("log.level=WARN"),
        says=(
            "sink.properties:18: Invalid value WARN for configuration log.level: String must be one of: trace, debug, "
            "info, warning, error; did you mean warning?"
        ),
    ),
    Mistake(
        "buffer with a unit", sink("buffer.memory.bytes=64Mi"),
        says=(
            "sink.properties:18: Invalid value 64Mi for configuration buffer.memory.bytes: Not a number of type LONG; "
            "write 67108864, in bytes, for 64Mi"
        ),
    ),
]
