"""The chart under test: rendered by helm, and taken apart."""

import os
import pathlib
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "kusto-sink-operator"
FOLDER = pathlib.Path(__file__).resolve().parent
VARIANTS = sorted(path.stem for path in (FOLDER / "values").glob("*.yaml"))
# Helm must be told which Kubernetes it renders for; the oldest that the chart admits.
KUBERNETES = "1.28.0"
MONITORING = "monitoring.coreos.com/v1"
# The definition is large: the loader that is written in C takes a tenth of the time, where there is one.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class HelmError(Exception):
    """What helm says when it refuses."""


def helm(*words, text=None):
    """Runs helm and returns its standard output."""
    outcome = subprocess.run(
        ["helm", *map(str, words)], input=text, capture_output=True, text=True, timeout=120, check=False,
        # Neither a cluster nor the user's own settings change what is rendered.
        env={name: value for name, value in os.environ.items() if name != "KUBECONFIG" and not name.startswith("HELM_")},
    )
    if outcome.returncode != 0:
        raise HelmError(outcome.stdout + outcome.stderr)
    return outcome.stdout


def variant(name):
    """The values of a variant."""
    return yaml.safe_load((FOLDER / "values" / f"{name}.yaml").read_text())


def rendered(values=None, *words, chart=CHART):
    """The text that the chart makes of values."""
    return helm(
        "template", "release", chart, "--namespace=kusto-sink-system", f"--kube-version={KUBERNETES}", "--values=-", *words,
        text=yaml.safe_dump(values or {}),
    )


def objects(text):
    """The objects of a text in YAML."""
    return [each for each in yaml.load_all(text, LOADER) if each]


def named(items):
    """Objects by kind and name, and by namespace where there is one."""
    found = {}
    for each in items:
        metadata = each["metadata"]
        key = "/".join((each["kind"], *filter(None, [metadata.get("namespace")]), metadata["name"]))
        assert key not in found, f"{key} is there twice"
        found[key] = each
    return found


def one(items, kind):
    """The only object of a kind."""
    (found,) = [each for each in items if each["kind"] == kind]
    return found


def rights(rules):
    """What rules of a role allow: for each verb on each resource the names it is kept to, None for any."""
    found = set()
    for rule in rules:
        assert set(rule) <= {"apiGroups", "resources", "resourceNames", "verbs"}, f"an unknown part of a rule: {rule}"
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for verb in rule["verbs"]:
                    for name in rule.get("resourceNames", [None]):
                        found.add((group, resource, verb, name))
    return found


def at(values, path):
    """The value at a path of names, or a KeyError."""
    for name in path.split("."):
        values = values[name]
    return values


def without(values, path):
    """A copy of values without what is at a path."""
    name, _, rest = path.partition(".")
    return {
        key: without(value, rest) if key == name else value for key, value in values.items() if key != name or rest
    }
