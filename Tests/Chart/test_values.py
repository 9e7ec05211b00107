"""The values: each is described, has a schema and does something, and wrong ones are refused with a sentence."""

import json
import re

import pytest
import yaml

import values_table
from chart import CHART, ROOT, VARIANTS, HelmError, at, objects, one, rendered, variant, without

VALUES = values_table.read((CHART / "values.yaml").read_text())
DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA = json.loads((CHART / "values.schema.json").read_text())
USED = re.compile(r"(?:\$|\$root)?\.Values((?:\.[A-Za-z][A-Za-z0-9]*)+)")


def leaves(schema, path=""):
    """The paths of a schema's values: what has no named parts of its own."""
    for name, part in schema["properties"].items():
        below = f"{path}.{name}" if path else name
        if "properties" in part:
            assert part["additionalProperties"] is False, f"{below} takes any name"
            yield from leaves(part, below)
        else:
            yield below


def test_the_schema_has_the_values_and_no_others():
    # Helm hands these two to a chart that is part of another one.
    assert set(leaves(SCHEMA)) - {"global", "enabled"} == {each.path for each in VALUES}
    assert SCHEMA["additionalProperties"] is False


def test_the_table_has_what_yaml_has():
    for each in VALUES:
        assert yaml.safe_load(each.default) == at(DEFAULTS, each.path), each.path


def test_templates_use_no_other_values():
    paths = {each.path for each in VALUES}
    used = {
        found[1:] for path in (CHART / "templates").iterdir() for found in USED.findall(path.read_text())
    }
    assert used, "no template uses a value"
    for each in used:
        assert any(path == each or path.startswith(f"{each}.") for path in paths), f".Values.{each} is no value"


def does_something(path, name):
    """Whether a variant is rendered otherwise, or refused, without the value that it sets there."""
    values = variant(name)
    try:
        at(values, path)
    except (KeyError, TypeError):
        return False
    # The definition is large, and of no interest to other values.
    words = [] if path.startswith("crds.") else ["--set=crds.enabled=false"]
    try:
        return rendered(without(values, path), *words) != rendered(values, *words)
    except HelmError:
        return True


@pytest.mark.parametrize("path", [each.path for each in VALUES])
def test_every_value_does_something(path):
    assert any(does_something(path, name) for name in VARIANTS), f"{path} changes nothing in the variants that set it"


@pytest.mark.parametrize("values, told", [
    ({"replicaCount": "two"}, "at '/replicaCount': got string, want integer"),
    ({"replicaCount": None}, "missing property 'replicaCount'"),
    ({"replicas": 2}, "additional properties 'replicas' not allowed"),
    ({"image": {"name": "x"}}, "at '/image': additional properties 'name' not allowed"),
    ({"image": {"tag": 1.0}}, "at '/image/tag': got number, want string"),
    ({"image": {"digest": "sha256:12"}}, "at '/image/digest': 'sha256:12' does not match pattern"),
    ({"image": {"pullPolicy": "Sometimes"}}, "at '/image/pullPolicy': value must be one of"),
    ({"rbac": {"secretAccess": "all"}}, "at '/rbac/secretAccess': value must be one of 'cluster', 'namespaces', 'names'"),
    ({"rbac": {"secretAccess": "names", "secretNames": ["*"]}}, "at '/rbac/secretNames/0': '*' does not match pattern"),
    ({"watchNamespaces": "data"}, "at '/watchNamespaces': got string, want array"),
    ({"watchNamespaces": [""]}, "at '/watchNamespaces/0': '' does not match pattern"),
    ({"watchNamespaces": ["data", "data"]}, "at '/watchNamespaces': items at 0 and 1 are equal"),
    ({"log": {"level": "loud"}}, "at '/log/level': value must be one of 'trace', 'debug', 'info', 'warning', 'error'"),
    ({"concurrency": 0}, "at '/concurrency': minimum: got 0, want 1"),
    ({"listen": {"port": 70000}}, "at '/listen/port': maximum: got 70,000, want 65,535"),
    ({"listen": {"host": "::"}}, "at '/listen/host': '::' does not match pattern"),
    ({"metrics": {"podMonitor": {"interval": "often"}}}, "at '/metrics/podMonitor/interval': 'often' does not match pattern"),
    ({"metrics": {"workerPodMonitorLabels": {"release": "a b"}}},
     "at '/metrics/workerPodMonitorLabels/release': 'a b' does not match pattern"),
    ({"metrics": {"podMonitor": {"labels": {"a/b/c": "x"}}}}, "invalid propertyName 'a/b/c'"),
    ({"extraArgs": ["render"]}, "at '/extraArgs/0': 'render' does not match pattern"),
    ({"livenessProbe": {"httpGet": {"path": "/"}}}, "invalid propertyName 'httpGet'"),
    ({"readinessProbe": {"periodSeconds": "5s"}}, "at '/readinessProbe/periodSeconds': got string, want"),
    ({"imagePullSecrets": ["registry"]}, "at '/imagePullSecrets/0': got string, want object"),
])
def test_the_schema_refuses(values, told):
    with pytest.raises(HelmError) as caught:
        rendered(values)
    assert told in str(caught.value)


