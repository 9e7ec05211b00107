"""The emulated Azure Data Explorer, in discard mode: uploads are kept unread while the clock runs and counted afterwards."""

import json
import os
import secrets
import urllib.error
import urllib.request

from processes import BenchmarkError, wait_until

DATABASE = "bench"


class Emulator:
    """A running emulator."""

    def __init__(self, children, executable, folder, commands):
        os.makedirs(folder)
        setup, ready = os.path.join(folder, "setup.kql"), os.path.join(folder, "ready.json")
        with open(setup, "w") as file:
            file.write("\n".join(commands) + "\n")
        self.token = secrets.token_hex(16)
        self.process = children.start("emulator", [
            executable, "--listen", "127.0.0.1:0", "--database", DATABASE, "--setup", setup, "--ready-file", ready,
            "--data-dir", os.path.join(folder, "data"), "--static-token", self.token, "--discard",
        ])
        wait_until(lambda: os.path.exists(ready), "the emulator is ready", 30, alive=[self.process])
        with open(ready) as file:
            urls = json.load(file)
        self.ingestion_url, self.query_url, self._control_url = (
            urls["ingestionUrl"], urls["queryUrl"], urls["controlUrl"]
        )

    def count(self, table, timeout=900):
        """Unpacks, counts and deletes what was uploaded since the last count; returns the table's figures."""
        request = urllib.request.Request(f"{self._control_url}/count", data=b"", method="POST")
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                outcome = json.load(response)
        except (OSError, urllib.error.URLError) as error:
            self.process.check_alive()
            raise BenchmarkError(f"the emulator cannot count: {error}") from None
        tables = outcome["tables"]
        others = [name for name in tables if name != f"{DATABASE}.{table}"]
        if others:
            raise BenchmarkError(f"rows went to tables that nobody named: {', '.join(others)}")
        return tables.get(f"{DATABASE}.{table}", {"rows": 0})
