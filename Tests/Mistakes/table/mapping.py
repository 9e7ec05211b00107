"""The property that says which topics go into which tables."""

from mistake import Mistake, mapping, route, sink

MISTAKES = [
    Mistake(
        "mapping forgotten", sink(without="kusto.tables.topics.mapping"),
        says='Missing required configuration "kusto.tables.topics.mapping" which has no default value.…',
    ),
    Mistake(
        "mapping empty", sink(mapping("")),
        says='Missing required configuration "kusto.tables.topics.mapping" which has no default value.…',
    ),
    Mistake("empty list", sink(mapping("[]")), says="kusto.tables.topics.mapping must hold at least one mapping"),
    Mistake(
        "table forgotten", sink(route(table=None)),
        says="kusto.tables.topics.mapping, topic \"orders\": 'table' must be provided for each mapping",
    ),
    Mistake(
        "database forgotten", sink(route(db=None)),
        says="kusto.tables.topics.mapping, topic \"orders\": 'db' must be provided for each mapping",
    ),
    Mistake(
        "topic forgotten", sink(route(topic=None)),
        says="kusto.tables.topics.mapping, entry 1: 'topic' must be provided for each mapping",
    ),
    Mistake(
        "format forgotten", sink(route(format=None)),
        says=(
            "kusto.tables.topics.mapping: table Orders in database shop has no csv mapping OrdersMapping, and neither "
            "has the database; create it with .create table ['Orders'] ingestion csv mapping 'OrdersMapping' '…', or "
            "correct the name"
        ),
        warns=(
            'kusto.tables.topics.mapping: value.converter writes JSON, and the entry for the topic "orders" has the '
            "format csv, the default; write 'format': 'json' unless the values are strings of that format"
        ),
    ),
    Mistake(
        "mapping of a topic that is not consumed", sink(route(topic="Orders")),
        says=(
            "Kusto Sink has no ingestion props mapped for the topic: orders. please check your configuration: add an "
            "entry to kusto.tables.topics.mapping, or one for '*'"
        ),
        warns='kusto.tables.topics.mapping has an entry for the topic "Orders", which is not consumed',
    ),
    Mistake(
        "topic without a mapping", sink("topics=orders,payments"),
        says=(
            "Kusto Sink has no ingestion props mapped for the topic: payments. please check your configuration: add an "
            "entry to kusto.tables.topics.mapping, or one for '*'"
        ),
    ),
    Mistake(
        "topic twice",
        sink(
            mapping(
                "[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json'}, {'topic': 'orders', 'db': "
                "'shop', 'table': 'Payments', 'format': 'json'}]"
            ),
        ),
        says='kusto.tables.topics.mapping, topic "orders": the topic is mapped twice; keep one of the entries',
    ),
    Mistake(
        "table as a list", sink(mapping("[{'topic': 'orders', 'db': 'shop', 'table': ['Orders'], 'format': 'json'}]")),
        says="kusto.tables.topics.mapping, topic \"orders\": 'table' must be a string",
    ),
    Mistake(
        "Avro with a JSON converter", sink(route(format="avro")),
        says=(
            'kusto.tables.topics.mapping, topic "orders": format=avro needs binary messages, so it cannot be used with '
            "org.apache.kafka.connect.json.JsonConverter; use ByteArrayConverter for messages that are files of this "
            "format"
        ),
    ),
    Mistake(
        "database and table in one", sink(mapping("[{'topic': 'orders', 'table': 'shop.Orders', 'format': 'json'}]")),
        says="kusto.tables.topics.mapping, topic \"orders\": 'db' must be provided for each mapping",
    ),
    Mistake(
        "empty table", sink(route(table="")),
        says="kusto.tables.topics.mapping, topic \"orders\": 'table' must be provided for each mapping",
    ),
    Mistake(
        "object instead of a list",
        sink(mapping("{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json'}")),
        says=(
            "sink.properties:17: kusto.tables.topics.mapping must be a JSON array of objects; put the object between [ "
            "and ]"
        ),
    ),
    Mistake(
        "mapping in quotes",
        sink(mapping("\"[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json'}]\"")),
        says='sink.properties:17: kusto.tables.topics.mapping: the quotes (") around the value are part of it; remove them',
    ),
    Mistake(
        "bracket forgotten", sink(mapping("[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json'}")),
        says=(
            "sink.properties:17: Failed to parse ``kusto.tables.topics.mapping`` configuration: it must be a JSON "
            "array of objects; the value ends unfinished at the end of line 17: a line goes on in the next one only "
            "with \\ as its last character"
        ),
    ),
    Mistake(
        "quote forgotten", sink(mapping("[{'topic': 'orders, 'db': 'shop', 'table': 'Orders', 'format': 'json'}]")),
        says=(
            "sink.properties:17: Failed to parse ``kusto.tables.topics.mapping`` configuration: it must be a JSON "
            "array of objects; expected a comma or the closing bracket at character 22"
        ),
    ),
    Mistake(
        "comma forgotten in a continued value",
        sink(mapping("[\\\n  {'topic': 'orders', 'db': 'shop',\\\n   'table': 'Orders' 'format': 'json'}\\\n]")),
        says=(
            "sink.properties:19: Failed to parse ``kusto.tables.topics.mapping`` configuration: it must be a JSON "
            "array of objects; expected a comma or the closing bracket here"
        ),
    ),
    Mistake(
        "equals sign instead of a colon", sink(mapping("[{topic=orders, db=shop, table=Orders}]")),
        says=(
            "sink.properties:17: Failed to parse ``kusto.tables.topics.mapping`` configuration: it must be a JSON "
            "array of objects; expected a property name in double quotes at character 3"
        ),
    ),
    Mistake(
        "typographic quotes", sink(mapping("[{‘topic’: ‘orders’, ‘db’: ‘shop’, ‘table’: ‘Orders’, ‘format’: ‘json’}]")),
        says=(
            "sink.properties:17: Failed to parse ``kusto.tables.topics.mapping`` configuration: it must be a JSON "
            "array of objects; expected a property name in double quotes at character 3; quotes must be ' or \", not "
            "typographic ones"
        ),
    ),
    Mistake(
        "database instead of db",
        sink(mapping("[{'topic': 'orders', 'database': 'shop', 'table': 'Orders', 'format': 'json'}]")),
        says="sink.properties:17: kusto.tables.topics.mapping, topic \"orders\": unknown key 'database'; did you mean 'db'?",
    ),
    Mistake(
        "member misspelled",
        sink(
            mapping(
                "[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json', 'maping': 'OrdersMapping'}]",
            ),
        ),
        says=(
            "sink.properties:17: kusto.tables.topics.mapping, topic \"orders\": unknown key 'maping'; did you mean "
            "'mapping'?"
        ),
    ),
    Mistake(
        "format that there is not", sink(route(format="jsonl")),
        says=(
            "sink.properties:17: kusto.tables.topics.mapping, topic \"orders\": unknown 'format' \"jsonl\"; known are "
            "json, singlejson, multijson, csv, tsv, scsv, sohsv, psv, txt, tsve, raw, avro, apacheavro, parquet, orc, "
            "sstream, w3clogfile; did you mean json?"
        ),
    ),
    Mistake(
        "format misspelled", sink(route(format="jsno")),
        says=(
            "sink.properties:17: kusto.tables.topics.mapping, topic \"orders\": unknown 'format' \"jsno\"; known are "
            "json, singlejson, multijson, csv, tsv, scsv, sohsv, psv, txt, tsve, raw, avro, apacheavro, parquet, orc, "
            "sstream, w3clogfile; did you mean json?"
        ),
    ),
]
