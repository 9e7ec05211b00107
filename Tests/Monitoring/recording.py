"""What the processes of a scenario told about themselves, scrape by scrape.

A scrape a second is taken, and stands for one every 30 seconds: a recording of a minute tells of half an hour. Whoever
records makes everything else shorter in the same way (`flush.interval.ms` is 1 s instead of 30 s), and whoever reads
stretches what was measured in seconds; see `Recording.stretched`.
"""

import json
import os
import re

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recordings")
# Seconds that a second of a recording stands for.
STRETCH = 30
# Of these the age is kept.
WATCH = "kusto_sink_operator_watch_last_event_timestamp_seconds"
SERIES = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?")


def parse(text):
    """The series of a scrape with their values, as text, and the types of the families."""
    series, types = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            types[name] = kind
        elif line and not line.startswith("#"):
            key, _, value = line.rpartition(" ")
            series[key] = value
    return series, types


def helps(text):
    """What a scrape says that its families are."""
    return dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))


def pack(values):
    """Values with repetitions counted: `["1", "1", None]` becomes `1*2 _`."""
    runs = []
    for value in values:
        word = "_" if value is None else value
        if runs and runs[-1][0] == word:
            runs[-1][1] += 1
        else:
            runs.append([word, 1])
    return " ".join(word if count == 1 else f"{word}*{count}" for word, count in runs)


def unpack(text):
    """The values that `pack` has packed."""
    values = []
    for word in text.split():
        word, _, count = word.partition("*")
        values += [None if word == "_" else word] * int(count or 1)
    return values


def labels_of(key):
    """The name of a series, and its labels."""
    name, text = SERIES.fullmatch(key).groups()
    return name, dict(re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"', text or ""))


class Recording:
    """The scrapes of one scenario.

    `targets` has the labels that Prometheus gives to each process; `series` has for each of them the values of its series,
    one for each scrape, and nothing where the process did not answer or did not have the series.
    """

    def __init__(self, started, scrapes, targets, series, types):
        self.started, self.scrapes = started, scrapes
        self.targets, self.series, self.types = targets, series, types

    @staticmethod
    def path(name):
        return os.path.join(FOLDER, f"{name}.json")

    @classmethod
    def load(cls, name):
        with open(cls.path(name)) as file:
            content = json.load(file)
        series = {
            target: {key: unpack(values) for key, values in own.items()} for target, own in content["series"].items()
        }
        return cls(content["started"], content["scrapes"], content["targets"], series, content["types"])

    def save(self, path):
        content = {
            "started": self.started, "scrapes": self.scrapes, "targets": self.targets, "types": self.types,
            "series": {
                target: {key: pack(values) for key, values in sorted(own.items())} for target, own in self.series.items()
            },
        }
        with open(path, "w") as file:
            json.dump(content, file, indent=1)
            file.write("\n")

    def only(self, names):
        """The same with series of these names alone."""
        series = {
            target: {key: values for key, values in own.items() if labels_of(key)[0] in names}
            for target, own in self.series.items()
        }
        return Recording(self.started, self.scrapes, self.targets, series, {})

    def stretched(self, key, index, value):
        """The value of a scrape in the time that the recording stands for, which begins at 0.

        What is measured in seconds is so many times longer: points in time, counted from the first scrape, and
        durations. A point in time of 0 says that there was none, and stays 0. Watches keep their age, since an API
        server says once a minute that nothing has changed, and cannot be told to do so more often.
        """
        name = labels_of(key)[0]
        number = float(value)
        if name == WATCH:
            return index * STRETCH - (self.started + index - number)
        if name.endswith("_time_seconds") or name.endswith("_timestamp_seconds"):
            return 0 if number == 0 else (number - self.started) * STRETCH
        if name.endswith("_seconds") or name.endswith("_seconds_sum"):
            return number * STRETCH
        return number

    def tail(self, count):
        """The last scrapes, as if the recording had begun there."""
        first = max(0, self.scrapes - count)
        series = {
            target: {key: values[first:] for key, values in own.items()} for target, own in self.series.items()
        }
        return Recording(self.started + first, self.scrapes - first, self.targets, series, self.types)

    def labels(self, target, key):
        """A series with its own labels and those that Prometheus gives it; its own win, as with `honorLabels`."""
        name, own = labels_of(key)
        return name, {**self.targets[target], **own}
