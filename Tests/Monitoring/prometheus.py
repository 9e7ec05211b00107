"""A real Prometheus that has recordings in its database and answers queries about them."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

from broker import free_ports
from processes import RunError, wait_until
from promtool import run, series
from rules import Rules

# Seconds from one scrape to the next.
STEP = 15


class Server:
    """Prometheus with a configuration, while the context of its processes lasts."""

    def __init__(self, children, folder, config):
        (port,) = free_ports(1)
        self._url = f"http://127.0.0.1:{port}"
        path = os.path.join(folder, "prometheus.yml")
        with open(path, "w") as file:
            file.write(config)
        self._process = children.start("prometheus", [
            "prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=1d", "--log.level=warn",
        ])
        wait_until(self._is_ready, "Prometheus answers", 60, 0.2, alive=[self._process])

    def _is_ready(self):
        try:
            with urllib.request.urlopen(f"{self._url}/-/ready", timeout=5):
                return True
        except OSError:
            return False

    def ask(self, path, **parameters):
        """The answer of its API."""
        url = f"{self._url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return json.load(response)["data"]
        except urllib.error.HTTPError as error:
            raise RunError(f"Prometheus refuses {parameters}: {error.read().decode()}") from None


class Prometheus(Server):
    """Has recordings in its database, and the rules; the recordings end at the time that queries ask about."""

    def __init__(self, children, folder, recordings):
        self.end = int(time.time()) - 60
        self._load(folder, recordings)
        Rules().write(os.path.join(folder, "rules.yaml"))
        # The rules are looked at once a second, so that their state is known soon.
        super().__init__(children, folder, "global: {evaluation_interval: 1s}\nrule_files: [rules.yaml]\n")

    def _load(self, folder, recordings):
        """Writes the recordings as blocks of the database."""
        text = os.path.join(folder, "recordings.txt")
        with open(text, "w") as file:
            for recording in recordings:
                for target, own in recording.series.items():
                    for key, values in own.items():
                        name, labels = recording.labels(target, key)
                        begin = self.end - STEP * (recording.scrapes - 1)
                        for index, value in enumerate(values):
                            if value is not None:
                                file.write(f"{series(name, labels)} {value} {begin + STEP * index}\n")
            file.write("# EOF\n")
        status, words = run("tsdb", "create-blocks-from", "openmetrics", text, os.path.join(folder, "data"))
        if status != 0:
            raise RunError(f"promtool cannot make blocks: {words}")

    def query(self, expression):
        """The samples of an instant query at the end of the recordings, as labels and value."""
        found = self.ask("query", query=expression, time=self.end)["result"]
        return [(each["metric"], float(each["value"][1])) for each in found]
