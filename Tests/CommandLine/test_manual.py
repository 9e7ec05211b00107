"""Manual pages, as man and groff read them where they are installed."""

import shutil
import subprocess

import pytest

import programs


@pytest.mark.parametrize("name", programs.NAMES)
def test_the_page_is_read_without_a_warning(tmp_path, name):
    page = tmp_path / f"{name}.1"
    page.write_text(programs.printed(name, "man"))
    text = page.read_text()
    assert text.isascii() and text.splitlines()[1].startswith(".TH ")
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS"):
        assert f"\n.SH {heading}\n" in text
    if shutil.which("groff"):
        checked = subprocess.run(
            ["groff", "-man", "-ww", "-z", "-Tutf8", page], capture_output=True, text=True, timeout=programs.PATIENCE,
            check=True,
        )
        assert checked.stderr == ""


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
@pytest.mark.parametrize("name", programs.NAMES)
def test_the_page_has_every_option(name):
    page = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-cbou", "-rLL=200n"], input=programs.printed(name, "man"), capture_output=True,
        text=True, timeout=programs.PATIENCE, check=True,
    ).stdout
    names = {word for line in programs.printed(name, "man", "--markdown").splitlines() if line.startswith("|")
             for word in line.replace("`", " ").split() if word.startswith("--")}
    assert "--help" in page
    for option in names:
        assert option.rstrip(".,;:") in page


@pytest.mark.parametrize("name", programs.NAMES)
def test_nothing_in_it_changes(name):
    assert programs.printed(name, "man") == programs.printed(name, "man")
