"""What the pages show as the output of kubectl is what it prints.

A block of a page is marked by a comment in the line before its fence:

    <!-- output: kubectl -n data get ksink -->
    <!-- output: kubectl -n data describe ksink returns; sinks: four; from: Status -->

`sinks` says of which state of the namespace it is: `one`, the first sink alone, or `four`, where one follows the lag, one
is paused and one has a mistake. `from` is how the first line that is shown begins (the last one that begins so), and
`to` how the first one does that is not shown any more.
With UPDATE_DOCS=1 in the environment the blocks are written anew.
"""

import json
import os
import re
import shlex
import time

from installation import ROOT
from peers import DATABASE, Stream
from processes import RunError, wait_until
from sinks import RESOURCE, Sink, merged
from suite import Left, check, step

NAMESPACE = "data"
FIRST, FOLLOWING, PAUSED, MISTAKEN = "orders", "payments", "clicks", "returns"
WAITING = 30_000
# How long an output may take to become the page's: readings of the lag are 15 s apart, and a group settles in 12.
SETTLING_SECONDS = 120
BLOCK = re.compile(
    r"^(?P<indent> *)<!-- output: (?P<command>kubectl [^;\n]+?)(?P<options>(?:; [a-z]+: [^;\n]+?)*) -->\n"
    r"(?P<fence> *```console\n)(?P<body>.*?)(?P<end>^ *```$)",
    re.MULTILINE | re.DOTALL,
)
# What differs from run to run, and what the pages have instead.
TIME, AGE, HASH, POD = "2026-03-02T09:00:00Z", "5m", "8c1f0e5a7b3d9624", "6f7d8c9b5d-x2x7k"
GENERAL = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), TIME),
    (re.compile(r"(?<=-worker-)[0-9a-f]{6,10}-[a-z0-9]{5}\b"), POD),
)


class Block:
    """One block of a page: the command, and what the page says of it."""

    def __init__(self, page, found):
        self.page = page
        self.command = found["command"]
        options = dict(each.split(": ", 1) for each in found["options"].split("; ")[1:])
        self.sinks = options.pop("sinks", "one")
        self.first, self.end = options.pop("from", None), options.pop("to", None)
        indent = len(found["indent"])
        self.shown = [line[indent:] for line in found["body"].splitlines()]
        if options or self.sinks not in ("one", "four"):
            raise RunError(f"{page}: the marker of '{self.command}' has what is not known: {found['options']}")

    def lines(self, output):
        """The block's lines, made of the command's output."""
        lines = output.splitlines()
        if self.first:
            # What a spec and a status have in common comes last of the status.
            lines = ["…", *lines[self._places(lines, self.first)[-1]:]]
        if self.end:
            lines = [*lines[:self._places(lines, self.end)[0]], "…"]
        return [f"$ {self.command}", *lines]

    def _places(self, lines, start):
        """The numbers of the lines that begin with a text."""
        found = [number for number, line in enumerate(lines) if line.startswith(start)]
        if not found:
            raise RunError(f"{self.page}: '{self.command}' has no line that begins with '{start}'")
        return found


class Pages:
    """The pages of the documentation and their marked blocks."""

    def __init__(self):
        folder = os.path.join(ROOT, "docs")
        names = ["README.md", *(os.path.join("docs", name) for name in sorted(os.listdir(folder)) if name.endswith(".md"))]
        self.texts = {}
        for name in names:
            with open(os.path.join(ROOT, name)) as file:
                self.texts[name] = file.read()
        self.blocks = [Block(name, found) for name, text in self.texts.items() for found in BLOCK.finditer(text)]
        marks = sum(len(re.findall(r"<!-- output: ", text)) for text in self.texts.values())
        check(self.blocks, "no page has a marked block")
        check(marks == len(self.blocks), f"{marks - len(self.blocks)} marks of outputs have no block ```console after them")

    def write(self, outputs):
        """Puts outputs, lists of lines in the order of the blocks, into the pages."""
        left = iter(outputs)

        def replaced(found):
            body = "".join(f"{found['indent']}{line}".rstrip() + "\n" for line in next(left))
            head = found.group(0)[:found.start("body") - found.start()]
            return head + body + found["end"]

        # Somebody may have written them meanwhile.
        now = Pages()
        check(
            [(each.page, each.command) for each in now.blocks] == [(each.page, each.command) for each in self.blocks],
            "the pages have other blocks than at the start of the step",
        )
        for name, text in now.texts.items():
            with open(os.path.join(ROOT, name), "w") as file:
                file.write(BLOCK.sub(replaced, text))


