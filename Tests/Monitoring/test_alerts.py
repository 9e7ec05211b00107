"""Every alert fires when it should and at no other time, as promtool evaluates the rules on recordings."""

import dataclasses
import os
import re

import pytest

import documentation
import promtool
from edits import Unscraped
from recording import FOLDER
from rules import MANIFESTS, METRIC, Rules
from scenarios import OF_WORKERS, SCENARIOS


@pytest.fixture(scope="module")
def rules():
    return Rules()


def test_the_rules_are_what_prometheus_takes(rules, tmp_path):
    rules.write(tmp_path / "rules.yaml")
    status, words = promtool.run("check", "rules", "rules.yaml", folder=tmp_path)
    assert status == 0, words


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_fires_what_the_scenario_says_and_nothing_else(scenario, tmp_path):
    path = promtool.Evaluation(scenario).write(tmp_path)
    status, words = promtool.run("test", "rules", path, folder=tmp_path)
    assert status == 0, words


@pytest.mark.parametrize("scenario", [each for each in SCENARIOS if each.lasts], ids=lambda each: each.name)
def test_a_scrape_that_fails_ends_no_alert(scenario, tmp_path):
    """No process answers one of the scrapes shortly before the end."""
    with_gap = dataclasses.replace(scenario, edits=(*scenario.edits, Unscraped(-7, -6)))
    path = promtool.Evaluation(with_gap).write(tmp_path)
    status, words = promtool.run("test", "rules", path, folder=tmp_path)
    assert status == 0, words


def test_sinks_of_one_name_in_two_namespaces_are_two(rules):
    for name, rule in rules.alerts.items():
        for grouping in re.findall(r"by \(([^)]*)\)", rule["expr"]):
            labels = set(grouping.split(", "))
            assert "namespace" in labels or not labels & {"connector", "name", "pod"}, name
        for matching in re.findall(r"\bon \(([^)]*)\)", rule["expr"]):
            labels = set(matching.split(", "))
            assert "namespace" in labels or not labels & {"connector", "name", "pod"}, name


def test_groups_of_workers_ask_for_what_workers_tell(rules):
    of_workers = documentation.metrics(of_operator=False).keys()
    for group in rules.groups:
        families = {
            re.sub("_(sum|count)$", "", name) for rule in group["rules"] for name in METRIC.findall(rule["expr"])
        }
        assert (families <= of_workers) == (group["name"] in OF_WORKERS), group["name"]
    assert [group["name"] for group in rules.groups][:4] == list(OF_WORKERS)


def test_what_is_made_up_is_explained():
    for scenario in SCENARIOS:
        assert bool(scenario.edits) == bool(scenario.made_up), scenario.name
        assert scenario.lasts <= scenario.fires, scenario.name
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)


def test_every_alert_fires_in_a_scenario(rules):
    fired = {alert.partition(":")[0] for scenario in SCENARIOS for alert in scenario.fires}
    assert rules.alerts.keys() - fired == set()


def test_every_recording_is_used():
    used = {name for scenario in SCENARIOS for name in scenario.recordings}
    # What of this one is kept is for the dashboards.
    there = {name.removesuffix(".json") for name in os.listdir(FOLDER)} - {"everything"}
    assert there == used


def test_every_rule_says_what_a_person_needs(rules):
    for name, rule in rules.alerts.items():
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}, name
        assert rule["labels"]["severity"] in ("critical", "warning"), name
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}, name
        assert len(rule["annotations"]["summary"]) < 100, name
        assert rule["annotations"]["runbook_url"] == f"docs/monitoring.md#{name.lower()}", name
        # The command that comes first in an outage stands in the alert itself.
        assert any(word in rule["annotations"]["description"] for word in ("kubectl ", "kafka-con")), name


def test_the_manifest_is_named_as_others_find_it(rules):
    assert (rules.manifest["apiVersion"], rules.manifest["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    assert len(rules.alerts) == sum(len(group["rules"]) for group in rules.groups), "an alert's name is there twice"
    assert os.path.exists(os.path.join(MANIFESTS, "kustomization.yaml"))
