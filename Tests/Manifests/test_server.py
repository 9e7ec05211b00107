"""What a real API server says of the manifests: strict dry runs without a warning, and who may do what."""

import json
import os
import pathlib
import subprocess
import time

import pytest
import yaml

import claims
import pages
from conftest import (
    MANIFESTS, NAMESPACE, ROOT, SERVER, build, documents, kind_of, kubectl, kustomizations, must, name_of, overlay,
)
from kubernetes import Kubectl

pytestmark = pytest.mark.skipif(
    not os.environ.get("TEST_KUBECONFIG"),
    reason="run it by Tests/Cluster/within.py, with TEST_KUBECONFIG or PEERS set to the folder of the script 'cluster'",
)

RESTRICTED = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
OPERATOR = "kusto-sink-operator"
# Flux's own resources, whose definitions are not here; that these examples build is tested without a server.
FLUX = MANIFESTS / "integrations" / "flux"
KNOWN = [each for each in kustomizations() if kind_of(each) == "Kustomization" and each != FLUX]
# Of these, peers bring the definitions.
PEERS_GROUPS = ("monitoring.coreos.com", "keda.sh")


def apply_dry(objects):
    """Applies objects for a look, as strictly as the server can; returns what it says besides having done so."""
    text = yaml.safe_dump_all(objects)
    status, output, error = kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-", text=text)
    assert status == 0, error
    assert len(output.splitlines()) == len(objects)
    return error


def eventually(condition, seconds=60):
    """Waits for something that controllers do by themselves."""
    deadline = time.monotonic() + seconds
    while not (outcome := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.2)
    return outcome


def foreign_definitions():
    """The files of definitions of others that the peers bring."""
    peers = os.environ.get("PEERS")
    if not peers:
        return []
    subprocess.run([os.path.join(peers, "unpack"), "keda"], capture_output=True, timeout=120, check=True)
    home = pathlib.Path(os.environ.get("PEERS_HOME", pathlib.Path.home() / ".cache" / "kusto-peers"))
    return [*sorted(pathlib.Path(peers, "crds").glob("*.yaml")), home / "keda" / "crds" / "keda.sh_scaledobjects.yaml"]


def name_of_definition(path):
    """The name of the definition that a file has."""
    return documents(path)[0]["metadata"]["name"]


@pytest.fixture(scope="module", autouse=True)
def prepared():
    """The definitions and the namespaces; what was made is removed at the end, and nothing else."""
    definition, roles = "kustosinks.kustosink.dev", MANIFESTS / "namespaced" / "delegation"
    server = Kubectl(SERVER)
    assert not server.made(), f"the server of TEST_KUBECONFIG has {server.made()}, which these tests would replace and remove"
    files = foreign_definitions()
    # Those of others may be there, and then they stay as they are.
    added = [path for path in files if kubectl("get", "crd", name_of_definition(path))[0] != 0]
    for path in added:
        must("apply", "--server-side", "-f", path)
    must("apply", "--server-side", "-k", roles)
    spaces = (NAMESPACE, "kusto-sink-system")
    for name in spaces:
        must("apply", "--server-side", "-f", "-", text=json.dumps(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": RESTRICTED}}
        ))
    for each in (definition, *map(name_of_definition, files)):
        eventually(lambda: '"Established"' in must("get", "crd", each, "-o", "json"))
        eventually(lambda: kubectl("get", each, "-A")[0] == 0)
    yield files
    must("delete", "--ignore-not-found", "--wait=false", "-k", roles)
    if made := server.made():
        must("delete", "--ignore-not-found", "--wait=false", *made)
    for path in added:
        must("delete", "--ignore-not-found", "--wait=false", "-f", path)


def is_known(value, prepared):
    return bool(prepared) or value["apiVersion"].rpartition("/")[0] not in PEERS_GROUPS


@pytest.mark.parametrize("folder", KNOWN, ids=name_of)
def test_the_server_takes_a_kustomization_without_a_warning(folder, prepared):
    objects = [each for each in build(folder) if is_known(each, prepared)]
    if not objects:
        pytest.skip("the server knows none of its kinds")
    assert apply_dry(objects) == ""


@pytest.mark.parametrize("path", sorted((MANIFESTS / "samples").glob("*.yaml")), ids=name_of)
def test_the_server_takes_a_sample_without_a_warning(path, prepared):
    assert apply_dry([each for each in documents(path) if is_known(each, prepared)]) == ""


@pytest.mark.parametrize("block", [block for block in pages.blocks("yaml") if claims.SERVER.takes(block)], ids=str)
def test_the_server_takes_what_pages_show(block, prepared):
    found = [each for each in claims.documents(block) if is_known(each, prepared)]
    if not found:
        pytest.skip("the server knows none of its kinds")
    assert apply_dry(found) == ""


def test_the_server_would_refuse_a_wrong_field():
    (sink,) = (each for each in documents(MANIFESTS / "samples" / "kafka.yaml") if each["kind"] == "KustoSink")
    sink["spec"]["kafka"]["brokers"] = "typo"
    text = json.dumps(sink)
    status, _, error = kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-", text=text)
    assert status != 0 and "brokers" in error


