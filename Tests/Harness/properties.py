"""What every configuration of the worker says here."""

import json

CONVERTERS = {
    "avro": "io.confluent.connect.avro.AvroConverter",
    "json": "org.apache.kafka.connect.json.JsonConverter",
    "string": "org.apache.kafka.connect.storage.StringConverter",
}


def settings(name, brokers, emulator, routes, converter, folder, metrics_port):
    """A sink's settings; each route is a dictionary with `topic`, `table`, `format` and perhaps `mapping`."""
    mapping = [{"db": emulator.database, **route} for route in routes]
    result = {
        "name": name,
        "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
        "tasks.max": "1",
        "topics": ",".join(route["topic"] for route in routes),
        "bootstrap.servers": brokers,
        "kusto.ingestion.url": emulator.ingestion_url,
        "kusto.query.url": emulator.query_url,
        "aad.auth.strategy": "az_dev_token",
        "aad.auth.accesstoken": emulator.token,
        "kusto.tables.topics.mapping": json.dumps(mapping),
        "key.converter": CONVERTERS["string"],
        "value.converter": converter,
        "metrics.address": f"127.0.0.1:{metrics_port}",
        "tempdir.path": folder,
    }
    if converter == CONVERTERS["json"]:
        result["value.converter.schemas.enable"] = "false"
    return result


def write(path, values):
    """Writes a configuration as a properties file."""
    with open(path, "w") as output:
        output.write("".join(f"{key}={value}\n" for key, value in values.items()))
