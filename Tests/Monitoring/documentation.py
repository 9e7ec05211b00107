"""What the documentation says about metrics and alerts."""

import os
import re

from rules import Rules

DOCS = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs"))


def page(name):
    with open(os.path.join(DOCS, name)) as file:
        return file.read()


def metrics(of_operator):
    """The kinds of the metrics that metrics.md lists, by name."""
    workers, operator = page("metrics.md").split("\n## The operator\n")
    kinds = {}
    for row in re.findall(r"^\| (`.*?) \| (\w+) \|", operator if of_operator else workers, re.MULTILINE):
        for name in re.findall(r"`([a-z_]+)(?:\{[^}]*\})?`", row[0]):
            if name in kinds:
                raise KeyError(f"metrics.md lists {name} twice")
            kinds[name] = row[1]
    return kinds


def meanings():
    """What metrics.md says of each metric, without marks and links."""
    rows = re.findall(r"^\| `([a-z_]+)(?:\{[^}]*\})?` \| \w+ \| (.*) \|$", page("metrics.md"), re.MULTILINE)
    return {name: re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text.replace("`", "")) for name, text in rows}


def blocks(name, language):
    """The fenced blocks of a language on a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page(name), re.MULTILINE | re.DOTALL)


def sections(name):
    """The text below each heading of the third level on a page."""
    parts = re.split(r"^### (.+)$", page(name), flags=re.MULTILINE)
    return {title: text.partition("\n## ")[0].strip() for title, text in zip(parts[1::2], parts[2::2])}


def searched():
    """What alerts and their page search the logs for."""
    texts = [page("monitoring.md")]
    texts += [rule["annotations"]["description"] for rule in Rules().alerts.values()]
    found = set()
    for text in texts:
        # A command may be broken over lines.
        for quoted, bare in re.findall(r"grep (?:'([^']+)'|([a-z.]+))", text.replace("\n", " ")):
            found.add(quoted or bare)
    return found


def sources():
    """All of the programs' sources."""
    content = []
    for folder, _, names in os.walk(os.path.join(os.path.dirname(DOCS), "Sources")):
        for name in names:
            if name.endswith(".swift"):
                with open(os.path.join(folder, name)) as file:
                    content.append(file.read())
    return "\n".join(content)