def rights(user, namespace):
    """What a user may do in a namespace, one right each, by what the server itself answers."""
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
    answer = json.loads(must("create", "-f", "-", "-o", "json", "--validate=false", f"--as={user}", text=json.dumps(review)))
    assert not answer["status"]["incomplete"]
    return expanded(answer["status"]["resourceRules"])


def expanded(rules):
    return {
        (group, resource, name, verb)
        for rule in rules for group in rule["apiGroups"] for resource in rule["resources"]
        for name in rule.get("resourceNames") or [""] for verb in rule["verbs"]
    }


def account(namespace, name=OPERATOR):
    return f"system:serviceaccount:{namespace}:{name}"


def written(*files):
    """The rights that the roles of files hold."""
    roles = [each for file in files for each in documents(MANIFESTS / "base" / file) if each["kind"].endswith("Role")]
    return {role["metadata"]["name"]: expanded(role["rules"]) for role in roles}


def test_the_operator_for_all_namespaces_may_do_what_its_roles_say_and_no_more():
    roles = written("operator-role.yaml", "leader-election-role.yaml")
    objects = [each for each in build(MANIFESTS) if each["kind"] not in ("Deployment", "CustomResourceDefinition")]
    try:
        must("apply", "--server-side", "-f", "-", text=yaml.safe_dump_all(objects))

        def gained(namespace):
            return rights(account("kusto-sink-system"), namespace) - rights(account(namespace, "somebody"), namespace)

        eventually(lambda: gained(NAMESPACE) == roles[OPERATOR])
        eventually(lambda: gained("kusto-sink-system") == roles[OPERATOR] | roles[f"{OPERATOR}-leader-election"])
    finally:
        bindings = [each for each in objects if each["kind"] == "ClusterRoleBinding"]
        must("delete", "--ignore-not-found", "-f", "-", text=yaml.safe_dump_all(bindings))


def test_who_administers_a_namespace_installs_an_operator_for_it_alone(tmp_path):
    roles = written("operator-role.yaml", "leader-election-role.yaml")
    space, user = "team-a", "admin-of-team-a"
    folder = overlay(tmp_path, namespace=space, resources=[MANIFESTS / "namespaced" / "operator"])
    must("create", "namespace", space)
    try:
        must("create", "rolebinding", "admin", "--clusterrole=admin", f"--user={user}", f"--namespace={space}")
        install = ("apply", f"--as={user}", "--validate=strict", "-k", folder)
        # The role `admin` gets its new rights from a controller, a moment after delegation/ was applied.
        status, _, error = eventually(lambda: (result := kubectl(*install))[0] == 0 and result)
        assert error == ""
        assert all(line.endswith(("unchanged", "configured")) for line in must(*install).splitlines())
        eventually(lambda: rights(account(space), space) - rights(account(space, "somebody"), space)
                   == roles[OPERATOR] | roles[f"{OPERATOR}-leader-election"])
        assert rights(account(space), NAMESPACE) == rights(account(space, "somebody"), NAMESPACE)
        # And sinks there, but no definition.
        sample = MANIFESTS / "samples" / "managed-identity.yaml"
        text = sample.read_text().replace(f"namespace: {NAMESPACE}", f"namespace: {space}")
        must("apply", f"--as={user}", "--dry-run=server", "-f", "-", text=text)
        status, _, error = kubectl("apply", f"--as={user}", "--server-side", "--force-conflicts", "-k", ROOT / "crds")
        assert status != 0 and "forbidden" in error
    finally:
        must("delete", "namespace", space, "--wait=false")


def test_roles_of_users():
    def may(user, verb, resource):
        return kubectl("auth", "can-i", verb, resource, f"--namespace={NAMESPACE}", f"--as={user}")[1].strip() == "yes"

    sinks, scale = "kustosinks.kustosink.dev", "kustosinks.kustosink.dev/scale"
    for role in ("view", "edit"):
        must("create", "rolebinding", f"{role}er", f"--clusterrole={role}", f"--user={role}er", f"--namespace={NAMESPACE}")
    eventually(lambda: may("viewer", "get", sinks) and may("editer", "create", sinks))
    assert not may("viewer", "create", sinks) and not may("viewer", "update", scale)
    assert may("editer", "update", scale) and may("editer", "delete", sinks)


def test_plain_kubectl_apply_twice_changes_nothing():
    try:
        assert "deployment.apps/kusto-sink-operator created" in must("apply", "-k", MANIFESTS)
        again = must("apply", "-k", MANIFESTS).splitlines()
        assert [line for line in again if not line.endswith("unchanged")] == []
        # kubectl keeps what it applied in an annotation, and an object's annotations may have 262144 bytes.
        definition = json.loads(must("get", "crd", "kustosinks.kustosink.dev", "-o", "json"))
        kept = definition["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
        assert len(kept) < 200_000
    finally:
        must("delete", "--ignore-not-found", "--wait=false", "deployment,rolebinding,role,serviceaccount",
             "--selector=app.kubernetes.io/part-of=kusto-sink", "--namespace=kusto-sink-system")
