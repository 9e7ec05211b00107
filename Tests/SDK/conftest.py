"""Starts one emulator for the whole run and gives each test a table of its own."""

import contextlib
import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
import uuid

import msal
import pytest
from azure.kusto.data import KustoClient, KustoConnectionStringBuilder

DATABASE = "shop"
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Harness"))

from planted import MARK, keep_file  # noqa: E402

TOKEN = f"{MARK}-sdk-test-token"


def emulator_binary():
    named = os.environ.get("KUSTO_EMULATOR")
    candidates = [pathlib.Path(named)] if named else [ROOT / ".build" / kind / "kusto-emulator" for kind in ("debug", "release")]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    pytest.fail(f"no kusto-emulator binary at {', '.join(map(str, candidates))}; build it or set KUSTO_EMULATOR")


def first_line(stream, seconds):
    """Reads one line, but does not wait for ever on a process that hangs."""
    lines = queue.Queue()
    threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
    try:
        return lines.get(timeout=seconds)
    except queue.Empty:
        return b""


class Emulator:
    """A running emulator and its control API."""

    def __init__(self, ready):
        self.engine_url = ready["queryUrl"]
        self.ingestion_url = ready["ingestionUrl"]
        self.control_url = ready["controlUrl"]

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.control_url}/{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            content = response.read()
        return json.loads(content) if content else None

    def state(self):
        return self.control("GET", "state")

    def wait_until_idle(self, seconds=60):
        return wait_for(lambda: self.state() if self.state()["idle"] else None, seconds, "the emulator to be idle")


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")


@contextlib.contextmanager
def running_emulator(folder, *arguments):
    """Runs an emulator with two endpoints."""
    with open(folder / "stderr", "wb") as log:
        process = subprocess.Popen(
            [emulator_binary(), "--listen", "127.0.0.1:0", "--split-endpoints", "--database", DATABASE, *arguments],
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            line = first_line(process.stdout, 120)
            if not line:
                pytest.fail(f"the emulator did not start, see {log.name}")
            yield Emulator(json.loads(line))
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            keep_file(log.name)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    with running_emulator(tmp_path_factory.mktemp("emulator"), "--static-token", TOKEN) as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def without_faults(emulator):
    emulator.control("DELETE", "faults")
    yield
    emulator.control("DELETE", "faults")


@pytest.fixture
def connection(emulator):
    """To the engine: queries, commands, streaming ingestion."""
    return KustoConnectionStringBuilder.with_aad_application_token_authentication(emulator.engine_url, TOKEN)


@pytest.fixture
def ingest_connection(emulator):
    """To Data Management: queued ingestion. The SDK derives neither URL from an address with a port."""
    return KustoConnectionStringBuilder.with_aad_application_token_authentication(emulator.ingestion_url, TOKEN)


@pytest.fixture
def ingest_client(ingest_connection):
    with KustoClient(ingest_connection) as client:
        yield client


@pytest.fixture
def client(connection):
    with KustoClient(connection) as client:
        yield client


@pytest.fixture
def table(client):
    """A table with a column of each scalar kind that the tests use, and a JSON mapping `events`."""
    name = f"t_{uuid.uuid4().hex[:10]}"
    columns = "id:long, name:string, price:real, at:datetime, ok:bool, tags:dynamic"
    client.execute_mgmt(DATABASE, f".create table {name} ({columns})")
    mapping = json.dumps(
        [
            {"column": "id", "Properties": {"Path": "$.id"}},
            {"column": "name", "Properties": {"Path": "$['full name']"}},
            {"column": "price", "Properties": {"Path": "$.price.amount"}},
            {"column": "at", "Properties": {"Path": "$.ts", "Transform": "DateTimeFromUnixMilliseconds"}},
            {"column": "ok", "Properties": {"Path": "$.flags[0]"}},
            {"column": "tags", "Properties": {"Path": "$.tags"}},
        ]
    )
    client.execute_mgmt(DATABASE, f".create table {name} ingestion json mapping 'events' '{mapping.replace(chr(39), chr(92) + chr(39))}'")
    client.execute_mgmt(DATABASE, f".alter table {name} policy streamingingestion enable")
    yield name
    client.execute_mgmt(DATABASE, f".drop table {name} ifexists")


@pytest.fixture
def rows(client, table):
    """Reads the table's rows, ordered by id, as dictionaries."""

    def read():
        response = client.execute(DATABASE, f"{table} | order by id asc")
        return [row.to_dict() for row in response.primary_results[0]]

    return read


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for the loopback address, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on PATH")
    folder = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
        + ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def trusted(certificate, monkeypatch):
    """Trusts the certificate, and keeps msal from asking login.microsoftonline.com about the host of the emulator."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    hosts = msal.authority.WELL_KNOWN_AUTHORITY_HOSTS | {"127.0.0.1"}
    monkeypatch.setattr(msal.authority, "WELL_KNOWN_AUTHORITY_HOSTS", hosts)
    monkeypatch.setattr(msal.ClientApplication, "_get_authority_aliases", lambda self, instance: [])
