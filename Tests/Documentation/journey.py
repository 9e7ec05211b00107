"""The README's way from nothing to rows in a table, gone as it is written there: its blocks in their order.

What is not the reader's own, addresses and identities, is replaced by what a table says, which is printed.
"""

import json
import os
import re
import shutil

import claims
import kusto
import pages
import shell
import standins
from broker import free_ports
from pages import ROOT
from processes import wait_until
from sandbox import APPLICATION, SECRET

TOPIC, TABLE = "orders", "Orders"
# What a person would produce to see whether it works.
RECORDS = [
    {"id": 1001, "item": "tea", "price": "3.20", "placed": "2026-03-02T09:00:00Z"},
    {"id": 1002, "item": "süßstoff", "price": "0.95", "placed": "2026-03-02T09:00:01Z"},
    {"id": 1003, "item": "cups; \"six\"", "price": "24.00", "placed": "2026-03-02T09:00:02.5Z"},
]
# What was in the topic before.
FIRST_RECORD = {"id": 1, "item": "coffee", "price": "4.10", "placed": "2026-03-01T12:00:00Z"}
# A sink's start without a command, which goes on until it is stopped.
START = re.compile(r"^kusto-sink-worker (?:run )?(?:--config|-c)\b(?!.*--print-config).*$", re.MULTILINE)


class Substitutions:
    """What is replaced in the README's texts, each with the reason."""

    def __init__(self, peers, build, home, port):
        # Patterns in shell blocks.
        self.commands = [
            (r"\bbroker-1(?:\.example)?:9092\b", peers.kafka.address, "the reader's Kafka"),
            (r"/usr/local/bin/?", f"{home}/bin/", "a folder of the reader's own on the PATH"),
            (r"(?<=AAD_APPKEY=)\S*…\S*|(?<=AAD_APPKEY=)'?<[^>]*>'?", SECRET, "the application's secret"),
        ]
        if build != "release":
            self.commands.append((r"\.build/release/", f".build/{build}/", "the build of this run"))
        # Properties, and what is added.
        self.properties = {
            "bootstrap.servers": (peers.kafka.address, "the reader's Kafka"),
            "kusto.ingestion.url": (peers.adx.ingestion_url, "the reader's ADX"),
            "kusto.query.url": (peers.adx.query_url, "an emulator's is not what its ingestion URL lets expect"),
            "aad.auth.authority": (APPLICATION, "the reader's tenant"),
            "aad.auth.appid": (APPLICATION, "the reader's application"),
            "metrics.address": (f"127.0.0.1:{port}", "another process may have port 9404"),
            "flush.interval.ms": ("500", "the test is not patient"),
        }
        self.used = []

    def in_commands(self, text):
        for pattern, value, reason in self.commands:
            if found := re.search(pattern, text):
                self._note(found[0], value, reason)
                text = re.sub(pattern, lambda _, value=value: value, text)
        return text

    def in_properties(self, text):
        left = dict(self.properties)

        def replaced(found):
            name = found[1]
            if name not in left:
                return found[0]
            value, reason = left.pop(name)
            self._note(found[0], f"{name}={value}", reason)
            return f"{name}={value}"

        text = re.sub(r"(?m)^([\w.]+)=.*$", replaced, text)
        for name, (value, reason) in left.items():
            self._note("(nothing)", f"{name}={value}", reason)
            text += f"{name}={value}\n"
        return text

    def _note(self, old, new, reason):
        if (old, new, reason) not in self.used:
            self.used.append((old, new.replace(SECRET, "[hidden]"), reason))

    def table(self):
        return "\n".join(f"  {old}  ->  {new}  ({reason})" for old, new, reason in self.used)


