"""Brokers, topics and the clients' properties."""

from mistake import Mistake, route, sink

MISTAKES = [
    Mistake(
        "brokers forgotten", sink(without="bootstrap.servers"),
        says=(
            'Missing required configuration "bootstrap.servers" which has no default value. name the brokers there or in '
            "consumer.override.bootstrap.servers…"
        ),
    ),
    Mistake(
        "broker without a port", sink("bootstrap.servers=127.0.0.1"),
        says=(
            "Invalid value 127.0.0.1 for configuration bootstrap.servers: Invalid url in bootstrap.servers: 127.0.0.1; "
            "write host:port…"
        ),
    ),
    Mistake(
        "port that is none", sink("bootstrap.servers=broker:9o92"),
        says=(
            "Invalid value broker:9o92 for configuration bootstrap.servers: Invalid url in bootstrap.servers: "
            "broker:9o92; write host:port…"
        ),
    ),
    Mistake(
        "port too large", sink("bootstrap.servers=broker:99092"),
        says=(
            "Invalid value broker:99092 for configuration bootstrap.servers: Invalid url in bootstrap.servers: "
            "broker:99092; write host:port…"
        ),
    ),
    Mistake(
        "ZooKeeper's path", sink("bootstrap.servers=@broker@/kafka"),
        says=(
            "Invalid value @broker@/kafka for configuration bootstrap.servers: Invalid url in bootstrap.servers: "
            "@broker@/kafka; write host:port…"
        ),
    ),
    Mistake(
        "topic that there is not", sink("topics=order\n" + route(topic="order")),
        says="topics: topic order does not exist at @broker@; create it or correct the name",
    ),
    Mistake(
        "one topic of two that there is not",
        sink(
            "topics=orders,refunds\n"
            "kusto.tables.topics.mapping=[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json'}, "
            "{'topic': 'refunds', 'db': 'shop', 'table': 'Orders', 'format': 'json'}]"
        ),
        says="topics: topic refunds does not exist at @broker@; create it or correct the name",
    ),
    Mistake(
        "consumer's word that there is not", sink("consumer.override.auto.offset.reset=begin"),
        says=(
            "Invalid value begin for configuration consumer.override.auto.offset.reset: String must be one of: earliest, "
            "latest, none…"
        ),
    ),
    Mistake(
        "assignor of one's own", sink("consumer.override.partition.assignment.strategy=com.example.Assignor"),
        says=(
            "Invalid value com.example.Assignor for configuration consumer.override.partition.assignment.strategy: "
            "com.example.Assignor is not supported; use RangeAssignor, RoundRobinAssignor or CooperativeStickyAssignor"
        ),
    ),
]
