"""What Argo CD learns about KustoSinks: health over every status that the operator writes, actions, and differences."""

import copy
import json
import re

import pytest
import yaml

from conftest import MANIFESTS, ROOT, build, overlay
from lua import run

FOLDER = MANIFESTS / "integrations" / "argo-cd"
HEALTH = (FOLDER / "health.lua").read_text()
ACTIONS = yaml.safe_load((FOLDER / "actions.yaml").read_text())
# Written by the tests of the operator, one situation a line.
VECTORS = [json.loads(line) for line in (ROOT / "Tests" / "Manifests" / "statuses.jsonl").read_text().splitlines()]
# Of these Argo CD says "Progressing: Pending deletion" without asking the check.
LIVING = [each for each in VECTORS if "deletionTimestamp" not in each["object"]["metadata"]]
DECIDED_BY = {"Healthy": "Ready", "Suspended": "Paused", "Degraded": "Stalled"}
SINK = {
    "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink", "spec": {"scaling": {"mode": "Fixed"}},
    "metadata": {"name": "orders", "namespace": "data", "generation": 3},
}


def condition(sink, kind):
    return next((each for each in sink["status"]["conditions"] if each["type"] == kind), None)


def with_status(*conditions, observed=3):
    made = [{"type": kind, "status": status, "reason": reason, "message": text} for kind, status, reason, text in conditions]
    return {**SINK, "status": {"observedGeneration": observed, "conditions": made}}


@pytest.mark.parametrize("vector", LIVING, ids=lambda each: each["situation"])
def test_health_of_what_the_operator_writes(vector):
    health = run(HEALTH, vector["object"])
    assert health["status"].lower() == vector["argo"]
    decisive = condition(vector["object"], DECIDED_BY.get(health["status"], "Reconciling"))
    assert decisive and decisive["status"] == "True", "no condition stands behind the verdict"
    assert health["message"].startswith(f"{decisive['reason']}: ")
    assert decisive["message"] in health["message"]


def test_the_vectors_have_every_health():
    assert {each["argo"] for each in LIVING} == {"healthy", "progressing", "degraded", "suspended"}


def test_health_without_a_status():
    health = run(HEALTH, SINK)
    assert health["status"] == "Progressing" and "data" in health["message"]


def test_health_of_a_newer_spec():
    health = run(HEALTH, with_status(("Ready", "True", "WorkersReady", "1 of 1"), observed=2))
    assert health["status"] == "Progressing"


def test_a_sink_that_is_not_ready_while_nothing_goes_on_is_degraded():
    health = run(HEALTH, with_status(("Ready", "False", "WorkersNotReady", "none of 1")))
    assert health == {"status": "Degraded", "message": "WorkersNotReady: none of 1"}


def test_lag_that_cannot_be_read_is_told_and_is_no_failure():
    health = run(HEALTH, with_status(
        ("Ready", "True", "WorkersReady", "1 of 1"), ("ScalingActive", "False", "LagUnknown", "no broker answers"),
    ))
    assert health == {"status": "Healthy", "message": "WorkersReady: 1 of 1; LagUnknown: no broker answers"}


@pytest.mark.parametrize("status", [{}, {"observedGeneration": 3}, {"observedGeneration": 3, "conditions": []}], ids=str)
def test_a_status_without_conditions_is_not_healthy(status):
    assert run(HEALTH, {**SINK, "status": status})["status"] == "Progressing"


def test_an_unknown_ready_is_not_healthy():
    assert run(HEALTH, with_status(("Ready", "Unknown", "NotYetReconciled", "")))["status"] == "Progressing"


def act(name, sink):
    (script,) = (each["action.lua"] for each in ACTIONS["definitions"] if each["name"] == name)
    return run(script, copy.deepcopy(sink))


def offered(sink):
    return {name for name, each in run(ACTIONS["discovery.lua"], sink).items() if not each["disabled"]}


def test_actions_are_those_that_are_defined_and_fit_the_sink():
    assert set(run(ACTIONS["discovery.lua"], SINK)) == {each["name"] for each in ACTIONS["definitions"]}
    assert offered(SINK) == {"pause", "restart"}
    assert offered(act("pause", SINK)) == {"resume"}


def test_a_pause_and_its_end_leave_the_sink_as_it_was():
    paused = act("pause", SINK)
    assert paused["spec"] == {**SINK["spec"], "paused": True}
    assert act("resume", paused) == SINK


def test_a_restart_is_an_annotation_that_the_operator_copies():
    restarted = act("restart", SINK)
    (mark, time), = restarted["metadata"].pop("annotations").items()
    assert mark == "kubectl.kubernetes.io/restartedAt"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)
    assert restarted == SINK
    kept = act("restart", {**SINK, "metadata": {**SINK["metadata"], "annotations": {"example.com/team": "shop"}}})
    assert kept["metadata"]["annotations"]["example.com/team"] == "shop"


def test_the_component_adds_to_argocd_cm_and_changes_nothing_else(tmp_path):
    metadata = {"name": "argocd-cm", "namespace": "argocd", "labels": {"app.kubernetes.io/part-of": "argocd"}}
    (tmp_path / "cm.yaml").write_text(yaml.safe_dump(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"url": "https://argocd.example"}}
    ))
    (found,) = build(overlay(tmp_path, resources=[tmp_path / "cm.yaml"], components=[FOLDER]))
    assert found["metadata"] == metadata
    assert found["data"].pop("url") == "https://argocd.example"
    prefix, kind = "resource.customizations.", ".kustosink.dev_KustoSink"
    assert found["data"].pop(f"{prefix}health{kind}") == HEALTH
    assert yaml.safe_load(found["data"].pop(f"{prefix}actions{kind}")) == ACTIONS
    assert yaml.safe_load(found["data"].pop(f"{prefix}ignoreDifferences{kind}")).keys() == {"jqPathExpressions"}
    assert found["data"] == {}
