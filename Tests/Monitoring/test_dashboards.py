"""Every panel of the dashboards has an answer on what real processes tell."""

import collections
import math

import pytest

from dashboards import Dashboard, filled
from prometheus import Prometheus
from processes import Children, wait_until
from recording import Recording

# Queries that may have no answer, by what they ask for, and why.
MAY_BE_EMPTY = {
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


def test_prometheus_can_evaluate_every_rule(prometheus):
    def rules():
        return [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]

    wait_until(lambda: all(rule["health"] != "unknown" for rule in rules()), "every rule was evaluated", 60, 0.5)
    assert [(rule["name"], rule["lastError"]) for rule in rules() if rule["health"] != "ok"] == []
