"""The chart on a real API server without nodes: accepted strictly and without a warning, installed, kept and adopted."""

import os
import pathlib
import shutil
import sys
import tempfile

import pytest
import yaml

from chart import CHART, ROOT, VARIANTS, HelmError, helm, objects, rendered, variant

for folder in ("Harness", "Cluster"):
    sys.path.insert(0, str(ROOT / "Tests" / folder))

from kubernetes import Cluster

PEERS = os.environ.get("PEERS", "")
pytestmark = pytest.mark.skipif(
    not os.access(os.path.join(PEERS, "cluster"), os.X_OK),
    reason="set PEERS to the folder of the script 'cluster', which starts an API server",
)
NAMESPACE, RELEASE, DEFINITION = "kusto-sink-system", "kusto-sink-operator", "kustosinks.kustosink.dev"
RESTRICTED = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
IDENTITY = f"--as=system:serviceaccount:{NAMESPACE}:kusto-sink-operator"


@pytest.fixture(scope="module")
def cluster():
    """An API server with the namespaces of the variants and the resources of the Prometheus operator."""
    folder = tempfile.mkdtemp(prefix="kusto-sink-chart-")
    try:
        with Cluster(folder, has_node=False) as cluster:
            cluster.kubectl.apply(*(
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": RESTRICTED}}
                for name in (NAMESPACE, "data", "events", "sinks", "monitoring")
            ))
            for path in sorted(pathlib.Path(PEERS, "crds").glob("*.yaml")):
                cluster.kubectl.run("apply", "--server-side", "-f", str(path))
            for name in ("podmonitors", "prometheusrules", "servicemonitors"):
                cluster.kubectl.await_definition(f"{name}.monitoring.coreos.com")
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def run(cluster):
    """Runs helm on the cluster; what is left of its releases goes at the end."""

    def run(*words, values=None):
        return helm(*words, f"--kubeconfig={cluster.kubectl.kubeconfig}", text=yaml.safe_dump(values) if values else None)

    yield run
    for release in yaml.safe_load(run("list", "--all-namespaces", "--output=yaml")):
        run("uninstall", release["name"], f"--namespace={release['namespace']}", "--wait")
    cluster.kubectl.run("delete", "crd", DEFINITION, "--ignore-not-found")


@pytest.mark.parametrize("name", VARIANTS)
def test_the_server_takes_it_strictly_and_without_a_warning(cluster, name):
    status, _, error = cluster.kubectl.attempt(
        "apply", "--dry-run=server", "--validate=strict", "-f", "-", text=rendered(variant(name))
    )
    assert status == 0, error
    assert "Warning" not in error, error


def test_the_server_would_say_what_is_wrong(cluster):
    """What the test above relies on: an unknown field and a pod that is not restricted are told."""
    values = variant("default")
    text = rendered(values).replace("revisionHistoryLimit:", "revisionHistoryLimits:")
    status, _, error = cluster.kubectl.attempt("apply", "--dry-run=server", "--validate=strict", "-f", "-", text=text)
    assert status != 0 and "revisionHistoryLimits" in error
    values["securityContext"] = {"allowPrivilegeEscalation": True}
    status, _, error = cluster.kubectl.attempt(
        "apply", "--dry-run=server", "--validate=strict", "-f", "-", text=rendered(values)
    )
    assert status == 0 and "Warning: would violate PodSecurity" in error


def install(run, *words, name=RELEASE, namespace=NAMESPACE, values=None):
    return run("install", name, CHART, f"--namespace={namespace}", "--values=-", *words, values=values or {"replicaCount": 1})


def test_a_release_lives_and_leaves_the_definition(cluster, run):
    told = install(run)
    assert "helm uninstall leaves the definition of KustoSink" in told
    assert f"kubectl -n {NAMESPACE} rollout status deployment/kusto-sink-operator" in told
    cluster.kubectl.await_definition(DEFINITION)
    # The sink that the notes show.
    sink = told[told.index("<<'EOF'\n") + 8:told.index("\n  EOF")]
    (sink,) = objects("\n".join(line.removeprefix("  ") for line in sink.splitlines()))
    cluster.kubectl.apply(sink)
    # A monitor comes with the upgrade, since this cluster has them.
    run("upgrade", RELEASE, CHART, f"--namespace={NAMESPACE}", "--set=replicaCount=2,metrics.podMonitor.enabled=true")
    within = cluster.kubectl.within(NAMESPACE)
    assert within.get("podmonitor", "kusto-sink-operator") and within.get("poddisruptionbudget", "kusto-sink-operator")
    run("rollback", RELEASE, "1", f"--namespace={NAMESPACE}")
    assert not within.get("podmonitor", "kusto-sink-operator") and not within.get("poddisruptionbudget", "kusto-sink-operator")
    assert "kept due to the resource policy" in run("uninstall", RELEASE, f"--namespace={NAMESPACE}", "--wait")
    assert not within.get("deployment", "kusto-sink-operator")
    kept = cluster.kubectl.within("default").get(DEFINITION, sink["metadata"]["name"])
    assert kept and "deletionTimestamp" not in kept["metadata"]
    # The same release takes the definition back; another one is told whose it is, and takes it when asked to.
    install(run)
    run("uninstall", RELEASE, f"--namespace={NAMESPACE}", "--wait")
    with pytest.raises(HelmError, match=rf'CustomResourceDefinition "{DEFINITION}".* cannot be imported'):
        install(run, name="other", namespace="sinks")
    install(run, "--take-ownership", name="other", namespace="sinks")
    assert cluster.kubectl.within("default").get(DEFINITION, sink["metadata"]["name"])


