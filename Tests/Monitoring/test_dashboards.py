"""Every panel of the dashboards has an answer on what real processes tell."""

import collections
import math
import re

import pytest
import yaml

import promtool
from dashboards import Dashboard, filled
from prometheus import Prometheus
from processes import Children, wait_until
from recording import Recording

# Queries that may have no answer, by what they ask for, and why.
MAY_BE_EMPTY = {
    "kusto_sink_certificate_expiry_timestamp_seconds": "the recorded workers show no certificate",
    "kusto_sink_failing_since_timestamp_seconds": "a table is there only while it accepts nothing",
    "kusto_sink_memory_limit_bytes": "a machine without control groups has no limit",
    "kusto_sink_operator_events_dropped_total": "an event that is not written is rare",
    "kusto_sink_operator_watch_restarts_total": "a watch lasts longer than the recording",
}
DASHBOARDS = Dashboard.all()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("prometheus"))
    with Children(folder) as children:
        yield Prometheus(children, folder, [Recording.load("everything"), Recording.load("operator-troubled")])


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda each: each.name)
def test_every_query_has_an_answer(prometheus, dashboard):
    silent = []
    for title, expression in dashboard.queries():
        values = [value for _, value in prometheus.query(expression)]
        if not any(math.isfinite(value) for value in values) and not any(name in expression for name in MAY_BE_EMPTY):
            silent.append((title, expression))
    assert silent == []


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda each: each.name)
def test_every_variable_has_values(prometheus, dashboard):
    for name in ("namespace", "sink"):
        query = dashboard.variables[name]["query"]["query"].replace("$namespace", ".*")
        selector, label = query.removeprefix("label_values(").removesuffix(")").rsplit(", ", 1)
        assert {labels.get(label) for labels, _ in prometheus.query(selector)} - {None}, query


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda each: each.name)
def test_every_legend_names_labels_that_are_there(prometheus, dashboard):
    missing = []
    for panel in dashboard.panels:
        for target in panel["targets"]:
            wanted = {part.partition("}}")[0] for part in target["legendFormat"].split("{{")[1:]}
            for labels, _ in prometheus.query(filled(target["expr"]))[:1]:
                missing += [(panel["title"], label) for label in wanted - labels.keys()]
    assert missing == []


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda each: each.name)
def test_a_person_can_read_it(dashboard):
    content = dashboard.content
    assert content["uid"] == dashboard.name.removesuffix(".json")
    assert content["schemaVersion"] >= 38 and "id" not in content
    assert dashboard.variables["datasource"]["type"] == "datasource"
    for panel in dashboard.panels:
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        assert panel["type"] == "table" or panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"]), panel["title"]
    for attribute in ("id", "title"):
        counts = collections.Counter(panel[attribute] for panel in dashboard.panels)
        assert [each for each, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda each: each.name)
def test_no_panel_lies_over_another(dashboard):
    taken = set()
    for panel in dashboard.content["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells


def test_two_sinks_of_one_name_are_two():
    """Sinks of two namespaces may have the same name: what is told of each names both."""
    for dashboard in DASHBOARDS:
        for title, expression in dashboard.queries():
            for grouping in re.findall(r"by \(([^)]*)\)", expression):
                labels = set(grouping.split(", "))
                assert "namespace" in labels or not labels & {"connector", "name"}, (title, expression)
        for panel in dashboard.panels:
            for target in panel["targets"]:
                legend = target["legendFormat"]
                assert "namespace" in legend or not re.search("{{(connector|name)}}", legend), panel["title"]


# What a panel shows of two operators, of which one has a second process that stands by.
OF_TWO_OPERATORS = {
    "Ready": {"{}": 5}, "Stalled": {"{}": 1}, "Queue": {"{}": 4}, "Looks at a time": {"{}": 12},
    "Leaders": {'{namespace="team-a",job="operator"}': 1, '{namespace="team-b",job="operator"}': 1},
}


def test_panels_count_the_sinks_of_several_operators_once(tmp_path):
    (dashboard,) = [each for each in DASHBOARDS if each.name == "kusto-sink-operator.json"]
    first = {}
    for title, expression in dashboard.queries():
        # Of "Looks at a time" the second line is the limit.
        if title in OF_TWO_OPERATORS and (title not in first or title == "Looks at a time"):
            first[title] = expression
    told = [
        # Namespace, pod, whether it leads, sinks that are ready and stalled, sinks that wait, looks at a time.
        ("team-a", "leader", 1, 3, 1, 0, 4), ("team-a", "standby", 0, 3, 1, 7, 4), ("team-b", "leader", 1, 2, 0, 4, 8),
    ]
    lines = {}
    for namespace, pod, leads, ready, stalled, waiting, most in told:
        labels = {"namespace": namespace, "pod": pod, "job": "operator", "instance": f"{namespace}-{pod}"}
        queue = {**labels, "controller": "kustosink"}
        lines |= {
            promtool.series("kusto_sink_operator_resources", {**labels, "phase": "Ready"}): ready,
            promtool.series("kusto_sink_operator_resources", {**labels, "phase": "Stalled"}): stalled,
            promtool.series("leader_election_master_status", labels): leads,
            promtool.series("workqueue_depth", queue): waiting,
            promtool.series("controller_runtime_max_concurrent_reconciles", queue): most,
        }
    tests = [
        {
            "expr": first[title], "eval_time": "0m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in shown.items()],
        }
        for title, shown in OF_TWO_OPERATORS.items()
    ]
    (tmp_path / "test.yaml").write_text(yaml.safe_dump({"rule_files": [], "tests": [{
        "interval": "30s", "promql_expr_test": tests,
        "input_series": [{"series": series, "values": str(value)} for series, value in lines.items()],
    }]}, width=1000))
    status, words = promtool.run("test", "rules", "test.yaml", folder=tmp_path)
    assert status == 0, words


def test_prometheus_can_evaluate_every_rule(prometheus):
    def rules():
        return [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]

    wait_until(lambda: all(rule["health"] != "unknown" for rule in rules()), "every rule was evaluated", 60, 0.5)
    assert [(rule["name"], rule["lastError"]) for rule in rules() if rule["health"] != "ok"] == []
