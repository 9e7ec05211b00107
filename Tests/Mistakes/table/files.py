"""Files that are not there, not readable, or of another kind than their name says."""

from mistake import SINK, Mistake, sink

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
]
