"""What pages show of our programs' output and of code, and what others are to do with our images, is so."""

import ast
import re
import subprocess

import pytest

import claims
import pages
import properties
import shell
from pages import ROOT

(PRINTED,) = (each for each in claims.CLAIMS if each.function == "test_a_program_prints_it")
(COMPOSE,) = (each for each in claims.CLAIMS if each.function == "test_the_compose_file_is_for_our_image")


def shape(output):
    """An output without what differs from run to run: of a table the names in its first column, of other lines all
    but numbers and the commit."""
    lines = output.strip().splitlines()
    if rows := [re.match(r"[✓✗–!] (\S+(?: \S+)*?)(?:  +|$)", line) for line in lines if re.match(r"[✓✗–!] ", line)]:
        return [row[1] for row in rows]
    # A build for debugging names no commit.
    return [re.sub(r"\d+", "N", re.sub(r"\(commit \w+(?:-dirty)?, ", "(", line)) for line in lines]


@pytest.mark.parametrize("block", [block for block in pages.blocks() if PRINTED.takes(block)], ids=str)
def test_a_program_prints_it(block, sandbox):
    command, _, shown = block.text.removeprefix("$ ").partition("\n")
    if " sample " in command:
        assert matches(shown, sampled(command, block, sandbox)), block
    else:
        assert shape(sandbox.output(block, command)) == shape(shown), block


def sampled(command, block, sandbox):
    """What `sample` prints of records like the page's, under the page's names."""
    properties.write(sandbox.folder / "sampled.properties", sandbox.sampled_settings())
    words = re.sub(r"--config \S+", f"--config {sandbox.folder}/sampled.properties", command)
    return sandbox.output(block, words).replace("sampled", "orders").replace("Sampled", "Orders")


def matches(shown, printed):
    """Whether an output is the page's, where `…` leaves out what follows or stands between."""
    pattern = re.escape(shown.strip()).replace(re.escape("…"), ".*")
    assert re.fullmatch(pattern, printed.strip()), f"the page shows\n{shown}\nand it prints\n{printed}"
    return True


@pytest.mark.parametrize("block", [block for block in pages.blocks("yaml") if COMPOSE.takes(block)], ids=str)
def test_the_compose_file_is_for_our_image(block, build):
    """There is no engine here; the programs must have the options, and the fields must be of a service."""
    (value,) = claims.documents(block)
    known = {
        "image", "command", "environment", "volumes", "read_only", "tmpfs", "cap_drop", "security_opt", "stop_grace_period",
        "restart", "healthcheck", "ports",
    }
    for service in value["services"].values():
        assert service.keys() <= known, f"{block}: no fields of a service are known as {service.keys() - known}"
        program = service["image"].partition(":")[0]
        command = service["healthcheck"]["test"]
        assert command[:2] == ["CMD", program]
        for words in (service["command"], command[2:]):
            options = [word for word in words if word.startswith("-")]
            verbs = [word for word in words[:1] if not word.startswith("-")]
            told = subprocess.run(
                [shell.executable(program, build), *verbs, "--help"], capture_output=True, text=True, timeout=60, check=True
            ).stdout
            assert all(re.search(rf"(?<![\w-]){re.escape(option)}\b", told) for option in options), f"{block}: {options}"


def test_what_python_calls_is_there():
    """What an example calls is defined in a file below the page's folder."""
    for block in pages.blocks("python"):
        sources = "\n".join(path.read_text() for path in (ROOT / block.page).parent.rglob("*.py"))
        called = {each.func.id for each in ast.walk(ast.parse(block.text)) if isinstance(each, ast.Call)}
        assert called and all(re.search(rf"(?m)^(?:def|class) {name}\b", sources) for name in called), f"{block}: {called}"
