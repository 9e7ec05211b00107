"""The examples of docs/gitops.md: kustomizations build over the manifests, and what a table names exists."""

import os
import re

import pytest
import yaml

from conftest import MANIFESTS, ROOT, build

PAGE = (ROOT / "docs" / "gitops.md").read_text()
BLOCKS = [re.sub(r"(?m)^  ", "", text) if text.startswith("  ") else text
          for text in re.findall(r"(?ms)^ *```yaml\n(.*?)^ *```$", PAGE)]
EXAMPLES = [text for text in BLOCKS if "kind: Kustomization" in text and "kustomize.config.k8s.io" in text]
# What stands for files and checkouts of others that an example names.
STAND_INS = {
    "../base": """
apiVersion: kustosink.dev/v1alpha1
kind: KustoSink
metadata: {name: orders}
spec: {kafka: {bootstrapServers: ["old:9092"]}, kusto: {ingestionUrl: "https://old.example", auth: {}}, topics: []}
""",
    "role-bindings.yaml": """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: kusto-sink-operator, namespace: team-a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kusto-sink-operator}
subjects: [{kind: ServiceAccount, name: kusto-sink-operator, namespace: kusto-sink-system}]
""",
    "argo-cd/install.yaml": """
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, namespace: argocd}
""",
    "kube-state-metrics/examples/standard": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: kube-state-metrics, namespace: kube-system}
spec:
  selector: {matchLabels: {app: ksm}}
  template:
    metadata: {labels: {app: ksm}}
    spec: {containers: [{name: kube-state-metrics, image: ksm}]}
""",
}



@pytest.fixture
def built(tmp_path):
    """Builds an example in a folder of its own."""

    def build_example(text):
        value = yaml.safe_load(text)
        for kind in ("resources", "components"):
            for index, place in enumerate(value.get(kind, [])):
                if place.startswith("kusto-sink/"):
                    value[kind][index] = os.path.relpath(ROOT / place.removeprefix("kusto-sink/"), tmp_path)
                else:
                    value[kind][index] = f"stand-in-{index}.yaml"
                    (tmp_path / value[kind][index]).write_text(STAND_INS[place])
        (tmp_path / "sink.properties").write_text("name=orders\n")
        (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(value))
        return build(tmp_path)

    return build_example


def example(word):
    """The example that has a word."""
    (found,) = (text for text in EXAMPLES if word in text)
    return found


def one(objects, kind):
    (found,) = (each for each in objects if each["kind"] == kind)
    return found


def container(objects):
    (found,) = one(objects, "Deployment")["spec"]["template"]["spec"]["containers"]
    return found


def test_no_example_is_left_out():
    assert len(EXAMPLES) == len(re.findall(r"kustomize\.config\.k8s\.io", PAGE)) == 8


def test_images(built):
    found = container(built(example("newName: registry.example/kusto-sink-operator")))
    assert found["image"] == "registry.example/kusto-sink-operator:0.1.0"
    assert found["env"][0] == {"name": "KUSTO_SINK_WORKER_IMAGE", "value": "registry.example/kusto-sink-worker:0.1.0"}


def test_one_namespace(built):
    objects = built(example("namespace: team-a"))
    assert {each["metadata"].get("namespace") for each in objects} == {None, "team-a"}
    assert [each["kind"] for each in objects if "namespace" not in each["metadata"]] == ["CustomResourceDefinition"]


def test_a_few_namespaces(built):
    objects = built(example("value: --namespace=team-b"))
    assert not [each for each in objects if each["kind"] == "ClusterRoleBinding"]
    assert container(objects)["args"][2:] == ["--namespace=team-a", "--namespace=team-b"]


def test_an_environment(built):
    sink = one(built(example("production.example")), "KustoSink")
    assert sink["metadata"]["namespace"] == "shop-production"
    assert sink["spec"]["scaling"] == {"mode": "Lag", "minReplicas": 2, "maxReplicas": 12}
    assert len(sink["spec"]["kafka"]["bootstrapServers"]) == 2
    assert sink["spec"]["kusto"]["ingestionUrl"].startswith("https://ingest-production.")


def test_argo_cd(built):
    data = one(built(example("argo-cd/install.yaml")), "ConfigMap")["data"]
    told = re.findall(r"(?m)^\| `(resource\.customizations\.\S+)` \| `(\S+)` \|$", PAGE)
    folder = MANIFESTS / "integrations" / "argo-cd"
    assert data == {key: (folder / file).read_text() for key, file in told}
    actions = yaml.safe_load((folder / "actions.yaml").read_text())["definitions"]
    assert [each["name"] for each in actions] == re.findall(r"(?m)^\| (\w+) \| (?:sets|removes|writes) ", PAGE)


def test_a_definition_that_is_not_pruned(built):
    definition = one(built(example("Prune=false")), "CustomResourceDefinition")
    assert definition["metadata"]["annotations"].items() >= {
        "argocd.argoproj.io/sync-options": "Prune=false", "kustomize.toolkit.fluxcd.io/prune": "disabled",
    }.items()


def test_workers_without_an_operator(built):
    objects = built(example("manifests/worker"))
    assert one(objects, "ConfigMap")["data"] == {"sink.properties": "name=orders\n"}
    assert one(objects, "Deployment")["spec"]["replicas"] == 3
    assert container(objects)["image"] == "registry.example/kusto-sink-worker:0.1.0"


def test_kube_state_metrics(built):
    objects = built(example("kube-state-metrics/examples/standard"))
    name = one(objects, "ConfigMap")["metadata"]["name"]
    assert one(objects, "Deployment")["spec"]["template"]["spec"]["volumes"][0]["configMap"]["name"] == name
    file = container(objects)["args"][0].partition("=")[2]
    assert file == f"{container(objects)['volumeMounts'][0]['mountPath']}/{next(iter(one(objects, 'ConfigMap')['data']))}"


def test_the_table_of_kustomizations():
    told = {each for each in re.findall(r"(?m)^\| `(manifests[\w/-]*)` \| ", PAGE)}
    there = {str(path.parent.relative_to(ROOT)) for path in MANIFESTS.rglob("kustomization.yaml")}
    assert {each for each in there if "/integrations/" not in each} <= told
