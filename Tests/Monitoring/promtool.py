"""Has Prometheus's own `promtool` evaluate the alerts on recordings."""

import os
import re
import subprocess

import yaml

from recording import STRETCH, WATCH, Recording
from rules import Rules



def run(*words, folder=None):
    """Runs promtool; returns its exit status and all that it says."""
    outcome = subprocess.run(
        ["promtool", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )
    return outcome.returncode, outcome.stdout + outcome.stderr


def notation(values):
    """Values in promtool's notation; None is a scrape without a value."""
    words, before, count = [], object(), 0

    def close():
        if count:
            words.append(before if count == 1 else f"{before}+0x{count - 1}" if before != "_" else " ".join(["_"] * count))

    seen = False
    for value in values:
        if value is None:
            word = "stale" if seen else "_"
        else:
            word = repr(float(value)).replace("inf", "Inf")
        seen = value is not None
        if word == before and word != "stale":
            count += 1
        else:
            close()
            before, count = word, 1
    close()
    return " ".join(words)


class Evaluation:
    """One scenario as a test of promtool."""

    def __init__(self, scenario):
        self.scenario = scenario
        self._names = Rules().metrics()
        self.series, self.scrapes = {}, 0
        for name in scenario.recordings:
            recording = Recording.load(name)
            # What is recorded with others is as it was in the end, and for as long as they.
            self._add(recording.tail(self.scrapes or recording.scrapes))
        held = scenario.hold * 60 // STRETCH
        for key, values in self.series.items():
            values += [None] * (self.scrapes - len(values))
            # An API server goes on to say that nothing has changed.
            step = STRETCH if key.startswith(WATCH) and values[-1] is not None else 0
            values += [values[-1] if step == 0 else values[-1] + step * number for number in range(1, held + 1)]
        self.scrapes += held
        for edit in scenario.edits:
            edit(self)

    def _add(self, recording):
        self.scrapes = max(self.scrapes, recording.scrapes)
        for target, own in recording.series.items():
            for key, values in own.items():
                name, labels = recording.labels(target, key)
                if name in self._names:
                    self.series[series(name, labels)] = [
                        None if value is None else recording.stretched(key, index, value)
                        for index, value in enumerate(values)
                    ]

    @property
    def end(self):
        """The time of the last scrape, in seconds."""
        return (self.scrapes - 1) * STRETCH

    def write(self, folder):
        """Writes rules and test into a folder; returns the test's path."""
        Rules().write(os.path.join(folder, "rules.yaml"), self.scenario.groups)
        fired = 'group by (alertname, sink) (last_over_time(ALERTS{alertstate="firing"}[30d]))'
        still = 'group by (alertname, sink) (ALERTS{alertstate="firing"})'
        test = {
            "rule_files": ["rules.yaml"], "evaluation_interval": f"{STRETCH}s",
            "tests": [{
                "interval": f"{STRETCH}s",
                "input_series": [
                    {"series": key, "values": notation(values)} for key, values in sorted(self.series.items())
                ],
                "promql_expr_test": [
                    {"expr": fired, "eval_time": f"{self.end}s", "exp_samples": samples(self.scenario.fires)},
                    {"expr": still, "eval_time": f"{self.end}s", "exp_samples": samples(self.scenario.lasts)},
                ] + [
                    # What an annotation names must be a label of the alert.
                    {
                        "expr": f'group(last_over_time(ALERTS{{alertname="{alert}",alertstate="firing",{label}=""}}[30d]))',
                        "eval_time": f"{self.end}s", "exp_samples": [],
                    }
                    for alert in sorted({each.partition(":")[0] for each in self.scenario.fires})
                    for label in named_labels(Rules().alerts[alert])
                ],
            }],
        }
        path = os.path.join(folder, "test.yaml")
        with open(path, "w") as file:
            yaml.safe_dump(test, file, width=1000000)
        return path


def named_labels(rule):
    """The labels that a rule's labels and annotations name."""
    texts = [*rule["labels"].values(), *rule["annotations"].values()]
    return sorted({label for text in texts for label in re.findall(r"\$labels\.(\w+)", text)})


def samples(alerts):
    """What promtool expects of a query that gives 1 for each alert, such as `KustoSinkStalled:orders`."""
    found = []
    for alert in sorted(alerts):
        name, _, sink = alert.partition(":")
        labels = f'alertname="{name}"' + (f',sink="{sink}"' if sink else "")
        found.append({"labels": f"{{{labels}}}", "value": 1})
    return found


def series(name, labels):
    """A series in promtool's notation."""
    return f"{name}{{{','.join(f'{key}=' + chr(34) + value + chr(34) for key, value in sorted(labels.items()))}}}"
