"""The emulated ADX of the torture."""

import json
import signal
import time

from adx import EmulatorProcess
from planted import PLANTED

DATABASE = "torture"
APPLICATION, SECRET = "torture-app", PLANTED["the application of the torture"]
# How long the URL of an uploaded blob can be read. A worker uses it for half of that, so the rest is for ADX to come
# for it, which may fall silent meanwhile.
SIGNATURE_SECONDS = 60


class Emulator(EmulatorProcess):
    """An emulator with the tables of the torture, which can be frozen."""

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

    def freeze(self, seconds):
        """Connections are taken by the kernel and nobody answers."""
        self.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.signal(signal.SIGCONT)
