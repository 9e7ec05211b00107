"""Brokers, topics and the clients' properties."""

from mistake import BRIEFLY, LONGER, SERVICE_AWAY, Mistake, route, sink

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
            "the port is missing: write host:port, such as broker:9092"
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
    Mistake(
        "port where nobody listens", sink(BRIEFLY + "bootstrap.servers=@dead@"),
        says=(
            "bootstrap.servers=@dead@: no broker answers within 4 s (startup.timeout.ms): nobody listens on the port "
            "(connection refused); check the addresses, that the brokers run and that security.protocol is what they "
            "expect"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "host that there is not", sink(BRIEFLY + "bootstrap.servers=broker.invalid:9092"),
        says=(
            "bootstrap.servers=broker.invalid:9092: no broker answers within 4 s (startup.timeout.ms): its name does not "
            "resolve (Name or service not known); check the addresses, that the brokers run and that security.protocol "
            "is what they expect"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "controller's port", sink(LONGER + "bootstrap.servers=@controller@"),
        is_slow=True,
        says=(
            "bootstrap.servers=@controller@: what answers there is no broker: it does not know the request for the "
            "cluster's topics, like the port of a KRaft controller; name a port of the brokers, see their listeners"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "port of a web server", sink(LONGER + "bootstrap.servers=@web@"),
        is_slow=True,
        says=(
            "bootstrap.servers=@web@: no broker answers within 20 s (startup.timeout.ms): it answers in HTTP: this is "
            "the port of a web server, not of a broker; check the addresses, that the brokers run and that "
            "security.protocol is what they expect"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "port where nobody answers", sink(LONGER + "bootstrap.servers=@taken@"),
        is_slow=True,
        says=(
            "bootstrap.servers=@taken@: no broker answers within 20 s (startup.timeout.ms): …; check the addresses, that "
            "the brokers run and that security.protocol is what they expect"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "listener that advertises a wrong address", sink(LONGER + "bootstrap.servers=@elsewhere@"),
        is_slow=True,
        says=(
            "bootstrap.servers=@elsewhere@: a broker answers, and sends clients on to addresses of which none could be "
            "reached within 20 s (startup.timeout.ms): @dead@: nobody listens on the port (connection refused); have the "
            "brokers' advertised.listeners name addresses that can be reached from here, or name the port of another "
            "listener in bootstrap.servers"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "brokers with semicolons", sink("bootstrap.servers=broker-1:9092;broker-2:9092"),
        says=(
            "sink.properties:17: Invalid value broker-1:9092;broker-2:9092 for configuration bootstrap.servers: "
            "Invalid url in bootstrap.servers: broker-1:9092;broker-2:9092; write host:port, and commas between brokers"
        ),
    ),
    Mistake(
        "brokers as a list of JSON", sink('bootstrap.servers=["broker-1:9092","broker-2:9092"]'),
        says=(
            'sink.properties:17: Invalid value ["broker-1:9092","broker-2:9092"] for configuration bootstrap.servers: '
            'Invalid url in bootstrap.servers: ["broker-1:9092"; write host:port without quotes and brackets, and '
            "commas between brokers"
        ),
    ),
    Mistake(
        "consumer's property with a unit", sink("consumer.override.fetch.max.bytes=50MB"),
        says=(
            "sink.properties:18: Invalid value 50MB for configuration consumer.override.fetch.max.bytes: Not a number "
            "of type LONG; write 50000000, in bytes, for 50MB, or 52428800 for 50MiB"
        ),
    ),
    Mistake(
        "heartbeat longer than the session",
        sink("consumer.override.session.timeout.ms=6000\nconsumer.override.heartbeat.interval.ms=10000"),
        says=(
            "sink.properties:19: heartbeat.interval.ms is 10000 and must be lower than session.timeout.ms, 6000, at "
            "best a third of it; set consumer.override.heartbeat.interval.ms or consumer.override.session.timeout.ms"
        ),
    ),
]