def test_without_keep_the_definition_goes(cluster, run):
    told = install(run, values={"crds": {"keep": False}})
    assert "WARNING: crds.keep is false" in told
    run("uninstall", RELEASE, f"--namespace={NAMESPACE}", "--wait")
    assert not cluster.kubectl.get("crd", DEFINITION)


@pytest.mark.parametrize("is_kept_before", [False, True])
def test_a_definition_leaves_the_release(cluster, run, is_kept_before):
    """As docs/install.md says: without crds.keep it goes with every sink, unless an upgrade sets that first."""
    install(run, values={"crds": {"keep": False}})
    for values in ([{"keep": True}] if is_kept_before else []) + [{"enabled": False}]:
        run("upgrade", RELEASE, CHART, f"--namespace={NAMESPACE}", "--values=-", values={"crds": values})
    definition = cluster.kubectl.get("crd", DEFINITION)
    # An upgrade does not wait until it is gone.
    assert (definition is not None and "deletionTimestamp" not in definition["metadata"]) == is_kept_before


def test_two_operators_do_not_get_the_same_sinks(cluster, run):
    install(run)
    with pytest.raises(HelmError, match="cannot be imported into the current release"):
        install(run, name="second", namespace="sinks", values={"crds": {"enabled": False}})
    install(run, name="second", namespace="sinks", values={
        "fullnameOverride": "second", "watchNamespaces": ["events"], "crds": {"enabled": False},
        "rbac": {"aggregateClusterRoles": False},
    })


@pytest.mark.parametrize("is_marked", [False, True], ids=["take-ownership", "marked"])
def test_what_was_applied_before_becomes_the_release(cluster, run, is_marked):
    """As docs/install.md says for those who come from the manifests, with a newer and with an older Helm."""
    manifests = cluster.kubectl.run("kustomize", str(ROOT / "manifests"))
    cluster.kubectl.run("apply", "--server-side", "-f", "-", text=manifests)
    with pytest.raises(HelmError, match="cannot be imported into the current release"):
        install(run)
    if is_marked:
        cluster.kubectl.run(
            "label", "--overwrite", "-f", "-", "app.kubernetes.io/managed-by=Helm", text=manifests
        )
        cluster.kubectl.run(
            "annotate", "--overwrite", "-f", "-", f"meta.helm.sh/release-name={RELEASE}",
            f"meta.helm.sh/release-namespace={NAMESPACE}", text=manifests,
        )
    cluster.kubectl.within(NAMESPACE).run("delete", "deployment", "kusto-sink-operator", "--wait")
    install(run, *([] if is_marked else ["--take-ownership"]))
    annotations = cluster.kubectl.get("crd", DEFINITION)["metadata"]["annotations"]
    assert annotations["meta.helm.sh/release-name"] == RELEASE and annotations["helm.sh/resource-policy"] == "keep"


def test_secrets_by_name(cluster, run):
    install(run, values={"watchNamespaces": ["data"], "rbac": {"secretAccess": "names", "secretNames": ["adx"]}})

    def may(namespace, *words):
        status, _, error = cluster.kubectl.within(namespace).attempt(*words, IDENTITY)
        assert status == 0 or "forbidden" in error.lower(), error
        return status == 0

    for name in ("adx", "other"):
        for namespace in ("data", "events"):
            cluster.kubectl.within(namespace).apply(
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": {"key": "value"}}
            )
    try:
        # Reading, and the list and watch of one name.
        assert may("data", "get", "secret", "adx") and may("data", "get", "secret", "--field-selector=metadata.name=adx")
        for namespace, name in (("data", "other"), ("events", "adx")):
            assert not may(namespace, "get", "secret", name)
            assert not may(namespace, "get", "secret", f"--field-selector=metadata.name={name}")
        assert not may("data", "get", "secret")
        assert not may("data", "delete", "secret", "adx", "--dry-run=server")
        assert may("data", "get", DEFINITION) and not may("events", "get", DEFINITION)
    finally:
        for namespace in ("data", "events"):
            cluster.kubectl.within(namespace).run("delete", "secret", "adx", "other")
