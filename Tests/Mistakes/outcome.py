"""What the programs say about a mistake."""

import concurrent.futures
import dataclasses
import json
import os
import re
import signal
import subprocess

from mistake import DONE
from planted import MARK, keep
from processes import RunError, executable

# What a verdict takes at most on a machine that is busy with other things.
PATIENCE = 200
# A file and the line in it, or the variable that stands for a property.
PLACE = r"(?:(?:environment variable \w+|[\w./-]+\.(?:properties|yaml|json):\d+): )?"


@dataclasses.dataclass(frozen=True)
class Said:
    """How one process ended, and what it had to say."""

    code: int
    output: str
    errors: str

    @property
    def last(self):
        """The sentence that says why it ended: that of a log in JSON, or the last line without the program's name."""
        lines = [line for line in self.errors.splitlines() if line.strip()]
        return sentence(lines[-1]) if lines else ""


def sentence(line):
    """What a line says, whether it is one of a log in JSON or not."""
    try:
        parsed = json.loads(line)
    except ValueError:
        return re.sub(r"^kusto-sink-\w+: ", "", line)
    return parsed["message"]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What `check` and the sink itself said, or else one command."""

    check: Said | None = None
    run: Said | None = None
    command: Said | None = None
    # The places that only this mistake has.
    names: dict = dataclasses.field(default_factory=dict)

    @property
    def all(self):
        return [said for said in (self.check, self.run, self.command) if said]

    @property
    def report(self):
        """What `check --json` found."""
        return json.loads(self.check.output)

    @property
    def problems(self):
        """What `check` found to be wrong, in its order."""
        return list(dict.fromkeys(item["text"] for item in self.report["items"] if item["result"] == "failed"))


class Maker:
    """Makes mistakes: writes the files as the user has, runs the commands, keeps what they say."""

    def __init__(self, places, mistake):
        self._places, self._mistake = places, mistake
        self._folder = places.file("made", name_of(mistake))
        self._names = {"folder": self._folder}
        self._write()
        self._environment = self._variables()
        self._program = executable(mistake.program, mistake.program.upper().replace("-", "_"))

    def make(self):
        """Runs the command, or `check` and the sink side by side."""
        mistake = self._mistake
        if mistake.command is not None:
            return Outcome(command=self._run("command", mistake.command), names=self._names)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            check = pool.submit(self._run, "check", f"check --json {mistake.options}")
            run = self._run("run", mistake.options, is_started if mistake.code == DONE else None)
            return Outcome(check.result(), run, names=self._names)

    def _write(self):
        os.makedirs(self._folder)
        for name, text in self._mistake.texts.items():
            path = os.path.join(self._folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            content = text if isinstance(text, bytes) else text.encode()
            for place, value in (self._places.names | self._names).items():
                content = content.replace(f"@{place}@".encode(), value.encode())
            with open(path, "wb") as file:
                file.write(content)

    def _variables(self):
        """What a user's shell has, the secret of the application with it."""
        usual = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
        found = {name: value for name, value in os.environ.items() if name in usual}
        found["AAD_APPKEY"] = self._places.names["secret"]
        return found | {name: self._put(value) for name, value in self._mistake.environment.items()}

    def _put(self, text):
        return self._places.put(text, self._names)

    def _run(self, role, arguments, until=None):
        """Runs the program to its end; one of which `until` is satisfied with what it has said is asked to end."""
        paths = [os.path.join(self._folder, f"{role}.{stream}") for stream in ("output", "errors")]
        with open(paths[0], "wb") as output, open(paths[1], "wb") as errors:
            child = subprocess.Popen(
                [self._program, *self._put(arguments).split()], stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                cwd=self._folder, env=self._environment,
            )
        try:
            code = _await(child, paths[1], until)
        except subprocess.TimeoutExpired:
            raise RunError(f"{role} has not ended in {PATIENCE} s; it said {_text(paths[1])[-3000:]}") from None
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        said = Said(code, *map(_text, paths))
        keep(f"{name_of(self._mistake)}-{role}-output", said.output)
        keep(f"{name_of(self._mistake)}-{role}-errors", said.errors)
        return said


def name_of(mistake):
    """A name for files."""
    return re.sub(r"\W+", "-", mistake.name)


def _await(child, errors, until):
    if until is None:
        return child.wait(PATIENCE)
    for _ in range(PATIENCE * 10):
        try:
            return child.wait(0.1)
        except subprocess.TimeoutExpired:
            if until(_text(errors)):
                child.send_signal(signal.SIGTERM)
                return child.wait(PATIENCE)
    return child.wait(0.1)


def _text(path):
    with open(path, errors="replace") as file:
        return file.read()


def is_started(errors):
    """Whether a sink has said that nothing keeps it from reading."""
    return "sink starts" in errors.replace("kusto-sink-worker starts", "")


def matcher(text):
    """An expression for a sentence in which `…` stands for any text; the place of a property may stand before it."""
    return re.compile(PLACE + ".*?".join(map(re.escape, text.split("…"))), re.S)
