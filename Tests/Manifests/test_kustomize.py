"""What kustomize makes of the manifests, without a cluster."""

import base64
import re
import subprocess

import pytest

from conftest import MANIFESTS, ROOT, build, documents, kind_of, kustomizations, name_of, overlay

SAMPLES = sorted((MANIFESTS / "samples").glob("*.yaml"))
CLUSTER_SCOPED = {"Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"}
DEFINITION = "kustosinks.kustosink.dev"


def names(objects):
    return {(each["kind"], each["metadata"]["name"]) for each in objects}


@pytest.mark.parametrize("folder", kustomizations(), ids=name_of)
def test_every_file_of_a_kustomization_is_used(folder):
    (listed,) = documents(folder / "kustomization.yaml")
    used = [*listed.get("resources", []), *listed.get("configurations", [])]
    for generator in listed.get("configMapGenerator", []):
        used += [each.rpartition("=")[2] for each in generator.get("files", [])]
    # And what can take the place of a resource.
    used += re.findall(r"(?m)^ *# - (\S+\.yaml)", (folder / "kustomization.yaml").read_text())
    files = {path.name for path in folder.iterdir() if path.is_file()} - {"kustomization.yaml", "README.md"}
    assert files - set(used) == set()
    assert all((folder / each).exists() for each in used)


@pytest.mark.parametrize("folder", [each for each in kustomizations() if kind_of(each) == "Kustomization"], ids=name_of)
def test_a_kustomization_builds(folder):
    objects = build(folder)
    assert objects
    assert all(each["metadata"]["labels"] for each in objects if each["kind"] == "Deployment")
    assert len(names(objects)) == len(objects)


def test_the_top_is_the_operator_for_all_namespaces():
    assert build(MANIFESTS) == build(MANIFESTS / "cluster-wide")
    assert names(build(MANIFESTS)) > {
        ("CustomResourceDefinition", DEFINITION), ("Namespace", "kusto-sink-system"), ("Deployment", "kusto-sink-operator"),
        ("ClusterRole", "kusto-sink-operator"), ("ClusterRoleBinding", "kusto-sink-operator"), ("ClusterRole", "kusto-sink-edit"),
    }


def test_the_namespaced_operator_has_nothing_of_the_cluster_but_the_definition():
    whole, part = build(MANIFESTS / "namespaced"), build(MANIFESTS / "namespaced" / "operator")
    assert [each for each in whole if each["kind"] in CLUSTER_SCOPED] == [
        each for each in whole if each["metadata"]["name"] == DEFINITION
    ]
    assert len(whole) == len(part) + 1
    assert not [each for each in part if each["kind"] in CLUSTER_SCOPED]


