"""With a wrong credential, certificate or right the worker ends, and says which mechanism, broker and property it is."""

import dataclasses
import re
import secrets
import time
import typing

import pytest

from sink import SERVICE_AWAY, USAGE, Sink
from ways import SSL, identity, keytab, oauth, plain, sasl, scram, trust

# What a refusal takes at most on a machine that is busy with other things; it is meant to take 15 s.
PATIENCE = 60


@dataclasses.dataclass(frozen=True)
class Refusal:
    """A listener, properties for it of which something is wrong, and words of the last line, as regular expressions.

    What the worker sees by itself ends it before any broker is asked: with 64, unless a certificate has expired.
    """

    name: str
    listener: str
    properties: typing.Callable
    words: tuple
    status: int = SERVICE_AWAY
    names_broker: bool = True

    def __str__(self):
        return self.name


def wrong(rig):
    """A password that nobody has."""
    return rig.plant(f"pl4nted-wrong-{secrets.token_hex(8)}")


TRUST = r"ssl\.truststore\.location"
KEY = r"ssl\.keystore\.location"
PROTOCOL = r"security\.protocol"
JAAS = r"sasl\.jaas\.config"

CREDENTIALS = [
    Refusal("wrong-plain", "SASLPLAIN", lambda rig: sasl("PLAIN") | plain(rig, wrong(rig)), ("PLAIN", JAAS)),
    Refusal("wrong-plain-tls", "SASLTLS",
            lambda rig: sasl("PLAIN", "SASLTLS") | plain(rig, wrong(rig)) | trust(rig, "PEM"), ("PLAIN", JAAS)),
    Refusal("wrong-scram256", "SASLPLAIN",
            lambda rig: sasl("SCRAM-SHA-256") | scram(rig, "SCRAM-SHA-256", wrong(rig)), ("SCRAM-SHA-256", JAAS)),
    Refusal("wrong-scram512-names", "SASLPLAIN",
            lambda rig: sasl("SCRAM-SHA-512", sasl__username="sink", sasl__password=wrong(rig)),
            ("SCRAM-SHA-512", r"sasl\.password")),
    Refusal("wrong-gssapi-key", "SASLPLAIN", lambda rig: sasl("GSSAPI") | keytab(rig, "old.keytab"), ("GSSAPI", JAAS)),
    Refusal("wrong-gssapi-principal", "SASLPLAIN",
            lambda rig: sasl("GSSAPI") | keytab(rig, "gone.keytab", "gone"), ("GSSAPI", JAAS)),
    Refusal("wrong-oauth-secret", "SASLPLAIN", lambda rig: sasl("OAUTHBEARER") | oauth(rig, wrong(rig)),
            ("OAUTHBEARER", JAAS)),
    Refusal("wrong-oauth-audience", "SASLPLAIN",
            lambda rig: sasl("OAUTHBEARER") | oauth(rig, path="/token/another-audience"), ("OAUTHBEARER", r"sasl\.")),
    Refusal("wrong-oauth-key", "SASLPLAIN", lambda rig: sasl("OAUTHBEARER") | oauth(rig, path="/token/another-key"),
            ("OAUTHBEARER", r"sasl\.")),
]
CERTIFICATES = [
    Refusal("broker-untrusted", "UNTRUSTED", lambda rig: SSL | trust(rig, "PEM"), ("certificate", "trusted", TRUST)),
    Refusal("broker-untrusted-jks", "UNTRUSTED", lambda rig: SSL | trust(rig, "JKS"), ("certificate", "trusted", TRUST)),
    Refusal("broker-expired", "EXPIRED", lambda rig: SSL | trust(rig, "PEM"), ("certificate", "expired")),
    Refusal("broker-elsewhere", "ELSEWHERE", lambda rig: SSL | trust(rig, "PEM"),
            ("certificate", "another", r"bootstrap\.servers")),
    Refusal("client-missing", "MUTUAL", lambda rig: SSL | trust(rig, "PEM"), ("certificate", r"ssl\.keystore")),
    Refusal("client-expired", "MUTUAL", lambda rig: SSL | trust(rig, "PEM") | identity(rig, "PEM", "client-expired"),
            ("certificate of CN=client-expired", "expired", KEY), SERVICE_AWAY, False),
    Refusal("store-password", "TLS", lambda rig: SSL | trust(rig, "JKS") | {"ssl.truststore.password": wrong(rig)},
            (r"ssl\.truststore",), USAGE, False),
    Refusal("client-untrusted", "MUTUAL",
            lambda rig: SSL | trust(rig, "PEM") | identity(rig, "PKCS12", "client-untrusted"), ("certificate", KEY)),
]
PROTOCOLS = [
    Refusal("plaintext-at-tls", "TLS", lambda rig: {"security.protocol": "PLAINTEXT"}, ("TLS", PROTOCOL)),
    Refusal("sasl-plaintext-at-tls", "SASLTLS", lambda rig: sasl("PLAIN") | plain(rig), ("TLS", PROTOCOL)),
    Refusal("tls-at-plaintext", "SASLPLAIN", lambda rig: SSL | trust(rig, "PEM"), ("TLS", PROTOCOL)),
    Refusal("sasl-tls-at-plaintext", "SASLPLAIN",
            lambda rig: sasl("PLAIN", "SASLTLS") | plain(rig) | trust(rig, "PEM"), ("TLS", PROTOCOL)),
    Refusal("plaintext-at-sasl", "SASLPLAIN", lambda rig: {"security.protocol": "PLAINTEXT"}, ("sign in", PROTOCOL)),
    Refusal("sasl-at-tls", "TLS", lambda rig: sasl("PLAIN", "SASLTLS") | plain(rig) | trust(rig, "PEM"),
            ("PLAIN", "signs nobody in", PROTOCOL)),
]


def without(kind):
    """Properties for a user who may do everything except what concerns one kind of resource."""
    return lambda rig: sasl("PLAIN") | plain(rig, user=f"no-{kind}")


RIGHTS = [
    Refusal("denied-topic", "SASLPLAIN", without("topic"), ("topic in-denied-topic", "right")),
    Refusal("denied-group", "SASLPLAIN", without("group"), ("group connect-denied-group",),
            names_broker=False),
    Refusal("denied-errors", "SASLPLAIN", without("errors"), ("topic errors-denied-errors",)),
    Refusal("denied-letters", "SASLPLAIN", without("letters"), ("topic letters-denied-letters",)),
]


def go(rig, case):
    """Runs a worker to its end; returns the exit code, the last line, what must be in it, and the seconds that it took."""
    sink = Sink(rig, case.name, case.listener, case.properties(rig))
    began = time.monotonic()
    sink.start()
    status, line = sink.await_end(PATIENCE)
    words = (re.escape(sink.address), *case.words) if case.names_broker else case.words
    return status, line, words, time.monotonic() - began


@pytest.mark.parametrize("case", CREDENTIALS + CERTIFICATES + PROTOCOLS + RIGHTS, ids=str)
def test_the_worker_says_what_is_refused(case, outcome, record_property):
    status, line, words, seconds = outcome
    record_property("seconds", round(seconds, 1))
    assert status == case.status, line
    missing = [word for word in words if not re.search(word, line)]
    assert not missing, f"{line} lacks {missing}"
