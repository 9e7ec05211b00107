"""The registry behind nginx: passwords, tokens and certificates, right ones and wrong ones."""

import concurrent.futures
import urllib.parse

import pytest

import serializers
from documents import route
from processes import RunError, wait_until
from proxy import KEY_PASSWORD, PASSWORD, STORE_PASSWORD, TOKEN, USER
from sink import AVRO, DONE, SERVICE_AWAY

SCHEMA = {"type": "record", "name": "Guarded", "fields": [{"name": "id", "type": "long"}]}
PREFIX = "value__converter__"
BASIC = {"basic__auth__credentials__source": "USER_INFO", "basic__auth__user__info": f"{USER}:{PASSWORD}"}
BEARER = {"bearer__auth__credentials__source": "STATIC_TOKEN", "bearer__auth__token": TOKEN}
JAAS = (
    'org.apache.kafka.common.security.plain.PlainLoginModule required '
    f'username="{USER}" password="{PASSWORD}";'
)


def store(proxy, kind, file):
    """The settings of a trust store or a key store; what is PEM has no password."""
    name = f"schema__registry__ssl__{kind}__"
    types = {".p12": "PKCS12", ".jks": "JKS"}
    settings = {f"{name}location": proxy.file(file), f"{name}type": types.get(file[-4:], "PEM")}
    return settings if settings[f"{name}type"] == "PEM" else settings | {f"{name}password": STORE_PASSWORD}


def ways(proxy):
    """The ways in that are right: the address and the settings, each without the prefix."""
    user = f"{USER}:{urllib.parse.quote(PASSWORD, safe='')}@"
    trust = store(proxy, "truststore", "ca.crt")
    key_password = {"schema__registry__ssl__key__password": KEY_PASSWORD}
    return {
        "basic": (proxy.url("basic"), BASIC),
        "basic-old-name": (proxy.url("basic"), {
            "basic__auth__credentials__source": "USER_INFO", "schema__registry__basic__auth__user__info": f"{USER}:{PASSWORD}",
        }),
        "basic-in-url": (proxy.url("basic", user), {"basic__auth__credentials__source": "URL"}),
        "basic-of-sasl": (proxy.url("basic"), {"basic__auth__credentials__source": "SASL_INHERIT", "sasl__jaas__config": JAAS}),
        "bearer": (proxy.url("bearer"), BEARER),
        "tls-pem": (proxy.url("tls"), trust),
        "tls-any-name": (
            proxy.url("wrong_name"), trust | {"schema__registry__ssl__endpoint__identification__algorithm": "none"},
        ),
        "mutual-pem": (proxy.url("mutual"), trust | store(proxy, "keystore", "client.pem")),
        "mutual-pkcs12": (
            proxy.url("mutual"), store(proxy, "truststore", "ca.p12") | store(proxy, "keystore", "client.p12"),
        ),
        # Java's own format, which can protect the key with a password of its own.
        "mutual-jks": (
            proxy.url("mutual"),
            store(proxy, "truststore", "ca.jks") | store(proxy, "keystore", "client.jks") | key_password,
        ),
        # The first address answers nobody.
        "second-address": (f"http://127.0.0.1:9,{proxy.url('basic')}", BASIC),
    }


def wrong_ways(proxy):
    """The ways that lead nowhere."""
    trust = store(proxy, "truststore", "ca.crt")
    return {
        "no-password": (proxy.url("basic"), {}),
        "wrong-password": (proxy.url("basic"), BASIC | {"basic__auth__user__info": f"{USER}:wrong"}),
        "wrong-token": (proxy.url("bearer"), BEARER | {"bearer__auth__token": "wrong"}),
        "untrusted": (proxy.url("tls"), {}),
        "wrong-name": (proxy.url("wrong_name"), trust),
        "no-certificate": (proxy.url("mutual"), trust),
        "wrong-store": (proxy.url("tls"), store(proxy, "truststore", "other.p12")),
    }


RIGHT = (
    "basic", "basic-old-name", "basic-in-url", "basic-of-sasl", "bearer", "tls-pem", "tls-any-name", "mutual-pem",
    "mutual-pkcs12", "mutual-jks", "second-address",
)
WRONG = (
    "no-password", "wrong-password", "wrong-token", "untrusted", "wrong-name", "no-certificate", "wrong-store",
)