def test_the_namespaced_operator_has_the_rights_of_the_other_one_in_its_namespace(tmp_path):
    def rules(objects, kind):
        return [each["rules"] for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, "kusto-sink-operator")]

    objects = build(overlay(tmp_path, resources=[MANIFESTS / "namespaced" / "operator"], namespace="team-a"))
    assert rules(objects, "Role") == rules(build(MANIFESTS), "ClusterRole") != []
    assert {each["metadata"]["namespace"] for each in objects} == {"team-a"}
    for binding in (each for each in objects if each["kind"] == "RoleBinding"):
        assert binding["roleRef"]["kind"] == "Role"
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "kusto-sink-operator", "namespace": "team-a"}]
    (deployment,) = (each for each in objects if each["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert "--namespace=$(POD_NAMESPACE)" in container["args"]
    assert {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}} in container["env"]


@pytest.mark.parametrize("place", ["", "cluster-wide", "namespaced", "namespaced/operator"])
def test_images_sets_both_images(place, tmp_path):
    digest = f"sha256:{'0123456789abcdef' * 4}"
    (deployment,) = (each for each in build(overlay(tmp_path, resources=[MANIFESTS / place], images=[
        {"name": "kusto-sink-operator", "newName": "registry.example/operator", "newTag": "9.9.9"},
        {"name": "kusto-sink-worker", "newName": "registry.example/worker", "digest": digest},
    ])) if each["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example/operator:9.9.9"
    assert container["args"][:2] == ["run", "--worker-image=$(KUSTO_SINK_WORKER_IMAGE)"]
    variables = {each["name"]: each.get("value") for each in container["env"]}
    assert variables["KUSTO_SINK_WORKER_IMAGE"] == f"registry.example/worker@{digest}"


@pytest.mark.parametrize("path", SAMPLES, ids=name_of)
def test_a_sample_is_in_order(path, operator):
    outcome = subprocess.run([operator, "check", "-f", path], capture_output=True, text=True, timeout=60, check=False)
    assert outcome.returncode == 0, outcome.stderr
    # That a file says nothing about Strimzi's resources is no fault of the sample.
    warnings = [line for line in outcome.stderr.splitlines() if line.startswith("warning:") and "Strimzi" not in line]
    assert warnings == []


def test_samples_bring_the_secrets_that_they_need_and_no_two_sinks_share_a_name():
    sinks = []
    for path in SAMPLES:
        objects = documents(path)
        (sink,) = (each for each in objects if each["kind"] == "KustoSink")
        secrets = {
            each["metadata"]["name"]: each["stringData"]
            | {key: base64.b64decode(value).decode() for key, value in each.get("data", {}).items()}
            for each in objects if each["kind"] == "Secret"
        }
        needed = list(references(sink["spec"]))
        assert {(name, key) for name, key in needed if key not in secrets.get(name, {})} == set(), path.name
        assert secrets.keys() == {name for name, _ in needed}, path.name
        assert {each["metadata"]["namespace"] for each in objects} == {"data"}
        values = {key: value for each in secrets.values() for key, value in each.items()}
        assert all(value.strip() == "change-me" for key, value in values.items() if not key.endswith(".conf"))
        sinks.append(sink)
    assert len({sink["metadata"]["name"] for sink in sinks}) == len(sinks)
    external = [sink for sink in sinks if sink["spec"].get("scaling", {}).get("mode") == "External"]
    assert external and not any("replicas" in sink["spec"] for sink in external)


def references(value):
    """The names and keys of Secrets that stand in a spec."""
    if isinstance(value, dict):
        if "secretKeyRef" in value:
            yield value["secretKeyRef"]["name"], value["secretKeyRef"]["key"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_the_worker_rolls_when_its_configuration_changes(tmp_path):
    def reference(objects):
        (deployment,) = (each for each in objects if each["kind"] == "Deployment")
        volumes = {each["name"]: each for each in deployment["spec"]["template"]["spec"]["volumes"]}
        return volumes["config"]["configMap"]["name"]

    plain = build(MANIFESTS / "worker")
    assert ("ConfigMap", reference(plain)) in names(plain)
    (tmp_path / "more.properties").write_text("log.level=debug\n")
    changed = build(overlay(tmp_path, namespace="data", resources=[MANIFESTS / "worker"], configMapGenerator=[
        {"name": "orders-config", "behavior": "merge", "files": ["more.properties"]},
    ]))
    assert reference(changed) != reference(plain)
    assert ("ConfigMap", reference(changed)) in names(changed)


def test_what_flux_applies_exists():
    objects = {each["metadata"]["name"]: each for each in build(MANIFESTS / "integrations" / "flux") if "path" in each["spec"]}
    operator = objects["kusto-sink-operator"]["spec"]
    assert (ROOT / operator["path"]).is_dir()
    assert {each["name"] for each in operator["images"]} == {"kusto-sink-operator", "kusto-sink-worker"}
    (release,) = documents(MANIFESTS / "integrations" / "flux" / "operator-by-helm.yaml")
    assert (ROOT / release["spec"]["chart"]["spec"]["chart"]).parent.name == "charts"
    assert operator["wait"] and objects["sinks"]["spec"]["wait"]
    assert objects["sinks"]["spec"]["dependsOn"] == [{"name": "kusto-sink-operator"}]
