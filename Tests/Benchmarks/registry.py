"""A stand-in for a schema registry that knows one schema, by the number 1."""

import http.server
import json
import threading

NOT_FOUND = json.dumps({"error_code": 40403, "message": "Schema not found"}).encode()


class Registry:
    """Answers requests until it is closed, on a thread of its own."""

    def __init__(self, schema):
        answer = json.dumps({"schema": schema}).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                # A worker that starts asks for a number that no schema has, and expects a registry's own answer to it.
                is_schema = self.path.split("?")[0] == "/schemas/ids/1"
                body = answer if is_schema else NOT_FOUND
                self.send_response(200 if is_schema else 404)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
