"""What the chart renders: as recorded, and with the same rights and the same pod as the manifests."""

import os
import re
import shutil
import subprocess

import pytest
import yaml

from chart import (
    CHART, FOLDER, KUBERNETES, MONITORING, ROOT, VARIANTS, helm, named, objects, one, rendered, rights, variant,
)


@pytest.fixture(scope="module")
def manifests():
    """The objects of `manifests/`."""
    outcome = subprocess.run(
        ["kubectl", "kustomize", ROOT / "manifests"], capture_output=True, text=True, timeout=60, check=True
    )
    return objects(outcome.stdout)


@pytest.fixture(scope="module")
def defaults():
    """The objects of the chart without values."""
    return objects(rendered())


@pytest.mark.parametrize("name", VARIANTS)
def test_lint_has_nothing_to_say(name):
    told = helm("lint", "--strict", CHART, f"--kube-version={KUBERNETES}", f"--values={FOLDER / 'values' / name}.yaml")
    assert "[WARNING]" not in told and "[ERROR]" not in told, told


def recorded(text):
    """What a golden file keeps: all but the version, and but what is a copy of a file that other tests compare."""
    kept = []
    for each in objects(text):
        if each["kind"] == "CustomResourceDefinition":
            each["spec"] = "that of crds/kustosinks.yaml"
        elif each["kind"] == "PrometheusRule":
            each["spec"] = "that of manifests/monitoring/alerts.yaml"
        elif "-dashboard-" in each["metadata"]["name"]:
            continue
        kept.append(each)
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]
    return re.sub(rf"\b{re.escape(version)}\b", "VERSION", yaml.safe_dump_all(kept, sort_keys=True, width=120))


@pytest.mark.parametrize("name", VARIANTS)
def test_rendering_is_as_recorded(name):
    golden = FOLDER / "golden" / f"{name}.yaml"
    now = recorded(rendered(variant(name)))
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(now)
    assert now == golden.read_text(), f"{golden.name} differs; UPDATE_GOLDEN=1 writes it anew"


def test_every_golden_file_has_its_values():
    assert sorted(path.stem for path in (FOLDER / "golden").glob("*.yaml")) == VARIANTS


def test_objects_are_those_of_the_manifests(manifests, defaults):
    # Helm makes the namespace itself, and the manifests have no Service of the operator.
    assert set(named(defaults)) - set(named(manifests)) == {"Service/kusto-sink-system/kusto-sink-operator-metrics"}
    assert set(named(manifests)) - set(named(defaults)) == {"Namespace/kusto-sink-system"}


def test_rights_are_those_of_the_manifests(manifests, defaults):
    theirs, ours = named(manifests), named(defaults)
    roles = [key for key in theirs if key.startswith(("ClusterRole/", "Role/"))]
    assert len(roles) >= 5
    for key in roles:
        assert rights(ours[key]["rules"]) == rights(theirs[key]["rules"]), key
    for key in (key for key in theirs if "RoleBinding/" in key):
        for part in ("roleRef", "subjects"):
            assert ours[key][part] == theirs[key][part], f"{part} of {key}"


