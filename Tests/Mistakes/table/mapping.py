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
]
