"""The table of the chart's values in its README, made from the comments of values.yaml."""

import dataclasses
import re

BEGIN, END = "<!-- values: made by `make copies` from values.yaml -->", "<!-- end of values -->"
KEY = re.compile(r"^(?P<indent> *)(?P<name>[A-Za-z][A-Za-z0-9]*):(?: (?P<value>\S.*))?$")


@dataclasses.dataclass
class Value:
    """One value: its path, its default as values.yaml writes it, and its comment."""

    path: str
    default: str
    comment: str


class ValuesError(Exception):
    """values.yaml is not as the table needs it; the text says where and why."""


def read(text):
    """The values of a values.yaml: every key with a default on its line has a comment above it, the others are groups."""
    values, groups, comment = [], [], []
    for position, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            comment = []
            continue
        if line.lstrip().startswith("#"):
            comment.append(line.strip().removeprefix("#").strip())
            continue
        found = KEY.match(line)
        if not found:
            raise ValuesError(f"values.yaml:{position}: neither a comment nor a key at its place: {line}")
        indent = len(found["indent"])
        while groups and groups[-1][0] >= indent:
            groups.pop()
        path = ".".join([*(name for _, name in groups), found["name"]])
        if not comment:
            if found["value"]:
                raise ValuesError(f"values.yaml:{position}: {path} has no comment")
            groups.append((indent, found["name"]))
            continue
        if not found["value"]:
            raise ValuesError(f"values.yaml:{position}: the default of {path} must stand on its line; a group has no comment")
        values.append(Value(path, found["value"], " ".join(comment)))
        comment = []
    return values


def table(values):
    """The table in Markdown."""
    rows = ["| value | default | is |", "|---|---|---|"]
    for each in values:
        rows.append(" | ".join((f"| `{each.path}`", f"`{each.default}`".replace("|", "\\|"), each.comment.replace("|", "\\|"))) + " |")
    return "\n".join(rows)


def replaced(readme, values):
    """The README with this table between its marks."""
    head, mark, rest = readme.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not mark or not end:
        raise ValuesError(f"the chart's README has no lines {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{table(values)}\n{END}{tail}"
