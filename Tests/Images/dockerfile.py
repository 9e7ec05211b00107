"""Reads a Dockerfile: its stages, and their instructions with the values of their arguments put in."""

import dataclasses
import json
import re
import shlex

from processes import RunError

VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


@dataclasses.dataclass(frozen=True)
class Instruction:
    """One instruction: its name, its options such as `--from=build`, and what follows."""

    name: str
    options: dict
    text: str
    line: int

    @property
    def words(self):
        """What follows as a list, from the JSON form or from words with quotes."""
        if self.text.startswith("["):
            return json.loads(self.text)
        return shlex.split(self.text)

    @property
    def pairs(self):
        """What follows as `name=value` pairs."""
        return dict(word.split("=", 1) for word in self.words)


@dataclasses.dataclass(frozen=True)
class Stage:
    """One stage: what it begins with, and its instructions."""

    name: str
    origin: str
    instructions: list


class Dockerfile:
    """The stages of a file. An instruction that this reader does not know is an error, so that none is passed over."""

    KNOWN = {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "SHELL",
        "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }

    def __init__(self, path):
        self.stages = {}
        with open(path) as file:
            instructions = list(self._instructions(file.read().splitlines()))
        name = None
        for instruction in instructions:
            if instruction.name == "FROM":
                words = instruction.text.split()
                name = words[2] if len(words) == 3 else str(len(self.stages))
                self.stages[name] = Stage(name, words[0], [])
            elif name is not None:
                self.stages[name].instructions.append(instruction)

    def _instructions(self, lines):
        number, rest = 0, iter(lines)
        for line in rest:
            number += 1
            first = number
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            while line.endswith("\\"):
                following = next(rest)
                number += 1
                if not following.lstrip().startswith("#"):
                    line = line[:-1] + following
            name, _, text = line.strip().partition(" ")
            if name.upper() not in self.KNOWN:
                raise RunError(f"Dockerfile, line {first}: the instruction {name} is not known here")
            options = {}
            while text.lstrip().startswith("--"):
                option, _, text = text.strip().partition(" ")
                key, _, value = option[2:].partition("=")
                options[key] = value
            yield Instruction(name.upper(), options, text.strip(), first)


def expanded(text, values):
    """The text with the arguments' values in the place of their names, as outside of RUN."""
    return VARIABLE.sub(lambda found: values.get(found[1] or found[2], ""), text)