class Journey:
    """One reader in a home of their own, who has a checkout, a Kafka with the topic, and an ADX with an empty database."""

    def __init__(self, children, folder, build, peers):
        self.home, self._children, self._peers, self._build = str(folder), children, peers, build
        (self.port,) = free_ports(1)
        self.substitutions = Substitutions(peers, build, self.home, self.port)
        self.worker = None
        self.done = []
        self._variables = {"AAD_APPKEY": SECRET}
        self._prepare()

    def _prepare(self):
        os.makedirs(f"{self.home}/bin")
        for each in ROOT.iterdir():
            os.symlink(each, os.path.join(self.home, each.name))
        for name in standins.KNOWN:
            os.symlink(ROOT / "Tests" / "Documentation" / "standins.py", f"{self.home}/bin/{name}")
        # The package can be built in its own folder only; other builds than the release are there already, and other
        # targets are run elsewhere.
        real = self._build == "release"
        shell.write_program(f"{self.home}/bin", "make", f'''
            set -- --no-print-directory -C {ROOT} "$@"
            {'if [ "${!#}" = release ]; then exec ' + shutil.which("make") + ' "$@"; fi' if real else ""}
            exec {shutil.which("make")} -n "$@" > /dev/null''')
        shell.write_program(f"{self.home}/bin", "kusto-emulator", shell.glance(shell.executable("kusto-emulator", self._build)))
        # A look at whether there are such packages.
        shell.write_program(f"{self.home}/bin", "apt-get", 'exec /usr/bin/apt-get -s "$@"')
        shell.write_program(f"{self.home}/bin", "sudo", 'exec "$@"')
        with open(f"{self.home}/.curlrc", "w") as file:
            file.write(f'fail\nsilent\nmax-time = 60\nconnect-to = "localhost:9404:127.0.0.1:{self.port}"\n')

    @staticmethod
    def blocks():
        return [block for block in pages.blocks(page="README.md") if claims.JOURNEY.takes(block)]

    def go(self):
        """Does what each block says; a block that is of no known kind ends the journey with its place."""
        for block in self.blocks():
            if claims.is_shell(block):
                self._run(block)
            elif block.language == "kusto":
                kusto.execute(self._peers.adx, block.text)
            elif block.language == "properties":
                self._write(block)
            else:
                raise AssertionError(f"{block}: Tests/Documentation/journey.py does not know what a reader does with it")
            self.done.append(str(block))

    def _write(self, block):
        """Writes the file that the paragraph before a block names last."""
        names = re.findall(r"`([\w.-]+\.properties)`", block.before)
        assert names, f"{block}: the paragraph before it names no file to write it into"
        with open(os.path.join(self.home, names[-1]), "w") as file:
            file.write(self.substitutions.in_properties(block.text))

    def _run(self, block):
        """Runs a block; the worker that it starts goes on, in a terminal of its own."""
        text = self.substitutions.in_commands(block.text)
        start = START.search(text)
        before, after = (text[:start.start()], text[start.end():]) if start else (text, "")
        self._type(block, before)
        if start:
            self.start(start[0])
            self._type(block, after)

    def environment(self):
        path = f"{self.home}/bin:{os.environ['KAFKA_HOME']}/bin"
        return shell.environment(self.home, path, KAFKA_HEAP_OPTS="-Xmx128m", LC_ALL="C.UTF-8", **self._variables)

    def _type(self, block, text):
        if not text.strip():
            return
        for name, value in re.findall(r"(?m)^export (\w+)=(\S+)$", text):
            self._variables[name] = value
        # The first release build of a machine takes minutes.
        typed = f"{SECRET}\n" if re.search(r"(?m)^ *read ", text) else ""
        status, output, errors = shell.run(text, self.home, self.environment(), typed, timeout=1800)
        assert status == 0, f"{block}: ends with status {status}:\n{output}{errors}"

    def start(self, command):
        self.worker = self._children.start(
            "kusto-sink-worker", ["bash", "-c", f"cd {self.home} && exec {command}"], self.environment()
        )
        wait_until(self._is_ready, "the worker is ready", 120, 0.2, alive=[self.worker])

    def _is_ready(self):
        return shell.run(f"curl http://127.0.0.1:{self.port}/readyz", self.home, self.environment())[0] == 0

    def produce(self, *records):
        """Produces records as one tries it out, with Kafka's own program."""
        records = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records)
        command = f"kafka-console-producer.sh --bootstrap-server {self._peers.kafka.address} --topic {TOPIC}"
        status, output, errors = shell.run(command, self.home, self.environment(), typed=records)
        assert status == 0, output + errors

    def rows(self):
        """The rows of these records; what the README itself has one produce comes beside them."""
        return sorted(row for row in self._peers.adx.rows(TABLE, list(RECORDS[0])) if row[0] >= RECORDS[0]["id"])

    def metrics(self):
        """What the page of metrics shows, at the address that the README gives."""
        (address,) = set(re.findall(r"<?(http://localhost:9404/metrics)>?", pages.pages()["README.md"].text))
        status, output, errors = shell.run(f"curl {address}", self.home, self.environment())
        assert status == 0, errors
        return output