@pytest.mark.parametrize("values, told", [
    ({"replicaCount": 2, "leaderElection": {"enabled": False}},
     "replicaCount is 2, but without leader election there may be only one operator"),
    ({"serviceAccount": {"create": False}}, "serviceAccount.name is empty, but serviceAccount.create is false"),
    ({"rbac": {"secretAccess": "names"}}, "rbac.secretAccess is names, but rbac.secretNames is empty"),
    ({"rbac": {"secretAccess": "namespaces"}}, "rbac.secretAccess is namespaces, but rbac.secretNamespaces is empty"),
    ({"rbac": {"secretNames": ["adx"]}}, "rbac.secretNames is set, but rbac.secretAccess is cluster"),
    ({"rbac": {"secretNamespaces": ["data"]}}, "rbac.secretNamespaces is set, but rbac.secretAccess is cluster"),
    ({"watchNamespaces": ["data"], "rbac": {"secretAccess": "namespaces", "secretNamespaces": ["events"]}},
     "rbac.secretNamespaces has events, which is not among watchNamespaces"),
    ({"podDisruptionBudget": {"minAvailable": 1}}, "podDisruptionBudget takes either maxUnavailable or minAvailable"),
    ({"podDisruptionBudget": {"maxUnavailable": None}}, "podDisruptionBudget takes either maxUnavailable or minAvailable"),
    ({"metrics": {"serviceMonitor": {"enabled": True}, "podMonitor": {"enabled": True}}}, "every metric would be read twice"),
    ({"metrics": {"serviceMonitor": {"enabled": True}, "service": {"enabled": False}}}, "there is no Service to select"),
    ({"metrics": {"workerPodMonitorLabels": {"app.kubernetes.io/name": "x"}}},
     "metrics.workerPodMonitorLabels has app.kubernetes.io/name, which the operator sets itself"),
    ({"concurrency": 8, "extraArgs": ["--workers=9"]}, "extraArgs has --workers=9: set concurrency in its place."),
    ({"extraArgs": ["-n=data"]}, "extraArgs has -n=data: set watchNamespaces in its place."),
    ({"metrics": {"prometheusRule": {"disabled": ["NoSuchAlert"]}}},
     "metrics.prometheusRule.disabled has NoSuchAlert, but there is no such alert"),
])
def test_contradictions_are_refused(values, told):
    with pytest.raises(HelmError) as caught:
        rendered(values)
    assert told in str(caught.value)


def test_all_contradictions_are_told_at_once():
    with pytest.raises(HelmError) as caught:
        rendered({"replicaCount": 2, "leaderElection": {"enabled": False}, "rbac": {"secretAccess": "names"}})
    assert "replicaCount is 2" in str(caught.value) and "rbac.secretNames is empty" in str(caught.value)


def emptied(path):
    """Values with a key that has no value, as a values file has it whose lines were commented out."""
    values = None
    for name in reversed(path.split(".")):
        values = {name: values}
    return values


@pytest.mark.parametrize("path", sorted({
    ".".join(each.path.split(".")[:length]) for each in VALUES for length in range(1, each.path.count(".") + 2)
}))
def test_a_key_without_a_value_is_its_default_or_refused(path):
    """Neither a trace of the templates nor something that is no YAML."""
    # The definition is large, and of no interest to other values.
    words = [] if path.startswith("crds") else ["--set=crds.enabled=false"]
    try:
        # Everything else that may use the value is there.
        objects(rendered(merged(variant("everything"), emptied(path)), *words))
    except HelmError as error:
        told = ("values don't meet the specifications of the schema", "execution error at")
        assert any(each in str(error) for each in told), error


def merged(values, others):
    """Values with others in their place."""
    both = {name: merged(values[name], others[name]) for name in values.keys() & others.keys()
            if isinstance(values[name], dict) and isinstance(others[name], dict)}
    return {**values, **others, **both}


@pytest.mark.parametrize("probe", ["livenessProbe", "readinessProbe"])
def test_a_probe_without_times_is_one(probe):
    times = {name: None for name in ("initialDelaySeconds", "periodSeconds")}
    (container,) = one(objects(rendered({probe: times})), "Deployment")["spec"]["template"]["spec"]["containers"]
    assert {name for name, value in container[probe].items() if value is not None} == {"httpGet"}


@pytest.mark.parametrize("path", ["commonLabels", "commonAnnotations", "podLabels", "podAnnotations", "deploymentAnnotations"])
def test_a_map_without_a_value_is_empty(path):
    assert rendered({path: None}) == rendered()


def test_an_option_that_a_value_stands_for_is_refused():
    """Every option of the command `run` but --kubeconfig, for which there is no value."""
    page = (ROOT / "docs" / "command-line.md").read_text()
    section = re.search(r"### `kusto-sink-operator run [^\n]*\n(.*?)\n##", page, re.DOTALL).group(1)
    options = set(re.findall(r"^\| (?:`-[a-z]`, )?`--([a-z-]+)", section, re.MULTILINE)) - {"help", "version"}
    assert len(options) >= 10
    for name in sorted(options):
        values = {"extraArgs": [f"--{name}=x"]}
        if name == "kubeconfig":
            assert "--kubeconfig=x" in rendered(values)
            continue
        with pytest.raises(HelmError, match=f"extraArgs has --{name}=x: set [a-zA-Z. ]+ in its place"):
            rendered(values)
