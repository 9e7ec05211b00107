"""The benchmark's programs in C: compiled with the system's compiler, run, and read."""

import json
import os
import subprocess
import tempfile

from processes import RunError

SOURCES = os.path.dirname(os.path.abspath(__file__))
NAMES = ("floor", "load", "admin")


def build(folder):
    """Compiles what is older than its source; returns the paths by name."""
    os.makedirs(folder, exist_ok=True)
    try:
        flags = _output(["pkg-config", "--cflags", "--libs", "rdkafka", "libisal"]).split()
    except FileNotFoundError:
        raise RunError("pkg-config is missing: run 'make deps'") from None
    paths = {}
    for name in NAMES:
        path = os.path.join(folder, name)
        headers = [file for file in os.listdir(SOURCES) if file.endswith(".h")]
        sources = [os.path.join(SOURCES, file) for file in [f"{name}.c", *headers]]
        if not os.path.exists(path) or any(os.path.getmtime(path) < os.path.getmtime(source) for source in sources):
            warnings = ["-Wall", "-Wextra", "-Werror"]
            _output(["cc", "-std=gnu17", "-O3", *warnings, "-o", path, sources[0], *flags, "-pthread"])
        paths[name] = path
    return paths


class Programs:
    """The compiled programs, pointed at one Kafka cluster."""

    def __init__(self, folder, brokers):
        self._paths = build(folder)
        self.brokers = brokers

    def answers(self):
        """Whether a broker answers."""
        outcome = subprocess.run(
            [self._paths["admin"], self.brokers, "ping"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False,
        )
        return outcome.returncode == 0

    def create(self, topic, partitions):
        _output([self._paths["admin"], self.brokers, "create", topic, str(partitions)], timeout=120)

    def delete(self, topic):
        _output([self._paths["admin"], self.brokers, "delete", topic], timeout=120)

    def committed(self, topic, group):
        """Sums over the partitions: `committed` by the group, and the `end` of the topic."""
        return json.loads(_output([self._paths["admin"], self.brokers, "committed", topic, group], timeout=300))

    def fill(self, topic, workload, partitions, most_bytes, most_records, seed, timeout=900):
        """Fills a topic; returns `records` and `payload_bytes`."""
        return json.loads(_output([
            self._paths["load"], "--brokers", self.brokers, "--topic", topic, "--workload", workload,
            "--partitions", str(partitions), "--bytes", str(most_bytes), "--records", str(most_records),
            "--seed", str(seed), "--timeout", str(timeout),
        ], timeout=timeout + 60))

    def printing(self, workload, records, seed):
        """The command that prints the first records of a workload."""
        return [self._paths["load"], "--workload", workload, "--records", str(records), "--seed", str(seed), "--print"]

    def floor(self, topic, group, records, nudges=True, settings=(), timeout=900):
        """Runs the floor; returns its figures."""
        command = [
            self._paths["floor"], "--brokers", self.brokers, "--topic", topic, "--group", group,
            "--records", str(records), "--timeout", str(timeout),
        ]
        command += [] if nudges else ["--no-nudge"]
        for setting in settings:
            command += ["--set", setting]
        return json.loads(_output(command, timeout=timeout + 60))


def fastavro(python, printing, schema, timeout=300):
    """How fast fastavro decodes what a command prints, or None when that Python does not have it.

    The faster of its two ways counts: record by record, or as a container file.
    """
    has_it = os.access(python, os.X_OK) and subprocess.run(
        [python, "-c", "import fastavro"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    ).returncode == 0
    if not has_it:
        return None
    with tempfile.TemporaryFile() as records:
        subprocess.run(printing, stdin=subprocess.DEVNULL, stdout=records, timeout=timeout, check=True)
        records.seek(0)
        outcome = subprocess.run(
            [python, os.path.join(SOURCES, "decode.py"), schema],
            stdin=records, capture_output=True, text=True, timeout=timeout, check=False,
        )
    if outcome.returncode != 0:
        raise RunError(f"decode.py: status {outcome.returncode}\n{outcome.stderr.strip()}")
    figures = json.loads(outcome.stdout)
    seconds = min(figures["single_seconds"], figures["container_seconds"])
    return figures | {
        "records_per_second": figures["records"] / seconds,
        "megabytes_per_second": figures["payload_bytes"] / 1e6 / seconds,
    }


def _output(command, timeout=120):
    try:
        outcome = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise RunError(f"{os.path.basename(command[0])} did not end within {timeout} s") from None
    if outcome.returncode != 0:
        raise RunError(f"{' '.join(command)}: status {outcome.returncode}\n{outcome.stderr.strip()}")
    return outcome.stdout