class Showcase:
    """The sinks that the pages show: those of the pages' own manifests, with the addresses of this run's peers."""

    def __init__(self, run):
        self._run = run
        self.kubectl = run.cluster.kubectl.within(NAMESPACE)
        with open(os.path.join(ROOT, "docs", "operator.md")) as file:
            found = re.search(
                r"^ *```yaml\n(?P<text>(?:(?!```).)*?kind: KustoSink\n.*?)^ *```$", file.read(), re.MULTILINE | re.DOTALL
            )
        check(found, "docs/operator.md shows no KustoSink")
        text = found["text"]
        made = run.cluster.kubectl.run("create", "--dry-run=client", "--output=json", "--filename=-", text=undented(text))
        self.manifest = json.loads(made)
        check(
            self.manifest["metadata"] == {"name": FIRST, "namespace": NAMESPACE},
            f"the sink of docs/operator.md is {self.manifest['metadata']}",
        )
        self.spec = self.manifest["spec"]

    def sink(self, name, changes, partitions=6):
        """A sink like the first one, with a topic and a table of its own."""
        table = name.capitalize()
        peers = self._run.peers
        auth = self._run.telemetry.spec["kusto"]["auth"]
        # All of the credentials are another's, so nothing of the pages' own is left.
        spec = merged(merged(self.spec, {"kusto": {"auth": None}}), {
            "kafka": {"bootstrapServers": [peers.kafka.address]},
            "kusto": {
                "ingestionUrl": peers.adx.ingestion_url, "queryUrl": peers.adx.query_url,
                "trustedHosts": [self._run.cluster.host], "auth": auth,
            },
            "topics": [{"topic": name, "database": DATABASE, "table": table, "format": "json", "mapping": f"{table}Mapping"}],
        })
        return Sink(self.kubectl, name, merged(spec, changes), Stream(peers, name, table, partitions))

    def normalized(self, output):
        """An output with what differs from run to run replaced by what the pages have."""
        peers, example = self._run.peers, self.spec
        for real, shown in (
            (peers.adx.ingestion_url, example["kusto"]["ingestionUrl"]),
            (peers.adx.query_url, example["kusto"]["ingestionUrl"].replace("ingest-", "", 1)),
            (peers.kafka.address, example["kafka"]["bootstrapServers"][0]),
        ):
            output = output.replace(real, shown)
        for each in self.kubectl.list(RESOURCE):
            if found := each.get("status", {}).get("configHash"):
                output = output.replace(found, HASH[:len(found)])
        for pattern, shown in GENERAL:
            output = pattern.sub(shown, output)
        # An empty message is told with blanks behind its name.
        lines = [line.rstrip() for line in output.splitlines()]
        if lines and lines[0].startswith("NAME "):
            return "\n".join(aligned(lines, "AGE"))
        for number, line in enumerate(lines):
            if line.startswith("Events:") and number + 2 < len(lines):
                # The line of dashes is as wide as the titles.
                return "\n".join([*lines[:number + 1], *events(lines[number + 1:])])
        return "\n".join(lines)


def undented(text):
    """A text without the blanks that all of its lines begin with."""
    lines = text.splitlines()
    least = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[least:] for line in lines)


def aligned(lines, title):
    """A table of kubectl whose ages are all the same, with columns as wide as that makes them."""
    starts = [found.start() for found in re.finditer(r"\S+", lines[0])]
    rows = [[line[start:end].strip() for start, end in zip(starts, [*starts[1:], None])] for line in lines]
    age = rows[0].index(title)
    for row in rows[1:]:
        row[age] = AGE
    widths = [max(len(row[column]) for row in rows) for column in range(len(starts))]
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def events(lines):
    """The events of `kubectl describe`, whose ages are all the same."""
    rows = [re.split(r" {2,}", line.strip(), maxsplit=4) for line in lines]
    for row in rows[2:]:
        row[2] = AGE
    # kubectl underlines each title with dashes of its length.
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  " + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[4]]) for row in rows]


