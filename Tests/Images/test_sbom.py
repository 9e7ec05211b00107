"""`packaging/sbom`, on small roots that are made here."""

import hashlib
import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Harness"), str(HERE.parent / "Cluster")]

from bill import problems

SBOM = HERE.parents[1] / "packaging" / "sbom"
STATUS = """\
Package: zlib1g
Status: install ok installed
Maintainer: Mark Brown <broonie@debian.org>
Architecture: amd64
Multi-Arch: same
Source: zlib
Version: 1:1.3.dfsg+really1.3.1-1+b1
Description: compression library - runtime
 zlib is a library
 .
 that compresses.
Homepage: http://zlib.net/

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: libstdc++6
Status: install ok installed
Architecture: amd64
Source: gcc-14 (14.2.0-19)
Version: 14.2.0-19

Package: gcc-14-base
Status: hold ok installed
Architecture: amd64
Source: gcc-14
Version: 14.2.0-19

Package: tzdata
Status: install ok installed
Architecture: all
Version: 2025b-4
"""
ZLIB = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: zlib

Files: *
Copyright: 1995-2013 Jean-loup Gailly and Mark Adler
License: Zlib

Files: contrib/*
Copyright: somebody
License: Expat or GPL-2+

Files: amiga/*
Copyright: somebody else
License: own-words
 Do what you like.
 .
 No warranty.

Files: one/*
License: odd and Zlib
 One text of it.

Files: two/*
License: odd or Expat
 Another one.

Files: debian/*
Copyright: Debian
License: BSD-3-clause and Zlib

License: Expat
 The text of Expat.
"""


@pytest.fixture
def root(tmp_path):
    """A root with what the bill is made of."""
    folder = tmp_path / "root"
    for path, text in {
        "var/lib/dpkg/status": STATUS, "usr/lib/os-release": 'ID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian 13"\n',
        "usr/share/doc/zlib1g/copyright": ZLIB, "usr/share/doc/gcc-14-base/copyright": "This is GCC, under the GPL.\n",
        "usr/local/bin/kusto-sink-worker": "a program", "usr/local/lib/libsimdjson.so.14": "a library",
        "usr/share/doc/libsimdjson14/copyright": ZLIB.replace("own-words", "other-words"),
        "usr/share/doc/kusto-sink/built-with.json": json.dumps({"swift": "6.3.1", "libraries": [{
            "path": "/usr/local/lib/libsimdjson.so.14", "package": "libsimdjson14", "version": "3.0.1-1",
            "source": "simdjson (3.0.1-1)", "architecture": "amd64", "distribution": "debian-12",
        }]}),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "etc").mkdir()
    (folder / "etc/os-release").symlink_to("../usr/lib/os-release")
    (folder / "usr/share/doc/libstdc++6").symlink_to("gcc-14-base")
    return folder


def bill(root, *more, **environment):
    outcome = subprocess.run(
        [sys.executable, SBOM, "--root", root, "--name", "kusto-sink-worker", "--version", "0.1.0", *more],
        capture_output=True, text=True, check=False, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment},
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def packages(root):
    return {each["name"]: each for each in json.loads(bill(root))["packages"]}


def purl(package):
    (reference,) = package["externalRefs"]
    return reference["referenceLocator"]


def test_it_is_valid_and_the_same_each_time(root, tmp_path):
    text = bill(root, "--revision", "0123abc")
    assert list(problems(json.loads(text))) == []
    assert json.loads(text)["creationInfo"]["created"] == "2023-11-14T22:13:20Z"
    # Python gives sets another order in each process.
    for seed in range(6):
        assert bill(root, "--revision", "0123abc", PYTHONHASHSEED=str(seed)) == text
    assert bill(root, "--revision", "0123abc", "--output", str(tmp_path / "file")) == ""
    assert (tmp_path / "file").read_text() == text
    assert bill(root, "--revision", "0123abd") != text
    assert "1970-01-01T00:00:00Z" in bill(root, SOURCE_DATE_EPOCH="")


def test_it_has_what_is_installed_and_nothing_else(root):
    assert packages(root).keys() == {
        "kusto-sink-worker", "debian", "zlib1g", "libstdc++6", "gcc-14-base", "tzdata", "libsimdjson14", "swift",
        "swift-foundation", "swift-corelibs-libdispatch",
    }


def test_package_urls(root):
    found = packages(root)
    assert purl(found["zlib1g"]) == (
        "pkg:deb/debian/zlib1g@1:1.3.dfsg%2Breally1.3.1-1%2Bb1?arch=amd64&distro=debian-13"
        "&upstream=zlib%401:1.3.dfsg%2Breally1.3.1-1%2Bb1"
    )
    assert purl(found["libstdc++6"]) == "pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64&distro=debian-13&upstream=gcc-14%4014.2.0-19"
    assert purl(found["tzdata"]) == "pkg:deb/debian/tzdata@2025b-4?arch=all&distro=debian-13"
    assert purl(found["libsimdjson14"]) == "pkg:deb/debian/libsimdjson14@3.0.1-1?arch=amd64&distro=debian-12&upstream=simdjson%403.0.1-1"
    assert purl(found["swift"]) == "pkg:github/swiftlang/swift@swift-6.3.1-RELEASE"


def test_licences(root):
    document = json.loads(bill(root))
    found = {each["name"]: each for each in document["packages"]}
    assert found["zlib1g"]["licenseDeclared"] == (
        "BSD-3-Clause AND (GPL-2.0-or-later OR MIT) AND LicenseRef-zlib1g-odd AND (LicenseRef-zlib1g-odd OR MIT)"
        " AND LicenseRef-zlib1g-own-words AND Zlib"
    )
    texts = {each["licenseId"]: each["extractedText"] for each in document["hasExtractedLicensingInfos"]}
    assert texts["LicenseRef-zlib1g-odd"] == "One text of it."
    assert texts["LicenseRef-zlib1g-own-words"] == "Do what you like.\n\nNo warranty."
    # By a link, and not in the form that can be read.
    assert found["libstdc++6"]["licenseDeclared"] == "NOASSERTION"
    assert found["libstdc++6"]["licenseComments"] == "see /usr/share/doc/libstdc++6/copyright"
    assert "licenseComments" not in found["tzdata"]


def test_the_program_and_what_is_linked_into_it(root):
    document = json.loads(bill(root, "--revision", "0123abc"))
    (program,) = [each for each in document["packages"] if each.get("primaryPackagePurpose") == "APPLICATION"]
    assert program["checksums"] == [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(b"a program").hexdigest()}]
    assert program["sourceInfo"] == "commit 0123abc" and program["licenseDeclared"] == "MIT"
    linked = {each["relatedSpdxElement"] for each in document["relationships"] if each["relationshipType"] == "STATIC_LINK"}
    assert linked == {"SPDXRef-Linked-swift", "SPDXRef-Linked-swift-foundation", "SPDXRef-Linked-swift-corelibs-libdispatch"}


def test_links_do_not_lead_out_of_the_root(root, tmp_path):
    (tmp_path / "copyright").write_text(ZLIB)
    place = root / "usr/share/doc/tzdata"
    place.symlink_to("../../../../../../../../../../../" + str(tmp_path).lstrip("/"))
    assert packages(root)["tzdata"]["licenseDeclared"] == "NOASSERTION"
    place.unlink()
    place.symlink_to("/usr/share/doc/zlib1g")
    assert packages(root)["tzdata"]["licenseDeclared"].endswith("AND Zlib")
    place.unlink()
    place.symlink_to("tzdata")
    assert packages(root)["tzdata"]["licenseDeclared"] == "NOASSERTION"


def test_what_is_no_root_is_said(tmp_path):
    outcome = subprocess.run(
        [sys.executable, SBOM, "--root", tmp_path, "--name", "x", "--version", "1"], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 1 and "/var/lib/dpkg/status" in outcome.stderr
