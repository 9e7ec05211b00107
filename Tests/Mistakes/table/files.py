"""Files that are not there, not readable, or of another kind than their name says."""

from mistake import SINK, Mistake, sink

STRIMZI = """\
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaConnector
metadata:
  name: orders
  labels:
    strimzi.io/cluster: connect
spec:
  class: com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
  tasksMax: 2
  config:
    topics: orders
    kusto.ingestion.url: https://ingest-c.westeurope.kusto.windows.net
"""
JSON = """\
{
  "name": "orders",
  "config": {
    "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
    "topics": "orders"
  }
}
"""

MISTAKES = [
    Mistake(
        "file without an ending", {"sink": SINK},
        options="--config sink",
        says="sink has no known format; name it .properties, .yaml or .json",
    ),
    Mistake(
        "file called .txt", {"sink.txt": SINK},
        options="--config sink.txt",
        says="sink.txt has no known format; name it .properties, .yaml or .json",
    ),
    Mistake(
        "file called .toml", {"sink.toml": SINK},
        options="--config sink.toml",
        says="sink.toml has no known format; name it .properties, .yaml or .json",
    ),
    Mistake(
        "YAML with a property twice", {"sink.yaml": "name: orders\ntopics: a\ntopics: b\n"},
        options="--config sink.yaml",
        says='sink.yaml is not YAML: the key "topics" stands twice at line 3',
    ),
    Mistake(
        "two documents in YAML", {"sink.yaml": "name: orders\n---\ntopics: orders\n"},
        options="--config sink.yaml",
        says="sink.yaml …document…",
    ),
    Mistake(
        "comma at the end of JSON", {"sink.json": '{\n  "name": "orders",\n  "topics": "orders",\n}\n'},
        options="--config sink.json",
        says="sink.json is not JSON: expected a property name in double quotes at line 4, byte 44",
    ),
    Mistake(
        "comment in JSON", {"sink.json": '{\n  // the sink\n  "name": "orders"\n}\n'},
        options="--config sink.json",
        says="sink.json is not JSON: expected a property name in double quotes at line 2, byte 4",
    ),
    Mistake(
        "single quotes in JSON", {"sink.json": "{'name': 'orders'}\n"},
        options="--config sink.json",
        says="sink.json is not JSON: expected a property name in double quotes at line 1, byte 1",
    ),
    Mistake(
        "JSON cut off", {"sink.json": '{"name": "orders", "config": {"topics": "or'},
        options="--config sink.json",
        says="sink.json is not JSON: unexpected end inside a string at line 1, byte 43",
    ),
    Mistake(
        "config is a text", {"sink.json": '{"name": "orders", "config": "topics=orders"}'},
        options="--config sink.json",
        says='sink.json must be {"name": …, "config": {…}} or a flat map of property names to values',
    ),
    Mistake(
        "two names", {"sink.json": '{"name": "orders", "config": {"name": "payments"}}'},
        options="--config sink.json",
        says='sink.json names the sink "orders" outside of config and "payments" inside',
    ),
    Mistake(
        "half a unicode escape", sink("name=\\u00e"),
        says="sink.properties line 17: \\u must be followed by four hexadecimal digits",
    ),
    Mistake(
        "byte order mark and Windows' line ends",
        {"sink.properties": b"\xef\xbb\xbf" + sink("tasks.max=0").replace("\n", "\r\n").encode()},
        says="Invalid value 0 for configuration tasks.max: Value must be …",
    ),
    Mistake("too large a file", "#" * 5_000_000, says="sink.properties is larger than 4…"),
    Mistake(
        "several files with one mistake each",
        {"worker.properties": "bootstrap.servers=\n", "sink.properties": sink("tasks.max=x", "bootstrap.servers")},
        options="--config worker.properties --config sink.properties",
        says=(
            "Invalid value x for configuration tasks.max: Not a number of type INT",
            (
                'Missing required configuration "bootstrap.servers" which has no default value. name the brokers there '
                "or in consumer.override.bootstrap.servers…"
            ),
        ),
    ),
    Mistake(
        "file that is not there",
        options="--config sink.properties",
        says="sink.properties cannot be read: there is no such file in @folder@; mount it, or correct the path",
    ),
    Mistake(
        "file in a folder that is not there",
        options="--config etc/sink.properties",
        says=(
            "etc/sink.properties cannot be read: there is no such file, nor is there the directory etc; mount it, or "
            "correct the path"
        ),
    ),
    Mistake(
        "folder instead of a file", {"sink.properties/a.txt": ""},
        says="sink.properties is a directory; name the file itself",
    ),
    Mistake("file that is none", options="--config /dev/null", says="/dev/null is a device; name a regular file"),
    Mistake("empty file", "", says="sink.properties is empty; write the properties of a sink into it"),
    Mistake(
        "only comments", "# to do\n# topics=orders\n",
        says="sink.properties sets no property; write the properties of a sink into it",
    ),
    Mistake(
        "empty YAML", {"sink.yaml": ""},
        options="--config sink.yaml",
        says="sink.yaml is empty; write the properties of a sink into it",
    ),
    Mistake("JSON under .properties", JSON, says="sink.properties holds JSON; name it sink.json"),
    Mistake(
        "Connect's 404 body", {"sink.json": '{"error_code":404,"message":"Connector orders not found"}'},
        options="--config sink.json",
        says=(
            'sink.json is no configuration: Kafka Connect answered with the error 404, "Connector orders not found"; '
            "its answer to /connectors lists the names; save what it answers to /connectors/NAME/config"
        ),
    ),
    Mistake(
        "Connect's list of connectors", {"sink.json": '["orders","payments"]'},
        options="--config sink.json",
        says=(
            "sink.json is Kafka Connect's list of connectors (orders, payments); save what it answers to "
            "/connectors/NAME/config"
        ),
    ),
    Mistake(
        "Connect's status",
        {
            "sink.json": (
                '{"name":"orders","connector":{"state":"RUNNING","worker_id":"10.0.0.7:8083"},"tasks":[{"id":0,"state":"RUNNING","worker_id":"10.0.0.7:8083"}],"type":"sink"}'
            ),
        },
        options="--config sink.json",
        says=(
            "sink.json is the status of a connector, not its configuration; save what it answers to "
            "/connectors/orders/config"
        ),
    ),
    Mistake(
        "Connect's list with info",
        {"sink.json": '{"orders":{"info":{"name":"orders","config":{"topics":"orders"},"tasks":[],"type":"sink"}}}'},
        options="--config sink.json",
        says=(
            "sink.json is Kafka Connect's list of connectors with what is known of each (orders), which "
            "kusto-sink-operator migrate takes; for this program save what Connect answers to /connectors/NAME/config"
        ),
    ),
    Mistake(
        "curl's page of a proxy", {"sink.json": "<html><body><h1>502 Bad Gateway</h1></body></html>\n"},
        options="--config sink.json",
        says="sink.json is a page of HTML; a proxy or a login page may have answered in place of Kafka Connect",
    ),
    Mistake(
        "page under .properties", "<html>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n",
        says="sink.properties is a page of HTML; a proxy or a login page may have answered in place of Kafka Connect",
    ),
    Mistake(
        "Strimzi resource", {"sink.yaml": STRIMZI},
        options="--config sink.yaml",
        says="sink.yaml is a KafkaConnector of Strimzi; kusto-sink-operator migrate sink.yaml makes a KustoSink of it",
    ),
    Mistake(
        "KustoSink for the worker",
        {"sink.yaml": "apiVersion: kustosink.dev/v1alpha1\nkind: KustoSink\nmetadata: {name: orders}\nspec: {}\n"},
        options="--config sink.yaml",
        says=(
            "sink.yaml is a KustoSink, which is for the operator: kubectl apply -f sink.yaml hands it over, and "
            "kusto-sink-operator check -f sink.yaml checks it"
        ),
    ),
    Mistake(
        "ConfigMap",
        {
            "sink.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: orders}\ndata:\n  sink.properties: |\n    name=orders\n",
        },
        options="--config sink.yaml",
        says=(
            "sink.yaml is a ConfigMap of Kubernetes; this program takes the properties that it holds, as a file of "
            "their own"
        ),
    ),
    Mistake(
        "tab in YAML", {"sink.yaml": "name: orders\nconfig:\n\ttopics: orders\n"},
        options="--config sink.yaml",
        says=(
            "sink.yaml is not YAML: found character that cannot start any token at line 3; a tab stands in that line, "
            "where YAML takes blanks only"
        ),
    ),
    Mistake(
        "nested YAML",
        {"sink.yaml": "name: orders\nkusto:\n  ingestion:\n    url: https://ingest-c.westeurope.kusto.windows.net\n"},
        options="--config sink.yaml",
        says=(
            "sink.yaml kusto must be text, a number, a Boolean or a list, not a map; write each name in full, such as "
            "kusto.NAME"
        ),
    ),
    Mistake(
        "empty JSON", {"sink.json": ""},
        options="--config sink.json",
        says="sink.json is empty; write the properties of a sink into it",
    ),
    Mistake(
        "UTF-16, as Windows' editor writes it", {"sink.properties": SINK.encode("utf-16")},
        says="sink.properties is UTF-16 text; save it as UTF-8",
    ),
    Mistake(
        "Latin-1 in a comment",
        {"sink.properties": b"# Bestellungen f\xfcr Z\xfcrich\n" + sink("tasks.max=0").encode()},
        says="sink.properties:18: Invalid value 0 for configuration tasks.max: Value must be from 1 to 1000",
    ),
    Mistake(
        "one file of two is not there", SINK,
        options="--config worker.properties --config sink.properties",
        says="worker.properties cannot be read: there is no such file in @folder@; mount it, or correct the path",
    ),
]