def first_difference(shown, real):
    """Where a page and an output part."""
    for number, line in enumerate(real):
        if number >= len(shown) or shown[number] != line:
            return f"it prints '{line}', and the page shows '{shown[number] if number < len(shown) else 'nothing more'}'"
    return f"the page shows more: '{shown[len(real)]}'"


@step("what the pages show of kubectl get and describe is what it prints")
def show_documented(run):
    if not run.cluster.is_own:
        raise Left("the pages show a namespace 'data', whose sinks the step would remove; it needs a cluster of our own")
    # Their sinks are there until the next step has run the pages' commands.
    run.showcase = showcase = Showcase(run)
    pages = Pages()
    run.cluster.kubectl.apply({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
    })
    outputs = {}
    try:
        secret = run.kubectl.get("secret", "adx")
        showcase.kubectl.apply({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "adx"}, "data": secret["data"],
        })
        first = showcase.sink(FIRST, {})
        first.apply()
        first.await_ready()
        await_lag(first)
        wait_until(lambda: "RolloutFinished" in first.events(), "an event tells of the first sink's rollout", 60, 0.5)
        take(pages, showcase, "one", outputs)
        # ADX takes no blobs, so that what waits stays what it is.
        run.peers.adx.add({"endpoint": "blob", "kind": "answer", "status": 503})
        show_others(showcase)
        take(pages, showcase, "four", outputs)
    except BaseException:
        clean(run)
        raise
    finally:
        run.peers.adx.clear_faults()
    real = [outputs[number] for number in range(len(pages.blocks))]
    if is_update():
        pages.write(real)
        return
    wrong = [
        f"{block.page}, {block.command}: {first_difference(block.shown, lines)}"
        for block, lines in zip(pages.blocks, real) if block.shown != lines
    ]
    check(not wrong, "; ".join(wrong) + "; UPDATE_DOCS=1 writes the pages anew")


def clean(run):
    """Removes the sinks that the pages show."""
    # No other step but the last looks at this namespace, so none waits for its end.
    for words in ([RESOURCE, "--all"], ["namespace", NAMESPACE]):
        run.showcase.kubectl.run("delete", *words, "--wait=false")
    run.showcase = None


def await_lag(sink):
    """Waits until the lag of a sink that has nothing to read was read; a reading that fails is tried again after a minute."""
    wait_until(lambda: sink.status().get("scaling", {}).get("lag") == 0, f"the lag of {sink.name} is read", 150, 0.5)


def show_others(showcase):
    """Applies the other sinks and waits until each is what it is to show."""
    following = showcase.sink(FOLLOWING, {
        "scaling": {"mode": "Lag", "minReplicas": 1, "maxReplicas": 6, "scaleUpStabilization": "0s"},
        "flush": {"interval": "5m"},
    })
    following.stream.produce(WAITING)
    paused = showcase.sink(PAUSED, {"paused": True}, partitions=1)
    # Its table is not there.
    mistaken = showcase.sink(MISTAKEN, {}, partitions=1)
    for sink in (following, paused, mistaken):
        sink.apply()
    paused.await_condition("Paused", "True", "PausedBySpec")
    mistaken.await_condition("Stalled", "True", "WorkerFailed")
    wait_until(lambda: "WorkerFailed" in mistaken.events(), "an event tells of the mistake", 60, 0.5)
    for sink in (paused, mistaken):
        await_lag(sink)
    following.await_ready(3, timeout=150)
    wait_until(
        lambda: following.status().get("scaling", {}).get("reason") == "LagOnTarget"
        and following.status()["scaling"]["currentReplicas"] == 3,
        "lag has added workers", 150, 0.5,
    )


def take(pages, showcase, sinks, outputs):
    """Runs the commands of the blocks that show this state of the namespace.

    A status goes on changing for a while, such as while the group hands partitions over. So an output that is not the
    page's is taken again, and the last one counts.
    """
    deadline = time.monotonic() + SETTLING_SECONDS
    for number, block in enumerate(pages.blocks):
        if block.sinks != sinks:
            continue
        _, *words = shlex.split(block.command)
        while True:
            output = showcase.kubectl.within(None).run(*words)
            outputs[number] = block.lines(showcase.normalized(output))
            if outputs[number] == block.shown or is_update() or time.monotonic() > deadline:
                break
            time.sleep(1)


def is_update():
    """Whether the pages are to be written anew."""
    return os.environ.get("UPDATE_DOCS") == "1"
