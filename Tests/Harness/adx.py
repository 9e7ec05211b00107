"""The emulated Azure Data Explorer as a process of its own."""

import json
import os
import secrets

from processes import wait_until


class EmulatorProcess:
    """A running emulator: its process, its URLs and a token that it takes."""

    def __init__(self, children, executable, folder, database, commands, options=()):
        os.makedirs(folder)
        setup, ready = os.path.join(folder, "setup.kql"), os.path.join(folder, "ready.json")
        with open(setup, "w") as file:
            file.write("\n".join(commands) + "\n")
        self.database = database
        self.token = secrets.token_hex(16)
        self.process = children.start("emulator", [
            executable, "--listen", "127.0.0.1:0", "--database", database, "--setup", setup, "--ready-file", ready,
            "--data-dir", os.path.join(folder, "data"), "--static-token", self.token, *options,
        ])
        wait_until(lambda: os.path.exists(ready), "the emulator is ready", 30, alive=[self.process])
        with open(ready) as file:
            urls = json.load(file)
        self.ingestion_url, self.query_url, self.control_url = (
            urls["ingestionUrl"], urls["queryUrl"], urls["controlUrl"]
        )
