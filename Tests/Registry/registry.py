"""The schema registry that the tests use: one of their own, or the one of SCHEMA_REGISTRY_URL."""

import json
import os
import subprocess
import urllib.request

from broker import free_ports
from processes import RunError, wait_until


class Registry:
    """A schema registry that speaks Confluent's API, below `url`."""

    def __init__(self, folder):
        self._script, self._port = None, None
        self._schemas = {}
        self.url = os.environ.get("SCHEMA_REGISTRY_URL", "").rstrip("/")
        if not self.url:
            self._start(folder)
        self.host, _, path = self.url.removeprefix("http://").partition("/")
        # What a URL of a proxy in front of it ends in, such as `/apis/ccompat/v7`.
        self.path = f"/{path}" if path else ""

    def _start(self, folder):
        script = os.path.join(os.environ.get("PEERS", ""), "registry")
        if not os.access(script, os.X_OK):
            raise RunError("no schema registry: set SCHEMA_REGISTRY_URL, or PEERS to the folder of a script 'registry'")
        self._script, self._port = script, str(free_ports(1)[0])
        environment = dict(os.environ, TMPDIR=folder)
        # Its own log is where the script puts it; pipes would stay open for as long as the registry runs.
        with open(os.path.join(folder, "registry.txt"), "wb") as log:
            status = subprocess.run(
                [script, "up", self._port], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                timeout=180, check=False,
            ).returncode
        with open(os.path.join(folder, "registry.txt")) as log:
            text = log.read()
        if status != 0:
            raise RunError(f"the registry did not start: {text}")
        self._environment = environment
        self.url = text.split("up: ")[-1].strip()

    def stop(self):
        """Ends the registry if it is the tests' own."""
        if self._script:
            subprocess.run(
                [self._script, "down", self._port], env=self._environment, stdin=subprocess.DEVNULL, timeout=60, check=False
            )

    def register(self, subject, schema, kind="AVRO", references=()):
        """Registers a schema's text; returns its id. References are triples of name, subject and version."""
        key = (subject, schema, kind, tuple(references))
        if key not in self._schemas:
            body = {"schema": schema, "schemaType": kind, "references": [
                {"name": name, "subject": other, "version": version} for name, other, version in references
            ]}
            self._schemas[key] = self.ask("POST", f"/subjects/{subject}/versions", body)["id"]
        return self._schemas[key]

    def ask(self, method, path, body=None):
        """A request of its API; returns the answer."""
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/vnd.schemaregistry.v1+json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())


def await_url(url, process):
    """Waits until something answers there, whatever it says."""

    def answers():
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    wait_until(answers, f"{url} answers", 120, alive=[process])
