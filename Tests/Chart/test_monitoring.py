"""Alerts and dashboards in the chart: those of `manifests/monitoring`, and what values change of them."""

import json
import re
import subprocess

import pytest
import yaml

from chart import CHART, ROOT, objects, one, rendered

MONITORING = ROOT / "manifests" / "monitoring"
DASHBOARDS = sorted((MONITORING / "dashboards").glob("*.json"))


def groups(**values):
    """The groups of the chart's PrometheusRule."""
    values = {"metrics": {"assumeMonitoringAPI": True, "prometheusRule": {"enabled": True, **values}}}
    return one(objects(rendered(values, "--set=crds.enabled=false")), "PrometheusRule")["spec"]["groups"]


@pytest.fixture(scope="module")
def originals():
    found = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["spec"]["groups"]
    assert sum(len(each["rules"]) for each in found) > 1
    return found


def test_alerts_are_the_originals(originals):
    # Also their templates, which are those of Prometheus and not of Helm.
    assert groups() == originals


def test_every_alert_gets_labels_and_annotations(originals):
    found = groups(ruleLabels={"team": "data", "severity": "page"}, ruleAnnotations={"dashboard": "https://grafana.example"})
    for group, original in zip(found, originals, strict=True):
        for rule, before in zip(group["rules"], original["rules"], strict=True):
            if "alert" not in rule:
                assert rule == before
                continue
            assert rule["labels"] == {**before.get("labels", {}), "team": "data", "severity": "page"}
            assert rule["annotations"] == {**before.get("annotations", {}), "dashboard": "https://grafana.example"}


def test_disabled_alerts_are_left_out(originals):
    names = [rule["alert"] for group in originals for rule in group["rules"] if "alert" in rule]
    # A whole group, and one alert more.
    of_first = [rule["alert"] for rule in originals[0]["rules"] if "alert" in rule]
    disabled = [*of_first, names[-1]]
    found = groups(disabled=disabled)
    assert [rule["alert"] for group in found for rule in group["rules"] if "alert" in rule] == [
        name for name in names if name not in disabled
    ]
    assert all(each["rules"] for each in found), "a group without rules is left"


@pytest.mark.parametrize("kind, endpoints", [("podMonitor", "podMetricsEndpoints"), ("serviceMonitor", "endpoints")])
def test_metrics_are_read_as_by_the_monitor_of_the_manifests(kind, endpoints):
    original = yaml.safe_load((MONITORING / "pod-monitor.yaml").read_text())
    values = {"metrics": {"assumeMonitoringAPI": True, kind: {"enabled": True}}}
    monitor = one(objects(rendered(values, "--set=crds.enabled=false")), f"{kind[0].upper()}{kind[1:]}")
    assert monitor["spec"][endpoints] == original["spec"]["podMetricsEndpoints"]
    assert original["spec"]["selector"]["matchLabels"].items() <= monitor["spec"]["selector"]["matchLabels"].items()
    # A release knows where its operator is; the manifests may be moved, and their monitor with them.
    assert monitor["spec"]["namespaceSelector"] == {"matchNames": ["kusto-sink-system"]}
    assert original["spec"]["namespaceSelector"] == {"any": True}


def test_the_part_of_the_alerts_for_a_namespace_with_sinks(originals, tmp_path):
    page = (ROOT / "docs" / "monitoring.md").read_text()
    (example,) = [each for each in re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL) if "kusto-sink.sinks" in each]
    (tmp_path / "kusto-sink").symlink_to(ROOT)
    (tmp_path / "kustomization.yaml").write_text(example)
    outcome = subprocess.run(
        ["kubectl", "kustomize", tmp_path], capture_output=True, text=True, timeout=60, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    (rule,) = objects(outcome.stdout)
    assert (rule["kind"], rule["metadata"]["namespace"]) == ("PrometheusRule", "data")
    assert rule["spec"]["groups"] == originals[:4]


def test_dashboards_are_the_originals():
    values = {"metrics": {"dashboards": {"enabled": True, "annotations": {"grafana_folder": "Data"}}}}
    maps = [each for each in objects(rendered(values, "--set=crds.enabled=false")) if each["kind"] == "ConfigMap"]
    assert DASHBOARDS, "there is no dashboard"
    assert {name: json.loads(text) for each in maps for name, text in each["data"].items()} == {
        path.name: json.loads(path.read_text()) for path in DASHBOARDS
    }
    for each in maps:
        assert each["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert each["metadata"]["annotations"]["grafana_folder"] == "Data"
        assert len(each["metadata"]["name"]) <= 253
    assert len({each["metadata"]["name"] for each in maps}) == len(DASHBOARDS)


def test_copies_are_files():
    # Flux does not follow symbolic links.
    assert not [path for path in CHART.rglob("*") if path.is_symlink()]
