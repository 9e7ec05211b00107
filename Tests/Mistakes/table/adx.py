"""Addresses, databases, tables, mappings and policies of Azure Data Explorer."""

from mistake import BRIEFLY, SERVICE_AWAY, Mistake, mapping, route, sink

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
            "kusto.ingestion.url: this is the address of a page for people; write the cluster's URI, which that page "
            "shows, such as https://c.westeurope.kusto.windows.net"
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
    Mistake(
        "ingestion URL without a scheme", sink(BRIEFLY + "kusto.ingestion.url=ingest-c.westeurope.kusto.windows.net"),
        says=(
            "kusto.ingestion.url=https://ingest-c.westeurope.kusto.windows.net: no success within 4 s "
            "(startup.timeout.ms): GET https://ingest-c.westeurope.kusto.windows.net/v1/rest/auth/metadata: the name "
            "ingest-c.westeurope.kusto.windows.net does not resolve; check the host's name and this machine's DNS"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "cluster that there is not", sink(BRIEFLY + "kusto.ingestion.url=http://@dead@\nkusto.query.url=http://@dead@"),
        says=(
            "kusto.ingestion.url=http://@dead@: no success within 4 s (startup.timeout.ms): GET "
            "http://@dead@/v1/rest/auth/metadata: cannot connect; check host and port, that the server runs, and that no "
            "firewall is in the way"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "addresses swapped", sink(BRIEFLY + "kusto.ingestion.url=@query@\nkusto.query.url=@ingestion@"),
        says=(
            "kusto.ingestion.url=@query@: resources at @query@/v1/rest/mgmt: status 400: BadRequest_WrongEndpoint: "
            "Cannot get ingestion resources from this service endpoint. The appropriate endpoint is most likely "
            "'@ingestion@'."
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "ingestion at the query's address", sink(BRIEFLY + "kusto.ingestion.url=@query@"),
        says=(
            "kusto.ingestion.url=@query@: resources at @query@/v1/rest/mgmt: status 400: BadRequest_WrongEndpoint: "
            "Cannot get ingestion resources from this service endpoint. The appropriate endpoint is most likely "
            "'@ingestion@'."
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "query at the ingestion's address", sink(BRIEFLY + "kusto.query.url=@ingestion@"),
        says=(
            "kusto.ingestion.url=@ingestion@: query at @ingestion@/v2/rest/query: status 400: BadRequest_WrongEndpoint: "
            "Cannot run queries at this service endpoint. The appropriate endpoint is most likely '@query@'."
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "web server instead of ADX", sink(BRIEFLY + "kusto.ingestion.url=http://@web@\nkusto.query.url=http://@web@"),
        says=(
            "kusto.ingestion.url=http://@web@: no success within 4 s (startup.timeout.ms): cloud metadata at "
            "http://@web@/v1/rest/auth/metadata: status 404; check that the URL is a cluster's, and look for a proxy or "
            "gateway on the way"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "https at an http port", sink(BRIEFLY + "kusto.ingestion.url=https://@web@\nkusto.query.url=https://@web@"),
        says=(
            "kusto.ingestion.url=https://@web@: no success within 4 s (startup.timeout.ms): GET "
            "https://@web@/v1/rest/auth/metadata: the server does not speak TLS on this port; write http://, or name the "
            "port that speaks TLS"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "proxy of the environment that is not there",
        sink(BRIEFLY + "kusto.ingestion.url=https://ingest-c.westeurope.kusto.windows.net", "kusto.query.url"),
        environment={"HTTPS_PROXY": "http://@dead@"},
        says=(
            "kusto.ingestion.url=https://ingest-c.westeurope.kusto.windows.net: no success within 4 s "
            "(startup.timeout.ms): GET https://ingest-c.westeurope.kusto.windows.net/v1/rest/auth/metadata: the proxy "
            "@dead@ cannot be reached: …; check HTTPS_PROXY, and that no firewall is in the way"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "URL in quotes", sink('kusto.ingestion.url="@ingestion@"'),
        says='sink.properties:17: kusto.ingestion.url: the quotes (") around the value are part of it; remove them',
    ),
]
