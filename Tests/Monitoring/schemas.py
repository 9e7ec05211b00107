"""A schema registry that stands in for a real one, and messages whose schemas it has."""

import http.server
import json
import re
import threading

# What the stage's keys and values are.
KEY = json.dumps("string")
VALUE = json.dumps({
    "type": "record", "name": "Order",
    "fields": [{"name": "id", "type": "long"}, {"name": "body", "type": "string"}],
})


class RegistryStandIn:
    """Answers the two requests that a worker makes, with one schema under every number but 0.

    While `is_away` is true it answers 503, as a registry does that has lost its Kafka.
    """

    def __init__(self, schema):
        self.is_away = False
        answers = {"schema": schema}

        class Handler(http.server.BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"

            def do_GET(handler):
                """Answers for a schema's number, or for the kinds of schemas."""
                found = re.match(r"/schemas/(?:ids/(\d+)|types)(?:\?|$)", handler.path)
                if self.is_away:
                    return handler.answer(503, {"error_code": 50301, "message": "away"})
                if not found:
                    return handler.answer(404, {"error": "Not Found"})
                if found[1] is None:
                    return handler.answer(200, ["AVRO"])
                if int(found[1]) == 0:
                    return handler.answer(404, {"error_code": 40403, "message": "Schema 0 not found"})
                return handler.answer(200, answers)

            def answer(handler, status, content):
                """Sends JSON."""
                body = json.dumps(content).encode()
                handler.send_response(status)
                handler.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

            def log_message(handler, *_):
                """Says nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, name="registry", daemon=True).start()


def number(value):
    """A long of Avro that is not negative."""
    value, found = value << 1, bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def text(value):
    """A string of Avro."""
    return number(len(value.encode())) + value.encode()


def message(schema, *parts):
    """A datum behind the number of its schema, as Confluent's serializers write it."""
    return b"\0" + schema.to_bytes(4, "big") + b"".join(parts)