class Attempt:
    """A sink that finds the registry by one of the ways, and what it came to."""

    def __init__(self, rig, name, way, is_right):
        self.name = name
        routes = [route(rig, f"access-{name}")]
        url, settings = way
        writer = serializers.avro(rig, f"access-{name}", SCHEMA)
        rig.kafka.write(f"access-{name}", [writer.record({"id": number}) for number in range(3)])
        letters = rig.topic(f"access-{name}-errors")
        self.sink = rig.sink(f"access-{name}", routes, AVRO, **{PREFIX + key: value for key, value in settings.items()} | {
            f"{PREFIX}schema__registry__url": url, "errors__tolerance": "all",
            "startup__timeout__ms": 60_000 if is_right else 3000,
            "errors__deadletterqueue__topic__name": letters,
        }).start()
        self.problem = None
        table = routes[0]["table"]
        try:
            if is_right:
                self.sink.await_rows(table, 3)
                self.sink.await_done()
            else:
                # It says what is wrong, and whether it then goes on trying or ends, it takes no record.
                wait_until(lambda: self.sink.has_ended or self.complaints(), f"{name} says what is wrong", 60, 0.2)
        except RunError as error:
            self.problem = f"{error}\n{self.sink.last_words()}"
        self.exit = self.sink.stop()
        self.rows, self.letters = rig.cluster.count(table), rig.kafka.read(letters)
        self.committed = self.sink.committed().get(0, 0)

    def complaints(self):
        """Log lines that are warnings or errors and are about the registry."""
        return [
            line for line in self.sink.lines()
            if line.get("level") in ("warning", "error") and "registry" in str(line).lower().replace("registry__", "")
        ]


@pytest.fixture(scope="module")
def attempts(rig):
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        right, wrong = ways(rig.proxy), wrong_ways(rig.proxy)
        running = {name: pool.submit(Attempt, rig, name, right[name], True) for name in RIGHT}
        running |= {name: pool.submit(Attempt, rig, name, wrong[name], False) for name in WRONG}
        concurrent.futures.wait(running.values())
    return running


@pytest.mark.parametrize("name", RIGHT)
def test_a_way_in(attempts, name):
    attempt = attempts[name].result()
    if attempt.problem:
        pytest.fail(attempt.problem, pytrace=False)
    assert (attempt.exit, attempt.rows, attempt.committed, attempt.letters) == (DONE, 3, 3, [])


@pytest.mark.parametrize("name", WRONG)
def test_no_way_in(attempts, name):
    """A registry that refuses us, or that we do not trust, is away: no record is skipped, and none is a dead letter."""
    attempt = attempts[name].result()
    if attempt.problem:
        pytest.fail(attempt.problem, pytrace=False)
    assert attempt.exit in (DONE, SERVICE_AWAY), attempt.sink.last_words()
    assert (attempt.rows, attempt.committed, attempt.letters) == (0, 0, [])
    assert PASSWORD not in attempt.sink.text() and TOKEN not in attempt.sink.text()


def test_a_password_that_changes_back(rig):
    """While the password is refused records wait; once it is taken again they are ingested."""
    proxy = rig.new_proxy()
    routes = [route(rig, "access-changed")]
    letters = rig.topic("access-changed-errors")
    writers = [
        serializers.avro(rig, "access-changed", SCHEMA | {"fields": [*SCHEMA["fields"], {"name": name, "type": "int"}]})
        for name in ("before", "meanwhile")
    ]
    sink = rig.sink("access-changed", routes, AVRO, **{PREFIX + key: value for key, value in BASIC.items()} | {
        f"{PREFIX}schema__registry__url": proxy.url("basic"), "errors__tolerance": "all",
        "errors__deadletterqueue__topic__name": letters,
    }).start()
    rig.kafka.write("access-changed", [writers[0].record({"id": 1, "before": 1})])
    sink.await_rows("Access_changed", 1)
    proxy.set_password("another")
    refused = proxy.asked(" 401 ")
    rig.kafka.write("access-changed", [writers[1].record({"id": 2, "meanwhile": 1}), writers[0].record({"id": 3, "before": 1})])
    wait_until(lambda: proxy.asked(" 401 ") >= refused + 3, "the registry has refused it three times", 120, alive=[sink.process])
    assert rig.cluster.count("Access_changed") == 1
    proxy.set_password(PASSWORD)
    sink.await_rows("Access_changed", 3)
    sink.await_done()
    assert sink.stop() == DONE
    assert rig.kafka.read(letters) == []
