"""What looks like a mistake and is taken as it was meant: the sink starts, with a warning where something is of no use."""

from mistake import DONE, SASL, Mistake, mapping, route, sink

MISTAKES = [
    Mistake(
        "accepted: byte order mark and Windows' line ends", b"\xef\xbb\xbf" + sink().replace("\n", "\r\n").encode(),
        code=DONE,
    ),
    Mistake(
        "accepted: blanks around names and values", sink("  tasks.max \t = \t 1   \n topics : orders  "),
        code=DONE,
    ),
    Mistake("accepted: no line end at the end", sink("tasks.max=1").rstrip("\n"), code=DONE),
    Mistake("accepted: converter by its short name", sink("value.converter=JsonConverter"), code=DONE),
    Mistake("accepted: strategy in capitals", sink("aad.auth.strategy=APPLICATION"), code=DONE),
    Mistake("accepted: boolean in capitals", sink("value.converter.schemas.enable=False"), code=DONE),
    Mistake("accepted: format in capitals", sink(route(format="JSON")), code=DONE),
    Mistake("accepted: database in capitals", sink(route(db="SHOP")), code=DONE),
    Mistake(
        "accepted: mapping in double quotes",
        sink(mapping('[{"topic": "orders", "db": "shop", "table": "Orders", "format": "json"}]')),
        code=DONE,
    ),
    Mistake("accepted: comma at the end of the topics", sink("topics=orders,"), code=DONE),
    Mistake("accepted: topic twice", sink("topics=orders, orders"), code=DONE),
    Mistake(
        "accepted: providers of references",
        sink(
            "config.providers=file\n"
            "config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider"
        ),
        code=DONE,
    ),
    Mistake(
        "accepted: property of Connect's worker",
        sink("offset.storage.file.filename=/tmp/offsets\nplugin.path=/usr/share/java"),
        code=DONE,
    ),
    Mistake(
        "accepted: deserializer",
        sink("consumer.override.value.deserializer=org.apache.kafka.common.serialization.StringDeserializer"),
        code=DONE,
        warns="consumer.override.value.deserializer is ignored: `value.converter` reads values",
    ),
    Mistake(
        "accepted: automatic commits", sink("consumer.override.enable.auto.commit=true"),
        code=DONE,
        warns="consumer.override.enable.auto.commit is ignored: offsets are committed by the sink, after ingestion",
    ),
    Mistake(
        "accepted: interceptor",
        sink(
            "consumer.override.interceptor.classes=io.confluent.monitoring.clients.interceptor.MonitoringConsumerInterceptor"
        ),
        code=DONE,
        warns="consumer.override.interceptor.classes is ignored: it concerns Java only",
    ),
    Mistake(
        "accepted: consumer's property misspelled", sink("consumer.override.max.pol.interval.ms=5000"),
        code=DONE,
        warns="consumer.override.max.pol.interval.ms is ignored: librdkafka has no property like it",
    ),
    Mistake(
        "accepted: property misspelled", sink("flush.intervall.ms=5000"),
        code=DONE,
        warns="flush.intervall.ms is not a property of this sink and is ignored; did you mean flush.interval.ms?",
    ),
    Mistake(
        "accepted: name of an older release", sink("kusto.sink.flush_interval_ms=5000"),
        code=DONE,
        warns="kusto.sink.flush_interval_ms …and is ignored; use flush.interval.ms",
    ),
    Mistake(
        "accepted: dead letters by a name of their own", sink("errors.dead.letter.queue.topic.name=orders-errors"),
        code=DONE,
        warns=(
            "errors.dead.letter.queue.topic.name is not a property of this sink and is ignored; did you mean "
            "errors.deadletterqueue.topic.name?"
        ),
    ),
    Mistake(
        "accepted: dead-letter topic of an older release",
        sink("dlq.bootstrap.servers=@broker@\ndlq.topic.name=orders-letters"),
        code=DONE,
        warns=(
            "dlq.bootstrap.servers …and is ignored; use misc.deadletterqueue.*",
            "dlq.topic.name …and is ignored; use misc.deadletterqueue.*",
        ),
    ),
    Mistake(
        "accepted: dead letters without tolerance",
        sink("errors.deadletterqueue.topic.name=orders-errors\nerrors.deadletterqueue.topic.replication.factor=1"),
        code=DONE,
        warns=(
            "errors.deadletterqueue.topic.name: the first record that cannot be converted is written there, and then the "
            "sink stops, since errors.tolerance is none; set errors.tolerance=all to go on"
        ),
    ),
    Mistake(
        "accepted: misc queue that is never written to",
        sink("misc.deadletterqueue.bootstrap.servers=@broker@\nmisc.deadletterqueue.topic.name=orders-letters"),
        code=DONE,
        warns=(
            "misc.deadletterqueue.topic.name is never written to, since behavior.on.error is fail; set "
            "behavior.on.error=log to send records there and go on"
        ),
    ),
    Mistake(
        "accepted: topic mapped and not consumed",
        sink(
            mapping(
                "[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json', 'mapping': 'OrdersMapping'}, "
                "{'topic': 'payments', 'db': 'shop', 'table': 'Payments', 'format': 'json'}]"
            ),
        ),
        code=DONE,
        warns='kusto.tables.topics.mapping has an entry for the topic "payments", which is not consumed',
    ),
    Mistake(
        "accepted: JSON into a table of CSV", sink(route(format=None, mapping=None)),
        code=DONE,
        warns=(
            'kusto.tables.topics.mapping: value.converter writes JSON, and the entry for the topic "orders" has the '
            "format csv, the default; write 'format': 'json' unless the values are strings of that format"
        ),
    ),
    Mistake(
        "accepted: mechanism in lower case", sink((SASL % "sink").replace("mechanism=PLAIN", "mechanism=plain")),
        code=DONE,
    ),
    Mistake(
        "accepted: PEM without its type",
        sink("bootstrap.servers=@tls@\nsecurity.protocol=SSL\nssl.truststore.location=@keys@/ca.crt"),
        code=DONE,
    ),
    Mistake(
        "accepted: trust store without its password",
        sink("bootstrap.servers=@tls@\nsecurity.protocol=SSL\nssl.truststore.location=@keys@/trust.jks"),
        code=DONE,
    ),
    Mistake("accepted: proxy for what is on this machine", sink("proxy.host=127.0.0.1\nproxy.port=1"), code=DONE),
    Mistake(
        "accepted: Latin-1 in a comment", b"# Bestellungen f\xfcr Z\xfcrich\n" + sink().encode(),
        code=DONE,
    ),
    Mistake(
        "accepted: streaming as a text",
        sink(
            mapping(
                "[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json', 'mapping': 'OrdersMapping', "
                "'streaming': 'False'}]"
            ),
        ),
        code=DONE,
    ),
    Mistake(
        "accepted: streaming empty", sink(route(streaming="")),
        code=DONE,
    ),
]
