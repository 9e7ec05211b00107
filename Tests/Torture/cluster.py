"""The emulated ADX, its faults and its rows."""

import json
import signal
import time
import urllib.error
import urllib.request

from adx import EmulatorProcess
from processes import RunError, wait_until

DATABASE = "torture"
APPLICATION, SECRET = "torture-app", "s3cret-of-torture"
# How long the URL of an uploaded blob can be read. A worker uses it for half of that, so the rest is for ADX to come
# for it, which may fall silent meanwhile.
SIGNATURE_SECONDS = 60


class Emulator(EmulatorProcess):
    """An emulator that is asked for rows and given faults."""

    def __init__(self, children, executable, folder, tables):
        commands = []
        rules = json.dumps([{"column": name, "path": f"$.{name}"} for name in ("id", "body")])
        for table in tables:
            commands.append(f".create table {table} (id: long, body: string)")
            commands.append(f".create table {table} ingestion json mapping '{table}Mapping' '{rules}'")
        super().__init__(children, executable, folder, DATABASE, commands, [
            "--application", f"{APPLICATION}={SECRET}", "--token-lifetime", "60",
            "--upload-signature-lifetime", str(SIGNATURE_SECONDS), "--split-endpoints",
        ])

    def _ask(self, method, url, body=None, timeout=60):
        request = urllib.request.Request(url, method=method, headers={
            "Content-Type": "application/json",
        }, data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                content = response.read()
        except urllib.error.HTTPError as error:
            raise RunError(f"the emulator refuses {method} {url}: {error.code} {error.read()[:500]}") from None
        except OSError as error:
            self.process.check_alive()
            raise RunError(f"the emulator does not answer {method} {url}: {error}") from None
        return json.loads(content) if content else None

    def add(self, *faults):
        self._ask("POST", f"{self.control_url}/faults", list(faults))

    def clear_faults(self):
        self._ask("DELETE", f"{self.control_url}/faults")

    def freeze(self, seconds):
        """Connections are taken by the kernel and nobody answers."""
        self.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.signal(signal.SIGCONT)

    def await_idle(self, timeout):
        wait_until(
            lambda: self._ask("GET", f"{self.control_url}/state")["idle"], "the emulator has ingested everything", timeout, 0.2
        )

    def failures(self):
        """What ADX could not ingest after it had taken it into its queue."""
        return self._ask("GET", f"{self.control_url}/state")["failures"]

    def rows(self, table):
        """The rows of a table, as pairs of number and body."""
        url = f"{self.control_url}/rows?database={self.database}&table={table}&columns=id,body"
        try:
            with urllib.request.urlopen(url, timeout=120) as response:
                for line in response:
                    yield json.loads(line)
        except OSError as error:
            self.process.check_alive()
            raise RunError(f"the emulator does not answer {url}: {error}") from None
