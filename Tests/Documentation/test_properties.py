"""Properties that pages show are in order for the worker; a part of a configuration is completed with what it needs."""

import os
import re
import subprocess

import pytest

import claims
import pages
import shell
import standins

SECRETS = "/etc/kusto-sink"
# What the pages leave to the reader where they show a part of a configuration.
BASE = {
    "name": "orders", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
    "topics": "orders", "bootstrap.servers": "broker.example:9092",
    "kusto.ingestion.url": "https://ingest-mycluster.westeurope.kusto.windows.net",
    "aad.auth.authority": standins.ZERO, "aad.auth.appid": standins.ZERO, "aad.auth.appkey": "SECRET",
    "kusto.tables.topics.mapping": "[{'topic': '*', 'db': 'shop', 'table': 'Orders', 'format': 'json'}]",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
}
# What a property needs beside it, by the end of its name; nothing stands for one that must not be there.
COMPANIONS = {
    "topics.regex": {"topics": None},
    "aad.auth.appcert.location": {"aad.auth.appkey": None},
    "aad.auth.appcert.password": {"aad.auth.appkey": None, "aad.auth.appcert.location": f"{SECRETS}/secrets/client.pem"},
    "proxy.host": {"proxy.port": "3128"},
    "proxy.port": {"proxy.host": "proxy.corp.example"},
    "commit.after": {"ingestion.report": "failures"},
    "misc.deadletterqueue.bootstrap.servers": {"misc.deadletterqueue.topic.name": "orders-dead-letters"},
    "misc.deadletterqueue.topic.name": {"misc.deadletterqueue.bootstrap.servers": "broker.example:9092"},
}
JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="sink" password="SECRET";'
EXAMPLES = [block for block in pages.blocks("properties") if claims.is_properties(block)]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate with its key, in PEM."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sink", "-keyout", "key.pem",
         "-out", "certificate.pem"], cwd=folder, capture_output=True, timeout=60, check=True,
    )
    return (folder / "key.pem").read_text() + (folder / "certificate.pem").read_text()


def assigned(text):
    """The properties of a text with their values; a line that ends with a backslash goes on."""
    joined = re.sub(r"\\\n[ \t]*", "", text)
    return dict(re.findall(r"^([\w.*-]+)[ \t]*=[ \t]*(.*)$", joined, re.MULTILINE))


def completed(text):
    """A part of a configuration with what it needs, or a whole one, which begins with its name, as it is."""
    told = assigned(text)
    if {"name", "connector.class"} <= told.keys():
        return text
    needed = dict(BASE)
    for name in told:
        needed |= next((more for ending, more in COMPANIONS.items() if name == ending), {})
    return "".join(f"{name}={value}\n" for name, value in needed.items() if value is not None and name not in told) + text


def write_secrets(folder, text, certificate):
    """Makes the files that references and locations name; returns the variables that others name."""
    for path, key in re.findall(r"\$\{file:([^:}]+):([^}]+)\}", text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(f"{key}={JAAS if 'jaas' in key else 'user:SECRET' if key == 'user-info' else 'SECRET'}\n")
    paths = [f"{place}/{name}" for place, name in re.findall(r"\$\{directory:([^:}]+):([^}]+)\}", text)]
    paths += re.findall(r"appcert\.location=(\S+)", text)
    for path in paths:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(certificate if path.endswith((".pem", ".crt", ".key")) else "SECRET")
    return {name: "SECRET" for name in re.findall(r"\$\{env:(\w+)\}", text)}


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_the_worker_takes_them(block, build, tmp_path, certificate):
    text = completed(block.text).replace(SECRETS, str(tmp_path))
    variables = write_secrets(tmp_path, text, certificate)
    (tmp_path / "sink.properties").write_text(text)
    command = [shell.executable("kusto-sink-worker", build), "check", "--offline", "--config", "sink.properties"]
    outcome = subprocess.run(
        command, cwd=tmp_path, env={"PATH": os.environ["PATH"], **variables}, capture_output=True, text=True, timeout=60,
        check=False,
    )
    said = outcome.stdout + outcome.stderr
    assert outcome.returncode == 0, f"{block}:\n{text}\n{said}"
    # Alone on its line of the reference a property may be one that only another one gives a meaning.
    useless = "unknown|did you mean|nobody reads" + ("" if block.page == claims.REFERENCE else "|not used")
    assert not re.search(useless, said), f"{block}: {said}"
    assert "SECRET" not in said


def test_a_wrong_one_is_found(build, tmp_path):
    block = pages.Page("page.md", "# A\n```properties\nflush.interval.ms=soon\n```\n").blocks[0]
    with pytest.raises(AssertionError, match="page.md:2"):
        test_the_worker_takes_them(block, build, tmp_path, "")
