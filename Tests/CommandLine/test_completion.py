"""Completion, as the shells themselves do it where they are installed."""

import shlex
import shutil
import subprocess

import pytest

import programs

# Loads a completion and asks for it as readline does: words, and the place of the last one.
BASH = """
source "$1"; shift
program=$1
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
specification=$(complete -p "$program") || exit 3
[[ $specification =~ -F\\ ([^ ]+) ]] || exit 4
"${BASH_REMATCH[1]}" "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """The completions, by program and shell."""
    folder = tmp_path_factory.mktemp("completions")
    files = {}
    for name in programs.NAMES:
        for shell in ("bash", "zsh", "fish"):
            files[name, shell] = folder / f"{name}.{shell}"
            files[name, shell].write_text(programs.printed(name, "completion", shell))
    return files


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("name", programs.NAMES)
def test_the_shell_understands_it(scripts, name, shell):
    text = scripts[name, shell].read_text()
    assert name in text and "completion" in text and "help" in text
    if shutil.which(shell):
        subprocess.run([shell, "-n", scripts[name, shell]], check=True, timeout=programs.PATIENCE)


def completed(scripts, *words, folder):
    answer = subprocess.run(
        ["bash", "-c", BASH, "bash", scripts[words[0], "bash"], *words],
        capture_output=True, text=True, cwd=folder, timeout=programs.PATIENCE, check=True,
    )
    assert not answer.stderr, answer.stderr
    return set(answer.stdout.split("\n")) - {""}


@pytest.mark.parametrize("line, expected", [
    ("kusto-sink-worker ch", {"check"}),
    ("kusto-sink-worker --config a.properties ch", {"check"}),
    ("kusto-sink-worker --config = a.properties ch", {"check"}),
    ("kusto-sink-worker check --", {"--config", "--references-below", "--offline", "--json", "--help", "--version"}),
    ("kusto-sink-worker --print", {"--print-config"}),
    ("kusto-sink-worker check --print", set()),
    ("kusto-sink-worker check --config sink", {"sink.properties", "sinks"}),
    ("kusto-sink-worker check --config = sink", {"sink.properties", "sinks"}),
    ("kusto-sink-worker --references-below sink", {"sinks"}),
    ("kusto-sink-worker init --auth ", {"application", "managed_identity", "workload_identity"}),
    ("kusto-sink-worker init --topic check --auth w", {"workload_identity"}),
    ("kusto-sink-worker init --topic ", set()),
    ("kusto-sink-worker properties flush.", {"flush.size.bytes", "flush.interval.ms"}),
    ("kusto-sink-worker completion ", {"bash", "zsh", "fish"}),
    ("kusto-sink-operator run --log-format ", {"json", "text"}),
    ("kusto-sink-operator render -f sink", {"sink.properties", "sinks"}),
    ("kusto-sink-operator migrate sink", {"sink.properties", "sinks"}),
    ("kusto-sink-operator render --li", set()),
    ("kusto-emulator --split", {"--split-endpoints"}),
    ("kusto-emulator --data-dir sink", {"sinks"}),
    ("kusto-sink-demo --reco", {"--records"}),
])
def test_bash_completes(scripts, tmp_path, line, expected):
    (tmp_path / "sink.properties").touch()
    (tmp_path / "sinks").mkdir()
    words = shlex.split(line) + ([""] if line.endswith(" ") else [])
    assert completed(scripts, *words, folder=tmp_path) == expected


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize("line, expected", [
    ("kusto-sink-worker ch", {"check"}),
    ("kusto-sink-worker check --off", {"--offline"}),
    ("kusto-sink-worker --off", set()),
    ("kusto-sink-worker init --auth w", {"workload_identity"}),
    ("kusto-sink-worker properties flush.s", {"flush.size.bytes"}),
])
def test_fish_completes(scripts, tmp_path, line, expected):
    script = f"source {shlex.quote(str(scripts['kusto-sink-worker', 'fish']))}; complete -C {shlex.quote(line)}"
    answer = subprocess.run(
        ["fish", "--no-config", "-c", script], capture_output=True, text=True, cwd=tmp_path, timeout=programs.PATIENCE,
        check=True, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert {line.split("\t")[0] for line in answer.stdout.splitlines()} == expected
