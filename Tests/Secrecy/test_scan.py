"""The scanner finds every secret of the tests in every encoding, says whose it is and where, and takes nothing else for one."""

import base64
import json
import os
import subprocess
import sys
import urllib.parse

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "Harness")]

import planted
from planted import MARK, PLANTED
from scan import FORMS, Scanner, encodings

UUID = "0b0f6a2c-7c3b-4f0e-9f5c-0d9f3f1f2a10"
# As programs write them: what stands around a secret decides how its base64 looks.
WAYS = {
    "plain": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of one letter more": lambda text: base64.b64encode(f"u{text}:".encode()).decode(),
    "base64 of two letters more": lambda text: base64.b64encode(f"u:{text}".encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(f"uu:{text}??".encode()).decode().rstrip("="),
    "percent": lambda text: urllib.parse.quote(text, safe=""),
    "percent, small letters": lambda text: urllib.parse.quote(text, safe="").lower(),
    "percent in a form": urllib.parse.quote_plus,
    "percent, all": lambda text: "".join(f"%{each:02x}" for each in text.encode()),
    "percent, twice": lambda text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "JSON": json.dumps,
    "JSON with slashes escaped": lambda text: json.dumps(text).replace("/", "\\/"),
    "JSON, all": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"key": text})),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, big letters": lambda text: text.encode().hex().upper(),
    "hexadecimal with colons": lambda text: text.encode().hex(":"),
}


def scanned(text):
    return Scanner().scan(text.encode() if isinstance(text, str) else text)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", PLANTED)
def test_every_secret_is_found_in_every_encoding(name, way):
    text = f'a line\n{{"message":"it is {WAYS[way](PLANTED[name])} here"}}\nanother\n'
    assert scanned(text) == [(2, name)]


@pytest.mark.parametrize("name", PLANTED)
def test_every_secret_has_the_mark(name):
    assert PLANTED[name].startswith(MARK)
    for encoding, needles in encodings(PLANTED[name]):
        for needle in needles:
            assert [found for _, found in scanned(b"x\n\n" + needle)] == [name], encoding


def test_one_secret_that_begins_with_another():
    secrets = {"the short one": f"{MARK}-a", "the long one": f"{MARK}-a-b"}
    assert Scanner(secrets).scan(f"{MARK}-a-b\n{MARK}-a".encode()) == [(1, "the long one"), (2, "the short one")]


@pytest.mark.parametrize("text", [f"{MARK}-of-nobody", MARK.upper(), f"cut off at {MARK}", f"a{MARK}b"])
def test_a_secret_that_no_table_has(text):
    (number, name), = scanned(f"\n{text}")
    assert number == 2 and "does not list" in name


@pytest.mark.parametrize("kind, text", [
    ("a token of the emulator", f"Authorization: Bearer emulated.{UUID}"),
    ("a token of the emulator", f'"authorizationContext":"emulated-identity.{UUID}"'),
    ("a JSON Web Token", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJzaW5rIn0.c2lnbmF0dXJlLXRoYXQtaXMtbm9uZQ"),
    ("a shared access signature", "https://h/c?sv=1&sig=0B0F6A2C7C3B4F0E9F5C0D9F3F1F2A10AAAABBBBCCCC%3D"),
    ("a shared access signature", "q=https%3A%2F%2Fh%2Fc%3Fsv%3D1%26sig%3D0B0F6A2C7C3B4F0E9F5C0D9F3F1F2A10AAAABBBBCCCC"),
    ("a shared access signature", '"https://h/c?sv=1\\u0026sig=0B0F6A2C7C3B4F0E9F5C0D9F3F1F2A10AAAABBBBCCCC"'),
    ("a private key", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw"),
    ("a private key", '"-----BEGIN RSA PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw"'),
])
def test_what_is_known_by_its_form(kind, text):
    assert kind in FORMS and scanned(f"one\n{text}\n") == [(2, kind)]


@pytest.mark.parametrize("text", [
    "", "planted", "the key is -----BEGIN PRIVATE KEY----- and so on", "?sig=[hidden]&x", "&sig=…", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzaW5rIn0.", "the emulated cluster",
    "aad.auth.appkey=[hidden]", f"a commit {'0123456789abcdef' * 3}",
])
def test_what_is_none(text):
    assert scanned(f"{text}\n{text}") == []


def test_the_command_says_where_and_whose_and_not_what(tmp_path, monkeypatch):
    """It goes through folders, also through what was kept there."""
    command = [sys.executable, os.path.join(HERE, "scan.py"), str(tmp_path)]

    def run():
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        return outcome.returncode, outcome.stdout

    assert run()[0] == 1, "nothing to look at is a fault"
    (tmp_path / "unit.log").write_text("all is well\n")
    assert run() == (0, "1 files, 0.0 MB: 0 lines with a secret\n")
    monkeypatch.setenv("KUSTO_SINK_KEPT", str(tmp_path / "kept" / "broker"))
    (tmp_path / "worker.log").write_text("fine\nfine\n")
    planted.keep_file(str(tmp_path / "worker.log"))
    planted.keep("metrics", "fine")
    assert run()[0] == 0
    planted.keep("metrics", PLANTED["the application of the torture"])
    status, output = run()
    place = tmp_path / "kept" / "broker" / f"metrics-{os.getpid()}.txt"
    assert status == 1 and f"{place}:2: error: " in output and "the application of the torture" in output
    assert MARK not in output