def pod_of(items):
    """The pod's specification of the operator's Deployment, with arguments as the container gets them."""
    spec = one(items, "Deployment")["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    constants = {each["name"]: each["value"] for each in container["env"] if "value" in each}
    used = {name for name in constants if any(f"$({name})" in argument for argument in container["args"])}
    for name in used:
        container["args"] = [argument.replace(f"$({name})", constants[name]) for argument in container["args"]]
    container["env"] = [each for each in container["env"] if each["name"] not in used]
    # The chart's pods are selected by the release, too.
    for constraint in spec["topologySpreadConstraints"]:
        constraint["labelSelector"]["matchLabels"].pop("app.kubernetes.io/instance", None)
    return spec


def test_the_pod_is_that_of_the_manifests(manifests, defaults):
    assert pod_of(defaults) == pod_of(manifests)
    theirs, ours = one(manifests, "Deployment")["spec"], one(defaults, "Deployment")["spec"]
    assert {key: ours[key] for key in theirs if key not in ("selector", "template")} == {
        key: theirs[key] for key in theirs if key not in ("selector", "template")
    }
    # What selects the operator's pods and what others select them by.
    labels = theirs["template"]["metadata"]["labels"]
    assert labels.items() <= ours["template"]["metadata"]["labels"].items()


def test_the_definition_is_the_original(defaults):
    (original,) = objects((ROOT / "crds" / "kustosinks.yaml").read_text())
    ours = one(defaults, "CustomResourceDefinition")
    assert ours["spec"] == original["spec"]
    assert ours["metadata"]["name"] == original["metadata"]["name"]
    assert original["metadata"]["labels"].items() <= ours["metadata"]["labels"].items()
    assert ours["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert "annotations" not in one(objects(rendered({"crds": {"keep": False}})), "CustomResourceDefinition")["metadata"]


def granted(name):
    """Where the operator of a variant may read which Secrets: pairs of a namespace and a name, None for any."""
    items = objects(rendered(variant(name)))
    roles = {each["metadata"]["name"]: rights(each["rules"]) for each in items if each["kind"] == "ClusterRole"}
    found = set()
    for each in items:
        if each["kind"] not in ("ClusterRoleBinding", "RoleBinding") or each["roleRef"]["kind"] != "ClusterRole":
            continue
        for _, resource, verb, name in roles[each["roleRef"]["name"]]:
            if resource == "secrets":
                assert verb in ("get", "list", "watch"), f"the operator may {verb} Secrets"
                found.add((each["metadata"].get("namespace"), name))
    return found


@pytest.mark.parametrize("name, secrets", [
    ("default", {(None, None)}),
    ("namespaces", {("data", None), ("events", None)}),
    ("secret-namespaces", {("data", None)}),
    ("secret-names", {(space, name) for space in ("data", "events") for name in ("adx", "kafka.example")}),
    ("secret-names-everywhere", {(None, "adx")}),
    ("secret-names-somewhere", {("data", "adx")}),
    ("single", set()),
])
def test_secrets_that_the_operator_may_read(name, secrets):
    assert granted(name) == secrets


@pytest.mark.parametrize("name", ["namespaces", "secret-names"])
def test_rights_in_some_namespaces_only(name):
    items = objects(rendered(variant(name)))
    assert not [each for each in items if each["kind"] == "ClusterRoleBinding"]
    bound = {each["metadata"]["namespace"] for each in items
             if each["kind"] == "RoleBinding" and each["roleRef"]["name"] == "kusto-sink-operator"}
    assert bound == {"data", "events"}
    assert [each for each in pod_of(items)["containers"][0]["args"] if each.startswith("--namespace")] == [
        "--namespace=data", "--namespace=events",
    ]


@pytest.mark.parametrize("name", VARIANTS)
def test_secrets_are_watched_by_name_unless_all_may_be(name):
    values = variant(name)
    (container,) = one(objects(rendered(values)), "Deployment")["spec"]["template"]["spec"]["containers"]
    assert ("--watch-secrets-by-name" in container["args"]) == ("secretAccess" in values.get("rbac", {}))


def test_a_budget_only_for_several_operators():
    kinds = [[each["kind"] for each in objects(rendered({"replicaCount": count}))] for count in (1, 2)]
    assert ["PodDisruptionBudget" in each for each in kinds] == [False, True]


def test_one_operator_without_a_lease_is_never_two():
    spec = one(objects(rendered({"leaderElection": {"enabled": False}})), "Deployment")["spec"]
    assert spec["strategy"] == {"type": "Recreate"}
    assert "--no-leader-election" in spec["template"]["spec"]["containers"][0]["args"]


def test_monitors_where_the_cluster_has_them():
    values = {"metrics": {"podMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}}}
    kinds = [{each["kind"] for each in objects(rendered(values, *words))} for words in ((), (f"--api-versions={MONITORING}",))]
    assert kinds[1] - kinds[0] == {"PodMonitor", "PrometheusRule"}
    values["metrics"]["assumeMonitoringAPI"] = True
    assert {each["kind"] for each in objects(rendered(values))} == kinds[1]


def test_monitors_select_what_there_is():
    items = objects(rendered(variant("everything")))
    monitor, service = one(items, "ServiceMonitor"), one(items, "Service")
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    # The selector has exactly one Service of the namespace.
    assert wanted <= service["metadata"]["labels"].items()
    assert monitor["spec"]["namespaceSelector"]["matchNames"] == [service["metadata"]["namespace"]]
    ports = {each["name"] for each in service["spec"]["ports"]}
    assert {each["port"] for each in monitor["spec"]["endpoints"]} <= ports
    pod = one(items, "Deployment")["spec"]["template"]
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert {each["targetPort"] for each in service["spec"]["ports"]} <= {
        each["name"] for each in pod["spec"]["containers"][0]["ports"]
    }


def arguments_of(values):
    """The arguments of the operator."""
    (container,) = one(objects(rendered(values, "--set=crds.enabled=false")), "Deployment")["spec"]["template"]["spec"]["containers"]
    return container["args"]


@pytest.mark.parametrize("metrics, labels", [
    ({}, []),
    # What selects the operator's monitor selects the workers', too.
    ({"podMonitor": {"enabled": True, "labels": {"release": "prometheus", "b": ""}}}, ["b=", "release=prometheus"]),
    ({"serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}}, "podMonitor": {"labels": {"a": "b"}}},
     ["release=prometheus"]),
    ({"podMonitor": {"labels": {"release": "prometheus"}}, "workerPodMonitorLabels": {"team": "data"}}, ["team=data"]),
    # The operator sets these itself, and would refuse them.
    ({"podMonitor": {"labels": {"release": "prometheus", "app.kubernetes.io/part-of": "x"}}}, ["release=prometheus"]),
])
def test_labels_of_the_pod_monitors_of_workers(metrics, labels):
    option = "--pod-monitor-label="
    assert [each.removeprefix(option) for each in arguments_of({"metrics": metrics}) if each.startswith(option)] == labels


def test_labels_that_the_operator_sets_itself():
    """The chart knows those that the operator's own golden files have."""
    golden = ROOT / "Tests" / "OperatorTests" / "Golden" / "minimal.yaml"
    own = {name for each in objects(golden.read_text()) for name in each["metadata"].get("labels", {})}
    assert "kustosink.dev/sink" in own
    labels = {name: "x" for name in own}
    assert not [each for each in arguments_of({"metrics": {"podMonitor": {"labels": labels}}}) if "pod-monitor-label" in each]


@pytest.mark.parametrize("values, name", [
    ({}, "kusto-sink-operator"), ({"fullnameOverride": "team-b-sinks"}, "team-b-sinks"),
    ({"fullnameOverride": "team-b-sinks", "leaderElection": {"enabled": False}}, None),
])
def test_the_operator_has_a_right_to_its_own_lease(values, name):
    # Two operators with the same lease take turns, and of the other's sinks nobody would look after any.
    option = "--lease-name="
    used = [each.removeprefix(option) for each in arguments_of(values) if each.startswith(option)]
    assert used == ([name] if name and values else [])
    names = {
        only for each in objects(rendered(values)) if each["kind"] == "Role"
        for _, resource, _, only in rights(each["rules"]) if resource == "leases" and only
    }
    assert names == ({name} if name else set())


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    """What the chart's notes say to values; helm shows them only with a cluster."""
    copy = tmp_path_factory.mktemp("notes") / CHART.name
    shutil.copytree(CHART, copy)
    text = (copy / "templates" / "NOTES.txt").read_text()
    (copy / "templates" / "notes.yaml").write_text(
        '{{- define "notes" }}' + text + '{{ end }}\nkind: Notes\ntext: {{ include "notes" . | quote }}\n'
    )

    def notes(values):
        return one(objects(rendered(values, "--set=crds.enabled=false", chart=copy)), "Notes")["text"]

    return notes


@pytest.mark.parametrize("metrics, is_warned", [
    ({"prometheusRule": {"enabled": True}}, True),
    ({"prometheusRule": {"enabled": True, "disabled": ["KustoSinkOperatorAbsent"]}}, False),
    ({"prometheusRule": {"enabled": True}, "podMonitor": {"enabled": True}}, False),
    ({"prometheusRule": {"enabled": True}, "serviceMonitor": {"enabled": True}}, False),
    ({}, False),
])
def test_alerts_without_metrics_are_told(notes, metrics, is_warned):
    told = notes({"metrics": {"assumeMonitoringAPI": True, **metrics}})
    assert "looks after the KustoSinks" in told
    assert ("KustoSinkOperatorAbsent fires for ever" in told) == is_warned


def test_an_older_kubernetes_is_refused():
    with pytest.raises(Exception, match=r"requires kubeVersion: >=1\.28\.0-0"):
        helm("template", CHART, "--kube-version=1.27.9")
    # What vendors add is no older version.
    assert helm("template", CHART, "--kube-version=v1.28.15-eks-1234567")


def test_it_works_as_a_part_of_another_chart(tmp_path):
    parent = tmp_path / "platform"
    shutil.copytree(CHART, parent / "charts" / CHART.name)
    (parent / "Chart.yaml").write_text(yaml.safe_dump({
        "apiVersion": "v2", "name": "platform", "version": "1.0.0",
        "dependencies": [{
            "name": CHART.name, "version": ">=0.0.0-0", "repository": "", "condition": f"{CHART.name}.enabled", "alias": "sinks",
        }],
    }))
    values = {"global": {"imageRegistry": "registry.example"}, "sinks": {"enabled": True, "replicaCount": 2}}
    items = objects(rendered(values, chart=parent))
    assert one(items, "Deployment")["metadata"]["name"] == "kusto-sink-operator"
    assert one(items, "Deployment")["spec"]["replicas"] == 2
