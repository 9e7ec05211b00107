#!/usr/bin/env python3
"""Looks for secrets in what tests and programs have written, and fails when it finds one.

    Tests/Secrecy/scan.py FOLDER|FILE…

It knows the secrets of the tests by their mark (`Tests/Harness/planted.py`), as they are and in the encodings that
programs use, and by their form what the emulator hands out: tokens and shared access signatures. It says the file, the
line, and whose secret it is, and never the secret.
"""

import base64
import bisect
import json
import os
import re
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

from planted import MARK, PLANTED

# What the emulator hands out (KustoEmulator: TokenAuthority, IdentityTokens, SharedAccessRegistry), and keys.
FORMS = {
    "a token of the emulator": re.compile(rb"emulated(?:-identity)?\.[0-9a-f]{8}-[0-9a-f]{4}-"),
    # Header, claims and signature; without the last it opens nothing.
    "a JSON Web Token": re.compile(rb"eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{20}"),
    "a shared access signature": re.compile(rb"(?i:[?&]|%3F|%26|u0026)sig(?:=|%3D|%253D)[0-9A-Za-z]{20}"),
    # A line of a key follows; its first words alone are in many sentences.
    "a private key": re.compile(rb"PRIVATE KEY-----(?:\\r|\\n|[\r\n])+[A-Za-z0-9+/]{32}"),
}


def encodings(text):
    """Each encoding's name, and what the text is in it, of which there may be several, by what stands before it."""
    plain = text.encode()
    yield "as it is", {plain}
    quoted = [urllib.parse.quote(text, safe=safe) for safe in ("", "/", "~", "/:", ":")]
    quoted += [urllib.parse.quote_plus(text), "".join(f"%{byte:02X}" for byte in plain)]
    twice = [urllib.parse.quote(each, safe="") for each in quoted]
    lower = [re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), each) for each in quoted + twice]
    yield "percent-encoded", {each.encode() for each in quoted + twice + lower} - {plain}
    escaped = {json.dumps(text)[1:-1], json.dumps(text)[1:-1].replace("/", "\\/"), json.dumps(json.dumps(text))[3:-3]}
    escaped |= {"".join(f"\\u{ord(each):04x}" for each in text), "".join(f"\\u{ord(each):04X}" for each in text)}
    yield "escaped for JSON", {each.encode() for each in escaped} - {plain}
    yield "as base64", set(base64_pieces(plain))
    yield "in hexadecimal", {plain.hex().encode(), plain.hex().upper().encode(), plain.hex(":").encode()}
    yield "as UTF-16", {text.encode("utf-16-be"), text.encode("utf-16-le")}


def base64_pieces(plain):
    """The letters of base64 that these bytes alone decide, whatever stands around them; in both alphabets."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + plain + bytes(2)).decode()
        # Six bits a letter: the first that holds none of the bytes before, up to the last that is full.
        begin, end = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
        piece = whole[begin:end]
        yield piece.encode()
        yield piece.replace("+", "-").replace("/", "_").encode()


class Scanner:
    """Finds secrets in bytes."""

    def __init__(self, planted=None, mark=MARK):
        self._planted = PLANTED if planted is None else planted
        self._needles = [
            (needle, encoding) for text in dict.fromkeys((mark, mark.upper(), mark.capitalize()))
            for encoding, needles in encodings(text) for needle in sorted(needles)
        ]
        self._names = [
            (needle, name) for name, text in self._planted.items()
            for _, needles in encodings(text) for needle in needles
        ]
        # The longest first: one secret may begin with another.
        self._names.sort(key=lambda each: -len(each[0]))

    def scan(self, content):
        """The number of each line with a secret, and what it is."""
        found, starts = set(), None
        for position, what in self._hits(content):
            if starts is None:
                starts = [0, *(each.end() for each in re.finditer(rb"\n", content))]
            number = bisect.bisect_right(starts, position)
            end = content.find(b"\n", position)
            line = content[starts[number - 1]:end if end >= 0 else len(content)]
            found.add((number, what or self._name(line)))
        return sorted(found)

    def _hits(self, content):
        for needle, encoding in self._needles:
            position = content.find(needle)
            while position >= 0:
                yield position, None
                position = content.find(needle, position + len(needle))
        for name, form in FORMS.items():
            for each in form.finditer(content):
                yield each.start(), name

    def _name(self, line):
        for needle, name in self._names:
            if needle in line:
                return name
        return "a secret of a test that Tests/Harness/planted.py does not list"


def files(paths):
    """The files below these folders, and these files."""
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, name) for name in sorted(names))


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 64
    scanner, count, total, hits = Scanner(), 0, 0, 0
    for path in files(paths):
        with open(path, "rb") as file:
            content = file.read()
        count, total = count + 1, total + len(content)
        for number, what in scanner.scan(content):
            hits += 1
            if hits <= 200:
                print(f"{path}:{number}: error: here stands the secret of this: {what}")
    print(f"{count} files, {total / 1e6:.1f} MB: {hits} lines with a secret")
    return 1 if hits or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
