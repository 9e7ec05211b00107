"""The operator's commands about files."""

from mistake import DONE, Mistake

SINK = """\
apiVersion: kustosink.dev/v1alpha1
kind: KustoSink
metadata:
  name: orders
  namespace: data
spec:
  kafka:
    bootstrapServers: ["broker-1.example:9092"]
  kusto:
    ingestionUrl: https://ingest-mycluster.westeurope.kusto.windows.net
    auth:
      tenantId: {value: 00000000-0000-0000-0000-000000000000}
      clientId: {value: 00000000-0000-0000-0000-000000000000}
      clientSecret: {secretKeyRef: {name: adx, key: client-secret}}
  topics:
    - {topic: orders, database: shop, table: Orders, format: json, mapping: OrdersMapping}
"""


def of(name, text, command="check -f sink.yaml", **more):
    """A mistake in a KustoSink's file."""
    return Mistake(name, {"sink.yaml": text} if text is not None else {}, command=command, program="kusto-sink-operator", **more)


def changed(old, new):
    assert old in SINK, old
    return SINK.replace(old, new)


MISTAKES = [
    of(
        "operator: command misspelled", SINK,
        command="rendr -f sink.yaml",
        says="unknown command 'rendr', did you mean 'render'? (see 'kusto-sink-operator --help')",
    ),
    of("operator: empty file", "", says="sink.yaml holds no KustoSink (kustosink.dev/v1alpha1)"),
    of(
        "operator: another kind", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        says="sink.yaml holds no KustoSink (kustosink.dev/v1alpha1), but a ConfigMap",
    ),
    of(
        "operator: other version", changed("v1alpha1", "v1"),
        says="data/orders: apiVersion: must be kustosink.dev/v1alpha1",
    ),
    of(
        "operator: field misspelled", changed("bootstrapServers", "bootstrapServer"),
        says="data/orders: spec.kafka.bootstrapServer: is no such field; did you mean bootstrapServers?",
    ),
    of(
        "operator: topics as a text", SINK[:SINK.index("  topics:")] + "  topics: orders\n",
        says="data/orders: spec.topics: must be a list, and is text",
    ),
    of(
        "operator: secret as a plain value",
        changed("{secretKeyRef: {name: adx, key: client-secret}}", "pl4nted-in-a-manifest"),
        says="data/orders: spec.kusto.auth.clientSecret: must be an object with fields such as secretKeyRef, and is text",
    ),
    of(
        "operator: topic twice", SINK + "    - {topic: orders, database: shop, table: Payments, format: json}\n",
        says="data/orders: spec.topics[1]: is the same as spec.topics[0] in topic; keep one of the two",
    ),
    of(
        "operator: format that there is not", changed("format: json", "format: jsonl"),
        says=(
            "data/orders: spec.topics[0].format: must be one of json, singlejson, multijson, csv, tsv, scsv, sohsv, psv, "
            "txt, tsve, raw, avro, apacheavro, parquet, orc, sstream, w3clogfile; did you mean json?"
        ),
    ),
    of(
        "operator: scaling by a mode that there is not", SINK + "  scaling: {mode: Auto}\n",
        says="data/orders: spec.scaling.mode: must be one of Fixed, External, Lag",
    ),
    of(
        "operator: property that a field owns", SINK + "  config: {topics: payments}\n",
        says=(
            "data/orders: spec.config[topics]: must not hold a property that a field stands for, or that the operator "
            "sets; use spec.topics"
        ),
    ),
    of(
        "operator: unknown property in config", SINK + "  config: {flush.intervall.ms: '1000'}\n",
        code=DONE,
        warns=(
            "data/orders: flush.intervall.ms is not a property of this sink and is ignored; did you mean "
            "flush.interval.ms?"
        ),
    ),
    of(
        "operator: no name", changed("  name: orders\n", ""),
        says=(
            "data/a KustoSink without a name: metadata.name: must be the name of a Kubernetes object: lower-case "
            "letters, digits, hyphens and dots, at most 253 characters"
        ),
    ),
    of(
        "operator: name in capitals", changed("name: orders\n  namespace", "name: Orders\n  namespace"),
        says=(
            "data/Orders: metadata.name: must be the name of a Kubernetes object: lower-case letters, digits, hyphens "
            "and dots, at most 253 characters"
        ),
    ),
    of(
        "operator: render of a bad file", changed("format: json", "format: jsonl"),
        command="render -f sink.yaml",
        says=(
            "data/orders: spec.topics[0].format: must be one of json, singlejson, multijson, csv, tsv, scsv, sohsv, psv, "
            "txt, tsve, raw, avro, apacheavro, parquet, orc, sstream, w3clogfile; did you mean json?"
        ),
    ),
    of(
        "operator: migrate of nothing", None,
        command="migrate",
        says="FILE is missing: kusto-sink-operator migrate [options] FILE... (see 'kusto-sink-operator migrate --help')",
    ),
    Mistake(
        "operator: migrate of Connect's 404 body",
        {"orders.json": '{"error_code":404,"message":"Connector orders not found"}'},
        command="migrate orders.json",
        program="kusto-sink-operator",
        says="orders.json holds an error of Connect's, code 404; ask it again",
    ),
    Mistake(
        "operator: migrate of another connector",
        {
            "orders.json": '{"name":"a","config":{"connector.class":"io.confluent.connect.jdbc.JdbcSinkConnector","topics":"a"}}',
        },
        command="migrate orders.json",
        program="kusto-sink-operator",
        says=(
            "orders.json: no connector into Azure Data Explorer is there; give its .properties, JSON of Connect's REST "
            "API, or its KafkaConnector"
        ),
    ),
    Mistake(
        "operator: migrate of a page", {"orders.json": "<html></html>"},
        command="migrate orders.json",
        program="kusto-sink-operator",
        says=(
            "orders.json is neither a connector's configuration (.properties, JSON of Connect's REST API, a Strimzi "
            "KafkaConnector) nor a Connect worker's (.properties, a Strimzi KafkaConnect)"
        ),
    ),
    Mistake(
        "operator: namespace that is none", {"orders.json": '{"name":"a","config":{}}'},
        command="migrate --namespace Data_1 orders.json",
        program="kusto-sink-operator",
        says=(
            "--namespace Data_1: a namespace must be the name of a Kubernetes object: lower-case letters, digits, "
            "hyphens and dots"
        ),
    ),
    of(
        "operator: check of nothing", None,
        command="check",
        says="option --filename is missing: --filename FILE (see 'kusto-sink-operator check --help')",
    ),
    of(
        "operator: file as an operand", SINK,
        command="check sink.yaml",
        says=(
            "unexpected argument 'sink.yaml': give a file with --filename sink.yaml (see 'kusto-sink-operator check "
            "--help')"
        ),
    ),
    of(
        "operator: Strimzi resource for check",
        "apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaConnector\nmetadata: {name: a}\nspec: {}\n",
        says=(
            "sink.yaml holds no KustoSink (kustosink.dev/v1alpha1), but a KafkaConnector of kafka.strimzi.io; make one "
            "of it with: kusto-sink-operator migrate sink.yaml"
        ),
    ),
    of(
        "operator: fewer replicas at most than at least",
        SINK + "  scaling: {mode: Lag, minReplicas: 5, maxReplicas: 2}\n",
        says="data/orders: spec.scaling.minReplicas: must be at most maxReplicas, which is 10 unless it is set",
    ),
    of(
        "operator: duration without a unit", SINK + "  flush: {interval: 30}\n",
        says="data/orders: spec.flush.interval: must be a time with its unit, such as 30s, and is a number",
    ),
    of(
        "operator: file that is not there", None,
        says="sink.yaml cannot be read: there is no such file in @folder@; mount it, or correct the path",
    ),
    of(
        "operator: migrate of a file that is not there", None,
        command="migrate orders.json",
        says="orders.json cannot be read: there is no such file in @folder@; mount it, or correct the path",
    ),
]
