"""The configuration of kube-state-metrics: its form, its paths against the definition, and what it makes of a sink."""

import datetime
import json

import pytest
import yaml

from conftest import MANIFESTS, ROOT, documents

CONFIG = yaml.safe_load((MANIFESTS / "integrations" / "kube-state-metrics" / "custom-resource-state.yaml").read_text())
(RESOURCE,) = CONFIG["spec"]["resources"]
METRICS = RESOURCE["metrics"]
# The names that kube-state-metrics knows; it refuses others.
FIELDS = {
    "Gauge": ("gauge", {"path", "labelFromKey", "labelsFromPath", "valueFrom", "nilIsZero"}),
    "Info": ("info", {"path", "labelFromKey", "labelsFromPath"}),
    "StateSet": ("stateSet", {"path", "labelsFromPath", "labelName", "valueFrom", "list"}),
}


def each_of(metric):
    name, _ = FIELDS[metric["each"]["type"]]
    return metric["each"][name]


def schema_at(path):
    """The schema of a path below a KustoSink; a list stands for its elements."""
    (definition,) = documents(ROOT / "crds" / "kustosinks.yaml")
    node = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    for name in path:
        node = node.get("items", node)["properties"][name]
    return node


def paths():
    for metric in METRICS:
        part = each_of(metric)
        base = part.get("path", [])
        for inner in [part.get("valueFrom", []), *part.get("labelsFromPath", {}).values()]:
            if base + inner:
                yield metric["name"], base + inner


@pytest.mark.parametrize("metric", METRICS, ids=lambda each: each["name"])
def test_form(metric):
    assert set(metric) == {"name", "help", "each"}
    name, fields = FIELDS[metric["each"]["type"]]
    assert set(metric["each"]) == {"type", name}
    assert set(each_of(metric)) <= fields


def test_names_are_different():
    assert len({each["name"] for each in METRICS}) == len(METRICS)
    assert set(RESOURCE) == {"groupVersionKind", "metricNamePrefix", "labelsFromPath", "errorLogV", "metrics"}


@pytest.mark.parametrize("name, path", list(paths()), ids=lambda each: each if isinstance(each, str) else ".".join(each))
def test_paths_are_fields_of_the_definition(name, path):
    if path[0] == "metadata":
        assert path[1] in ("name", "namespace", "creationTimestamp", "generation")
    else:
        schema_at(path)


def at(value, path):
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def number(value):
    """What kube-state-metrics makes of a value."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        return datetime.datetime.fromisoformat(value).timestamp()
    return float(value)


def series(metric, sink):
    """The series of a metric, as pairs of labels and a value."""
    part, kind = each_of(metric), metric["each"]["type"]
    found = at(sink, part.get("path", []))
    for element in found if isinstance(found, list) else [found]:
        labels = {name: at(element, path) for name, path in part.get("labelsFromPath", {}).items()}
        value = at(element, part["valueFrom"]) if "valueFrom" in part else element
        if kind == "Info":
            yield labels, 1.0
        elif kind == "StateSet":
            for state in part["list"]:
                yield {**labels, part["labelName"]: state}, float(value == state)
        elif value is not None or part.get("nilIsZero"):
            yield labels, number(value or 0)


def test_values_of_a_sink_that_follows_the_lag():
    (sink,) = (each for each in documents(MANIFESTS / "samples" / "lag-scaling.yaml") if each["kind"] == "KustoSink")
    lines = (ROOT / "Tests" / "Manifests" / "statuses.jsonl").read_text().splitlines()
    vectors = {each["situation"]: each["object"] for each in map(json.loads, lines)}
    sink["status"] = {**vectors["healthy"]["status"], "scaling": {"desiredReplicas": 2, "lag": 1200, "lagSeconds": 4}}
    sink["metadata"] |= {"creationTimestamp": "2026-01-01T00:00:00Z", "generation": 1}
    sink["spec"]["replicas"] = 1
    values = {metric["name"]: list(series(metric, sink)) for metric in METRICS}
    assert values["status_lag"] == [({}, 1200.0)]
    assert values["status_desired_replicas"] == [({}, 2.0)]
    assert values["spec_max_replicas"] == [({}, 4.0)]
    assert values["spec_paused"] == [({}, 0.0)]
    assert values["created"] == [({}, 1767225600.0)]
    assert values["status_last_scale_time"] == []
    assert values["status_observed_generation"] == values["metadata_generation"] == [({}, 1.0)]
    states = {(each["condition"], each["status"]): value for each, value in values["status_condition"]}
    assert states["Ready", "True"] == 1 and states["Ready", "False"] == states["Ready", "Unknown"] == 0
    assert len(states) == 3 * len(sink["status"]["conditions"])
    assert all(value > 0 for _, value in values["status_condition_last_transition_time"])
    ((info, one),) = values["info"]
    assert one == 1 and info["scaling_mode"] == "Lag" and info["ingestion_url"].startswith("https://ingest-")
