"""Addresses, databases, tables, mappings and policies of Azure Data Explorer."""

from mistake import Mistake, mapping, route, sink

MISTAKES = [
    Mistake(
        "ingestion URL forgotten", sink(without="kusto.ingestion.url"),
        says='Missing required configuration "kusto.ingestion.url" which has no default value.…',
    ),
    Mistake(
        "ingestion URL by http",
        sink("kusto.ingestion.url=http://ingest-c.westeurope.kusto.windows.net", "kusto.query.url"),
        says=(
            "Invalid value http://ingest-c.westeurope.kusto.windows.net for configuration kusto.ingestion.url: HTTP is "
            "not supported. Only HTTPS endpoints are allowed."
        ),
    ),
    Mistake(
        "URL of the portal",
        sink(
            "kusto.ingestion.url=https://dataexplorer.azure.com/clusters/c.westeurope/databases/shop",
            "kusto.query.url",
        ),
        says=(
            "Invalid value https://dataexplorer.azure.com/clusters/c.westeurope/databases/shop for configuration "
            "kusto.ingestion.url: URL does not point to a known Azure Data Explorer endpoint; correct it, or add its "
            "host to kusto.endpoint.trust if credentials may be sent there"
        ),
    ),
    Mistake(
        "URL of nobody known", sink("kusto.ingestion.url=https://ingest-c.example.com", "kusto.query.url"),
        says=(
            "Invalid value https://ingest-c.example.com for configuration kusto.ingestion.url: URL does not point to a "
            "known Azure Data Explorer endpoint; correct it, or add its host to kusto.endpoint.trust if credentials may "
            "be sent there"
        ),
    ),
    Mistake(
        "URL that is none", sink("kusto.ingestion.url=https://ingest c.kusto.windows.net", "kusto.query.url"),
        says=(
            "Invalid value https://ingest c.kusto.windows.net for configuration kusto.ingestion.url: a URL holds only "
            "printable ASCII characters, and neither blanks nor backslashes…"
        ),
    ),
    Mistake(
        "database that there is not", sink(route(db="shops")),
        says="kusto.tables.topics.mapping: database shops does not exist; create it or correct the name",
    ),
    Mistake(
        "table that there is not", sink(route(table="Order")),
        says="kusto.tables.topics.mapping: table Order does not exist in database shop; create it or correct the name",
    ),
    Mistake(
        "table in lower case", sink(route(table="orders")),
        says="kusto.tables.topics.mapping: table orders does not exist in database shop; create it or correct the name",
    ),
    Mistake(
        "mapping that there is not", sink(route(mapping="OrderMapping")),
        says=(
            "kusto.tables.topics.mapping: table Orders in database shop has no json mapping OrderMapping, and neither "
            "has the database; create it with .create table ['Orders'] ingestion json mapping 'OrderMapping' '…', or "
            "correct the name"
        ),
    ),
    Mistake(
        "mapping of another table", sink(route(mapping="PaymentsMapping")),
        says=(
            "kusto.tables.topics.mapping: table Orders in database shop has no json mapping PaymentsMapping, and neither "
            "has the database; create it with .create table ['Orders'] ingestion json mapping 'PaymentsMapping' '…', or "
            "correct the name"
        ),
    ),
    Mistake(
        "mapping of another kind", sink(route(mapping="OrdersCsv")),
        says=(
            "kusto.tables.topics.mapping: table Orders in database shop has no json mapping OrdersCsv, and neither has "
            "the database; create it with .create table ['Orders'] ingestion json mapping 'OrdersCsv' '…', or correct "
            "the name"
        ),
    ),
    Mistake(
        "streaming without the policy",
        sink(
            mapping(
                "[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json', 'mapping': 'OrdersMapping', "
                "'streaming': true}]"
            ),
        ),
        says=(
            "kusto.tables.topics.mapping: neither table Orders nor database shop has a streaming ingestion policy that "
            "is enabled; enable it with .alter table ['Orders'] policy streamingingestion enable, or set 'streaming' to "
            "false"
        ),
    ),
    Mistake(
        "proxy with a scheme", sink("proxy.host=http://proxy\nproxy.port=3128"),
        says=(
            "Invalid value http://proxy for configuration proxy.host: must be a host's name or address, without scheme, "
            "user and port"
        ),
    ),
    Mistake(
        "proxy without a port", sink("proxy.host=proxy.example"),
        says="proxy.host is set and proxy.port is not; give the proxy's port",
    ),
    Mistake(
        "table and topic that there are not", sink("topics=order\n" + route(topic="order", table="Order")),
        says=(
            "topics: topic order does not exist at @broker@; create it or correct the name",
            "kusto.tables.topics.mapping: table Order does not exist in database shop; create it or correct the name",
        ),
    ),
]
