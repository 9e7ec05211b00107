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
    Mistake(
        "no tasks", sink("tasks.max=0"),
        says="Invalid value 0 for configuration tasks.max: Value must be …",
    ),
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
        says="Invalid value yes for configuration value.converter.schemas.enable: Expected value to be either true or false…",
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
        says=(
            "Invalid value 9000000000000000 for configuration buffer.memory.bytes: Value must be …"
        ),
    ),
]
