"""Everything that runs during the tests."""

import concurrent.futures
import os
import secrets
import threading

import library
from adx import EmulatorProcess
from kerberos import Kerberos
from keys import Keys
from listeners import SecuredBroker
from processes import Children, executable
from tokens import Provider

DATABASE = "security"
# A value that the emulated ADX rejects for good.
POISON = "poison-7f3a"
# What a sink does with topics and its group, by what it does it to.
RIGHTS = {
    "topic": (("TOPIC", "in-", "READ"), ("TOPIC", "in-", "DESCRIBE")),
    "group": (("GROUP", "connect-", "READ"),),
    "errors": (("TOPIC", "errors-", "CREATE"), ("TOPIC", "errors-", "WRITE"), ("TOPIC", "errors-", "DESCRIBE")),
    "letters": (("TOPIC", "letters-", "WRITE"), ("TOPIC", "letters-", "DESCRIBE")),
}
# Who may do all of that; `no-topic` and so on may do all but that.
USERS = ("sink", "sink-mutual", "sink-first")


class Rig:
    """The peers; leaving the context ends all that was started."""

    def __init__(self, folder, names):
        """`names` are those of the sinks to come: each has a topic `in-NAME`, a topic `letters-NAME` and a table."""
        self.folder, self._names = folder, names
        self.worker = executable("kusto-sink-worker", "KUSTO_SINK_WORKER")
        self._emulator = executable("kusto-emulator", "KUSTO_EMULATOR")
        self.scram_password = f"pl4nted-scram-{secrets.token_hex(8)}"
        self._lock = threading.Lock()
        self._planted = []

    def __enter__(self):
        self.children = Children(self.folder)
        self.provider = None
        self.scram_environment = library.environment(self.file("library"))
        try:
            with concurrent.futures.ThreadPoolExecutor() as pool:
                keys = pool.submit(Keys, self.file("keys"))
                realm = pool.submit(Kerberos, self.children, self.file("kerberos"))
                adx = pool.submit(self._start_emulator)
                self.provider = Provider()
                self.keys, self.realm, self.adx = keys.result(), realm.result(), adx.result()
            self.kafka = SecuredBroker(
                self.children, self.file("kafka"), self.keys, self.realm, self.provider, ["sink"] + [f"no-{kind}" for kind in RIGHTS]
            )
            self.oauth_secret = self.provider.add("sink")
            if self._names:
                self.kafka.create_all([f"{kind}-{name}" for name in self._names for kind in ("in", "letters")])
            for user in USERS:
                self.grant(user)
            for kind in RIGHTS:
                self.grant(f"no-{kind}", kind)
            self.kafka.set_password("sink", self.scram_password)
            self.plant(self.kafka.password, self.scram_password, self.oauth_secret, self.adx.token, *self.keys.secrets())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.children.__exit__()
        if self.provider:
            self.provider.stop()

    def file(self, *parts):
        return os.path.join(self.folder, *parts)

    def _start_emulator(self):
        commands = []
        for name in self._names:
            table = table_of(name)
            commands += [
                f".create table {table} (id: long, text: string)",
                f".create table {table} ingestion json mapping 'rows' "
                "'[{\"column\": \"id\", \"Properties\": {\"Path\": \"$.id\"}},"
                " {\"column\": \"text\", \"Properties\": {\"Path\": \"$.text\"}}]'",
                f".alter table {table} policy streamingingestion enable",
            ]
        adx = EmulatorProcess(
            self.children, self._emulator, self.file("adx"), DATABASE, commands, ["--split-endpoints"]
        )
        adx.add({"endpoint": "streaming", "kind": "reject", "data": POISON, "permanent": True})
        return adx

    def grant(self, user, without=None):
        """Gives a user what a sink needs."""
        self.kafka.grant(user, *(right for kind, rights in RIGHTS.items() if kind != without for right in rights))

    # Secrets

    def plant(self, *values):
        """Notes what must not appear in any output of ours; returns the last one."""
        with self._lock:
            self._planted += values
        return values[-1]

    def leaks(self):
        """Where a planted secret appears: in the logs of our processes, and in what they wrote into files."""
        with self._lock:
            planted = self._planted + [part for token in self.provider.tokens for part in (token, token.split(".")[2])]
        found = []
        for name in sorted(os.listdir(self.folder)):
            # The broker's log is not ours.
            if not name.endswith((".log", ".page", ".print")) or name.startswith(("kafka", "kdc")):
                continue
            with open(self.file(name), errors="replace") as file:
                text = file.read()
            found += [f"{name}: …{text[max(0, at - 120):at]}[{value[:5]}…]" for value in planted
                      for at in [text.find(value)] if at >= 0]
        return found


def table_of(name):
    return "T_" + name.replace("-", "_")
