"""A credential that is replaced while records flow is taken up by the same process, and no record is lost."""

import contextlib
import dataclasses
import itertools
import os
import re
import secrets
import shutil
import threading
import typing

import pytest

from processes import wait_until
from sink import DONE, Sink
from ways import MODULES, OAUTH_HANDLER, SSL, sasl, trust

# Files are looked at twice a minute.
PATIENCE = 180


class Flow:
    """Writes records, a few at a time, until it is ended."""

    def __init__(self, sink):
        self._sink, self._end = sink, threading.Event()
        self.written, self._problem = 0, None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            for number in itertools.count(0, 5):
                self._sink.write(range(number, number + 5))
                self.written = number + 5
                if self._end.wait(0.25):
                    return
        except Exception as error:
            self._problem = error

    def end(self):
        self._end.set()
        self._thread.join(120)
        if self._problem:
            raise self._problem

    def await_arrival(self):
        """Waits until what is written from now on arrives."""
        self._sink.await_ids(self.written + 20, PATIENCE)


def await_word(sink, pattern, begin=0):
    """Waits until the worker has said something after a place of its log."""
    wait_until(lambda: re.search(pattern, sink.text()[begin:]), f"{sink.name} says {pattern!r}", PATIENCE, 0.2,
               alive=[sink.process])


def replace(path, text):
    """Writes a file as an editor or Kubernetes does: at once."""
    with open(path + ".new", "w") as file:
        file.write(text)
    os.replace(path + ".new", path)


class Password:
    """SCRAM: the password changes in Kafka first; connections, which end all the time, are refused until the file has it."""

    listener = "ROTATING"

    def properties(self, rig):
        self._user = "turning-password"
        self._file = rig.file("password.properties")
        rig.grant(self._user)
        self._change(rig)
        self._write()
        return sasl("SCRAM-SHA-512", sasl__username=self._user, sasl__password=f"${{file:{self._file}:password}}")

    def _change(self, rig):
        self._password = rig.plant(f"pl4nted-turning-{secrets.token_hex(8)}")
        rig.kafka.set_password(self._user, self._password, ["SCRAM-SHA-512"])

    def _write(self):
        replace(self._file, f"password={self._password}\n")

    def rotate(self, rig, sink, flow):
        begin = len(sink.text())
        self._change(rig)
        await_word(sink, "refuses the user and the password", begin)
        self._write()
        await_word(sink, "another user or password", begin)
        flow.await_arrival()


class Certificate:
    """TLS: a certificate for another name; what the old one may do is taken away when the new one is in use.

    One that brokers do not trust comes first: the worker goes on with the old one, and says why.
    """

    listener = "MUTUAL"

    def properties(self, rig):
        self._store = rig.file("turning.p12")
        self._take(rig, "sink-first")
        return SSL | trust(rig, "PEM") | {
            "ssl.keystore.type": "PKCS12", "ssl.keystore.location": self._store,
            "ssl.keystore.password": rig.keys.store_password,
        }

    def _take(self, rig, name):
        shutil.copy(rig.keys.file(f"{name}.p12"), self._store + ".new")
        os.replace(self._store + ".new", self._store)

    def rotate(self, rig, sink, flow):
        begin = len(sink.text())
        self._take(rig, "client-untrusted")
        await_word(sink, "is of no use yet.*ssl.keystore.location", begin)
        flow.await_arrival()
        rig.grant("sink-second")
        self._take(rig, "sink-second")
        await_word(sink, "start anew", begin)
        flow.await_arrival()
        rig.kafka.revoke("sink-first")
        flow.await_arrival()


class OAuthSecret:
    """OAUTHBEARER: the provider takes another secret; tokens last for seconds."""

    listener = "ROTATING"

    def properties(self, rig):
        self._client = "turning-secret"
        self._file = rig.file("secret.properties")
        self._change(rig)
        self._write()
        rig.grant(self._client)
        return sasl("OAUTHBEARER") | {
            "sasl.login.callback.handler.class": OAUTH_HANDLER,
            "sasl.oauthbearer.token.endpoint.url": rig.provider.url("/token"),
            "sasl.jaas.config": MODULES["OAUTHBEARER"] + " required;",
            "sasl.oauthbearer.client.credentials.client.id": self._client,
            "sasl.oauthbearer.client.credentials.client.secret": f"${{file:{self._file}:secret}}",
        }

    def _change(self, rig):
        self._secret = rig.plant(rig.provider.add(self._client, lifetime=20))

    def _write(self):
        replace(self._file, f"secret={self._secret}\n")

    def rotate(self, rig, sink, flow):
        self._change(rig)
        self._write()
        wait_until(lambda: rig.provider.given[self._secret] > 0, "the new secret is used", PATIENCE, 0.2,
                   alive=[sink.process])
        flow.await_arrival()


@dataclasses.dataclass(frozen=True)
class Rotation:
    """What is replaced."""

    name: str
    kind: typing.Callable
    is_slow = True

    def __str__(self):
        return self.name


ROTATIONS = [
    Rotation("turn-password", Password), Rotation("turn-certificate", Certificate), Rotation("turn-secret", OAuthSecret),
]


def go(rig, case):
    """Runs a worker through one rotation; returns its exit code, and the ids written and found."""
    kind = case.kind()
    sink = Sink(rig, case.name, kind.listener, kind.properties(rig)).start()
    flow = Flow(sink)
    with contextlib.ExitStack() as stack:
        stack.callback(flow.end)
        flow.await_arrival()
        kind.rotate(rig, sink, flow)
    sink.await_ids(flow.written, PATIENCE)
    return sink.stop(), flow.written, sink.ids()


@pytest.mark.parametrize("case", ROTATIONS, ids=str)
def test_a_replaced_credential_is_taken_up(outcome):
    status, written, ids = outcome
    assert status == DONE
    # Records may come twice, and none is missing.
    assert sorted(set(ids)) == list(range(written))
