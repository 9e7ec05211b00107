"""What the documentation says about alerts and metrics is so."""

import pytest
import yaml

import documentation
import promtool
from dashboards import Dashboard
from processes import Children, wait_until
from prometheus import Server
from recording import Recording
from rules import METRIC, Rules

# Metrics that are there only in a container with a limit, and only where a Kafka client has a certificate.
NOT_RECORDED = {"kusto_sink_memory_limit_bytes", "kusto_sink_certificate_expiry_timestamp_seconds"}


def family(name, kinds):
    """The metric that a series belongs to: those of histograms have endings."""
    for ending in ("_bucket", "_sum", "_count"):
        if kinds.get(name.removesuffix(ending)) == "histogram":
            return name.removesuffix(ending)
    return name


def test_every_alert_has_its_section_and_every_section_its_alert():
    titles = [title for title in documentation.sections("monitoring.md") if title.startswith("KustoSink")]
    assert titles == list(Rules().alerts), "the sections are in the order of the rules"


def test_every_section_says_what_to_do():
    for title, text in documentation.sections("monitoring.md").items():
        if title.startswith("KustoSink"):
            assert len(text) > 150 and "\n- " in text, title


def test_the_page_of_metrics_lists_what_a_worker_tells():
    told = documentation.metrics(of_operator=False)
    assert Recording.load("everything").types == {name: kind for name, kind in told.items() if name not in NOT_RECORDED}


def test_the_page_of_metrics_lists_what_an_operator_tells():
    told = documentation.metrics(of_operator=True) | documentation.metrics(of_operator=False)
    types = Recording.load("operator-troubled").types
    assert types.items() - told.items() == set()


@pytest.mark.parametrize("name", ["kusto-sink-worker.json", "kusto-sink-operator.json"])
def test_dashboards_ask_for_documented_metrics(name):
    kinds = documentation.metrics(of_operator=False) | documentation.metrics(of_operator=True)
    dashboard = Dashboard(name)
    asked = {each for _, query in dashboard.queries() for each in METRIC.findall(query)}
    assert {each for each in asked if family(each, kinds) not in kinds} == set()


def test_dashboards_show_all_there_is():
    kinds = documentation.metrics(of_operator=False) | documentation.metrics(of_operator=True)
    asked = {
        family(each, kinds) for dashboard in Dashboard.all() for _, query in dashboard.queries()
        for each in METRIC.findall(query)
    }
    assert kinds.keys() - asked == set()


def test_alerts_ask_for_documented_metrics():
    kinds = documentation.metrics(of_operator=False) | documentation.metrics(of_operator=True)
    assert {each for each in Rules().metrics() if family(each, kinds) not in kinds} == set()


def test_the_page_asks_for_documented_metrics():
    kinds = documentation.metrics(of_operator=False) | documentation.metrics(of_operator=True)
    named = set(METRIC.findall(documentation.page("monitoring.md")))
    # The name of the recording rule of the example.
    assert {each for each in named if family(each, kinds) not in kinds} == {"kusto_sink_within_5m"}


def discovered(job, targets):
    """A job with these targets in the place of those that Kubernetes would tell of, with the labels that it would give."""
    (found,) = job.pop("kubernetes_sd_configs")
    return {
        **job, "static_configs": [{"targets": [f"127.0.0.1:{port}"], "labels": labels} for port, labels in targets]
    }, found["role"]


def test_the_scrape_configuration_finds_workers_and_operators(tmp_path):
    """Debian's Prometheus knows no service discovery of Kubernetes, so the labels that it gives are given by hand."""
    (text,) = [each for each in documentation.blocks("monitoring.md", "yaml") if each.startswith("scrape_configs:")]
    config = yaml.safe_load(text)
    workers, operators = config["scrape_configs"]
    name = "app_kubernetes_io_name"
    service = {"__meta_kubernetes_namespace": "data", "__meta_kubernetes_pod_name": "orders-worker-1"}
    workers, role = discovered(workers, [
        (9, {**service, f"__meta_kubernetes_service_label_{name}": "kusto-sink-worker",
             "__meta_kubernetes_service_annotation_prometheus_io_scrape": "true"}),
        (10, {**service, f"__meta_kubernetes_service_label_{name}": "another",
              "__meta_kubernetes_service_annotation_prometheus_io_scrape": "true"}),
    ])
    assert role == "endpoints"
    pod = {
        "__meta_kubernetes_namespace": "kusto-sink-system", "__meta_kubernetes_pod_name": "kusto-sink-operator-1",
        f"__meta_kubernetes_pod_label_{name}": "kusto-sink-operator",
    }
    operators, role = discovered(operators, [
        (11, {**pod, "__meta_kubernetes_pod_container_port_name": "http"}),
        (12, {**pod, "__meta_kubernetes_pod_container_port_name": "other"}),
    ])
    assert role == "pod" and operators["honor_labels"] is True
    Rules().write(tmp_path / "kusto-sink.yaml")
    content = yaml.safe_dump({**config, "scrape_configs": [workers, operators]})
    with Children(str(tmp_path)) as children:
        server = Server(children, str(tmp_path), content)
        wait_until(lambda: len(server.ask("targets")["activeTargets"]) == 2, "two targets are scraped", 60, 0.2)
        labels = [each["labels"] for each in server.ask("targets")["activeTargets"]]
        groups = server.ask("rules")["groups"]
    assert sorted((each["job"], each["namespace"], each["pod"], each["instance"]) for each in labels) == [
        ("kusto-sink-operator", "kusto-sink-system", "kusto-sink-operator-1", "127.0.0.1:11"),
        ("kusto-sink-worker", "data", "orders-worker-1", "127.0.0.1:9"),
    ]
    assert sum(len(group["rules"]) for group in groups) == len(Rules().alerts)


def test_the_example_of_a_promise_is_what_prometheus_takes(tmp_path):
    (groups,) = [each for each in documentation.blocks("monitoring.md", "yaml") if each.startswith("groups:")]
    (tmp_path / "promise.yaml").write_text(groups)
    status, words = promtool.run("check", "rules", "promise.yaml", folder=tmp_path)
    assert status == 0, words


def test_the_example_of_a_patch_names_the_rule_that_it_changes():
    (patch,) = [each for each in documentation.blocks("monitoring.md", "yaml") if "KustoSinkFallingBehind" in each]
    assert "/spec/groups/1/rules/4/alert, value: KustoSinkFallingBehind" in patch
    assert Rules().groups[1]["rules"][4]["alert"] == "KustoSinkFallingBehind"


def test_logs_have_what_they_are_searched_for():
    sources = documentation.sources()
    searched = documentation.searched()
    assert len(searched) > 8
    assert {words for words in searched if words not in sources} == set()
