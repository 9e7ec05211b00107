"""The emulated Azure Data Explorer as a process of its own."""

import contextlib
import json
import os
import secrets
import ssl
import urllib.error
import urllib.request

from planted import MARK
from processes import RunError, wait_until


class EmulatorProcess:
    """A running emulator: its process, its URLs, a token that it takes, and its control API.

    `host` is the address that it listens on; `authority` is the file of the certificate authority that signed its own
    certificate, when it has one.
    """

    def __init__(self, children, executable, folder, database, commands, options=(), host="127.0.0.1", authority=None):
        os.makedirs(folder)
        setup, ready = os.path.join(folder, "setup.kql"), os.path.join(folder, "ready.json")
        with open(setup, "w") as file:
            file.write("\n".join(commands) + "\n")
        self.database = database
        self.token = f"{MARK}-{secrets.token_hex(16)}"
        self._tls = ssl.create_default_context(cafile=authority) if authority else None
        self.process = children.start("emulator", [
            executable, "--listen", f"{host}:0", "--database", database, "--setup", setup, "--ready-file", ready,
            "--data-dir", os.path.join(folder, "data"), "--static-token", self.token, *options,
        ])
        wait_until(lambda: os.path.exists(ready), "the emulator is ready", 120, alive=[self.process])
        with open(ready) as file:
            urls = json.load(file)
        self.ingestion_url, self.query_url, self.control_url = (
            urls["ingestionUrl"], urls["queryUrl"], urls["controlUrl"]
        )

    def ask(self, method, url, body=None, timeout=60, headers=None):
        """Sends a request, such as of the control API, which asks for no token; returns the answer's JSON."""
        with self._answer(method, url, body, timeout, headers) as response:
            content = response.read()
        return json.loads(content) if content else None

    @contextlib.contextmanager
    def _answer(self, method, url, body=None, timeout=60, headers=None):
        data = json.dumps(body).encode() if body is not None else b"" if method == "POST" else None
        request = urllib.request.Request(url, method=method, data=data, headers={"Content-Type": "application/json"} | (headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=timeout, context=self._tls) as response:
                yield response
        except urllib.error.HTTPError as error:
            raise RunError(f"the emulator refuses {method} {url}: {error.code} {error.read()[:500]}") from None
        except OSError as error:
            self.process.check_alive()
            raise RunError(f"the emulator does not answer {method} {url}: {error}") from None

    def add(self, *faults):
        """Adds faults to what it answers."""
        self.ask("POST", f"{self.control_url}/faults", list(faults))

    def clear_faults(self):
        self.ask("DELETE", f"{self.control_url}/faults")

    def await_idle(self, timeout):
        """Waits until nothing that was queued waits for its ingestion."""
        wait_until(
            lambda: self.ask("GET", f"{self.control_url}/state")["idle"], "the emulator has ingested everything", timeout, 0.2
        )

    def failures(self):
        """What ADX could not ingest after it had taken it into its queue."""
        return self.ask("GET", f"{self.control_url}/state")["failures"]

    def rows(self, table, columns=("id", "body")):
        """The rows of a table, each as the list of these columns' values."""
        url = f"{self.control_url}/rows?database={self.database}&table={table}&columns={','.join(columns)}"
        with self._answer("GET", url, timeout=120) as response:
            for line in response:
                yield json.loads(line)
