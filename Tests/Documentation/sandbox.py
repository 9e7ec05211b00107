"""The place where shell blocks run: a user's home with what the pages take for granted, and what their addresses mean."""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

import properties
import shell
import standins
from adx import EmulatorProcess
from kafka import Kafka
from pages import ROOT
from planted import PLANTED, keep
from processes import wait_until

APPLICATION = standins.ZERO
SECRET = PLANTED["the application of the tests of the documentation"]
PROGRAMS = ("kusto-sink-worker", "kusto-sink-operator", "kusto-emulator")
# What the pages name; of `orders` the last partition with a number of theirs must be there.
TOPICS = {"orders": 6, "returns": 1}
GROUPS = ("connect-orders", "connect-orders-2", "connect-sink")
TABLE = (
    ".create table Orders (id: long, item: string, price: decimal, placed: datetime)",
    """.create table Orders ingestion json mapping 'OrdersMapping' '[{"column":"id","path":"$.id"}]'""",
)
# What a page shows of records before they are ingested, under names of their own: `sampled` for `orders`.
SAMPLED = (
    ("customer-7", '{"id": 1, "price": 2.5}'), ("customer-8", None), (None, "{not JSON"), (None, '{"id": 2, "Price": 4}'),
)
SAMPLED_FROM = 1_769_853_600_000
SAMPLED_TABLE = (
    ".create table Sampled (id: long, price: real)",
    """.create table Sampled ingestion json mapping 'OrdersMapping' '[{"column":"id","path":"$.id"},{"column":"price","path":"$.price"}]'""",
)
ROUTE = {"topic": "orders", "table": "Orders", "format": "json", "mapping": "OrdersMapping"}


class Peers:
    """Kafka and the emulated ADX, whose database has the tables that the commands make."""

    def __init__(self, children, folder, build, commands=()):
        self.kafka = Kafka(children, os.path.join(folder, "kafka"))
        self.log_folder = os.path.join(folder, "kafka", "data")
        self.adx = EmulatorProcess(
            children, shell.executable("kusto-emulator", build), os.path.join(folder, "emulator"), "shop", commands,
            ["--split-endpoints", "--application", f"{APPLICATION}={SECRET}"],
        )

    def prepare(self):
        """Makes the topics of the pages, with a record in each partition, and groups that have read them."""
        producer = Producer({"bootstrap.servers": self.kafka.address})
        for topic, partitions in TOPICS.items():
            self.kafka.create(topic, partitions)
            for partition in range(partitions):
                producer.produce(topic, b'{"id": 1}', partition=partition)
        self.kafka.create("sampled", 1)
        for number, (key, value) in enumerate(SAMPLED):
            producer.produce("sampled", value, key=key, timestamp=SAMPLED_FROM + 1000 * number)
        assert producer.flush(60) == 0, "Kafka does not take records"
        places = [TopicPartition(topic, number, 1) for topic, count in TOPICS.items() for number in range(count)]
        for group in GROUPS:
            consumer = Consumer({"bootstrap.servers": self.kafka.address, "group.id": group})
            wait_until(lambda: committed(consumer, places), f"{group} has committed", 60, 0.2)
            consumer.close()


def committed(consumer, places):
    """Whether the group has now committed these offsets; its coordinator may not be there at once."""
    try:
        return not any(each.error for each in consumer.commit(offsets=places, asynchronous=False))
    except KafkaException:
        return False


class Answers(http.server.ThreadingHTTPServer):
    """What the examples ask by HTTP and is none of ours: Kafka Connect's REST API; and probes, which it says are well."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        connectors = ROOT / "Tests" / "OperatorTests" / "Golden" / "migration" / "three-connectors"
        path, _, query = self.path.partition("?")
        if path in ("/healthz", "/readyz"):
            content = "ok\n"
        elif path == "/connectors" and query == "expand=info&expand=status":
            content = (connectors / "connectors.json").read_text()
        elif path == "/connectors/orders":
            listed = json.loads((connectors / "connectors.json").read_text())
            content = json.dumps(next(iter(listed.values()))["info"])
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content.encode())))
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_):
        pass


class Sandbox:
    """A user's home. Blocks of a page run in a folder of the page's own and keep their variables, as in one terminal."""

    def __init__(self, folder, build, peers, answers):
        self.folder, self.build, self.peers, self._answers = pathlib.Path(folder), build, peers, answers
        self.bin = self.folder / "bin"
        self.bin.mkdir(parents=True)
        self._variables = {}
        for name in standins.KNOWN:
            (self.bin / name).symlink_to(ROOT / "Tests" / "Documentation" / "standins.py")
        for name in PROGRAMS:
            self._program(name, f'exec {shell.executable(name, build)} "$@"')
        for name in ("kusto-sink-worker", "kusto-sink-operator"):
            real = shell.executable(name, build)
            self._program(name, f'''
                if [ "${{1:-}}" = health ]; then set -- "$@" --address 127.0.0.1:{answers.port}; fi
                exec {real} "$@"''')
        self._program("kusto-emulator", shell.glance(shell.executable("kusto-emulator", build)))
        # Only what they would do.
        self._program("make", f'exec {shutil.which("make")} --no-print-directory -n -C {ROOT} "$@" > /dev/null')
        # A suite and a product must be there.
        self._program("swift", f'''
            cd {ROOT}
            case "$1 $2" in
              "test --filter") grep -rqE "struct [A-Za-z]*($3)\\b" Tests ;;
              "build --product") grep -q "name: \\"$3\\"" Package.swift ;;
              *) echo "Tests/Documentation/sandbox.py does not know: swift $*" >&2; exit 64 ;;
            esac''')
        # Tests must be there and take the options.
        self._program("python", f'''
            cd {ROOT}
            if [ "$1" = -m ]; then
              exec {sys.executable} -m pytest --collect-only -q -p no:cacheprovider "${{@:3}}"
            fi
            exec {sys.executable} "$1" --help''')
        # The servers of the examples are here.
        (self.folder / ".curlrc").write_text(
            f'silent\nfail\nmax-time = 60\nconnect-to = "connect:8083:127.0.0.1:{answers.port}"\n'
        )
        self.path = f"{self.bin}:{os.environ['KAFKA_HOME']}/bin"

    def _program(self, name, text):
        shell.write_program(self.bin, name, text)

    def output(self, block, command):
        """What a command on a block's page prints, however it ends."""
        variables = self._variables.setdefault(block.page, self._given())
        _, output, errors = shell.run(command, self._place(block.page), shell.environment(self.folder, self.path, **variables))
        keep("documentation", output + errors)
        return output

    def run(self, block):
        """Runs a block, and fails the test when a command of it fails."""
        place = self._place(block.page)
        variables = self._variables.setdefault(block.page, self._given())
        text = self.replaced(block.text)
        names = {name for name in re.findall(r"(?m)^(?:export )?([A-Za-z_]\w*)=", text)}
        kept = place / ".variables"
        # Of those that stand before a command nothing is left.
        ending = f"\ndeclare -p {' '.join(sorted(names))} > {kept} 2> /dev/null || true\n" if names else ""
        status, output, errors = shell.run(
            f"{text}\n{ending}", place, shell.environment(self.folder, self.path, **variables), typed=f"{SECRET}\n"
        )
        keep("documentation", output + errors)
        assert status == 0, f"{block}: ends with status {status}:\n{output}{errors}"
        if "/faults" in text:
            self.peers.adx.clear_faults()
        # Kafka's tools say so and end well.
        assert not re.search(r"(?m)^Error: ", output + errors), f"{block}: {output}{errors}"
        if names:
            for name, value in re.findall(r'^declare -\S+ (\w+)="(.*)"$', kept.read_text(), re.MULTILINE):
                variables[name] = value

    def _given(self):
        """Variables that a page takes from an output or from the reader."""
        return {
            "IDENTITY_ID": APPLICATION, "INGESTION_URL": self.peers.adx.ingestion_url, "CONTROL": self.peers.adx.control_url,
            "AAD_APPKEY": SECRET, "KAFKA_HEAP_OPTS": "-Xmx128m", "SOURCE_DATE_EPOCH": "0",
        }

    def replaced(self, text):
        """A text with the addresses of examples, and what a reader fills in, replaced by those of the sandbox."""
        address = self.peers.kafka.address
        for pattern, value in (
            (r"\b(?:broker-1\.example|broker-1|kafka):9092\b", address),
            (r"…/orders-3/\d+\.log", f"{self.peers.log_folder}/orders-3/{0:020}.log"),
            (r"127\.0\.0\.1:8080\b", "127.0.0.1:0"),
            (r"--id …", f"--id {APPLICATION}"),
        ):
            text = re.sub(pattern, value, text)
        return text

    def _place(self, page):
        """The folder of a page: a checkout of the repository, and beside it what the page says that the reader has."""
        place = self.folder / page.replace("/", "-")
        if place.exists():
            return place
        place.mkdir()
        for name in ("Makefile", "Package.swift", "Tests", "charts", "crds", "manifests", "packaging", ".git"):
            (place / name).symlink_to(ROOT / name)
        (place / ".build" / "venv" / "bin").mkdir(parents=True)
        (place / ".build" / "venv" / "bin" / "python").symlink_to(self.bin / "python")
        (place / ".build" / "release").symlink_to(self.bin)
        settings = self.settings()
        properties.write(place / "sink.properties", settings)
        worker = ("bootstrap.servers", "key.converter", "value.converter", "value.converter.schemas.enable")
        properties.write(place / "connect-standalone.properties", {name: settings[name] for name in worker})
        connector = {name: value for name, value in settings.items() if name not in worker}
        (place / "kusto-sink.json").write_text(json.dumps({"name": "orders", "config": connector}))
        properties.write(place / "connect-distributed.properties", {name: settings[name] for name in worker})
        self._make_store(place)
        return place

    def sampled_settings(self):
        """Those of the sink whose records a page shows before they are ingested."""
        route = ROUTE | {"topic": "sampled", "table": "Sampled"}
        return self.settings() | {
            "topics": "sampled", "kusto.tables.topics.mapping": json.dumps([{"db": self.peers.adx.database, **route}]),
            "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "sampled-dlq",
            "errors.deadletterqueue.bootstrap.servers": self.peers.kafka.address,
        }

    def settings(self):
        """A sink's settings with the identity of the sandbox."""
        found = properties.settings(
            "orders", self.peers.kafka.address, self.peers.adx, [ROUTE], properties.CONVERTERS["json"],
            str(self.folder), 0,
        )
        del found["aad.auth.accesstoken"]
        return found | {
            "aad.auth.strategy": "application", "aad.auth.authority": APPLICATION, "aad.auth.appid": APPLICATION,
            "aad.auth.appkey": "${env:AAD_APPKEY}",
        }

    @staticmethod
    def _make_store(place):
        """An old key store, as a page has it converted, with the passwords that keytool then asks for."""
        if shutil.which("keytool"):
            subprocess.run(
                ["keytool", "-genkeypair", "-alias", "sink", "-keyalg", "EC", "-dname", "CN=sink", "-storetype", "JCEKS",
                 "-keystore", place / "store.jceks", "-storepass", "changeit", "-keypass", "changeit"],
                capture_output=True, timeout=120, check=True,
            )
