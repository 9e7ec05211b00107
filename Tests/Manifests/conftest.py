"""What the tests of the manifests share: kustomize by way of kubectl, YAML, and the API server of TEST_KUBECONFIG."""

import functools
import os
import pathlib
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
for folder in ("Harness", "Cluster", "Documentation"):
    sys.path.append(str(ROOT / "Tests" / folder))
MANIFESTS = ROOT / "manifests"
NAMESPACE = "data"
# The same loader in C, where PyYAML has it: the definition is long.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The server on which tests may do as they like, or none; never that of the caller's KUBECONFIG, which works for others.
SERVER = os.environ.get("TEST_KUBECONFIG") or os.devnull


def kubectl(*words, text=None, timeout=120):
    """Runs kubectl; returns its exit status, its standard output and its standard error."""
    outcome = subprocess.run(
        ["kubectl", *map(str, words)], input=text, capture_output=True, text=True, timeout=timeout, check=False,
        env=dict(os.environ, KUBECONFIG=SERVER),
    )
    return outcome.returncode, outcome.stdout, outcome.stderr


def must(*words, text=None, timeout=120):
    """Runs kubectl and returns its standard output; a failure fails the test."""
    status, output, error = kubectl(*words, text=text, timeout=timeout)
    assert status == 0, f"kubectl {' '.join(map(str, words))}: {error}"
    return output


def build(folder):
    """The objects of a kustomization."""
    text = built_once(folder) if folder.is_relative_to(MANIFESTS) else built(folder)
    return [each for each in yaml.load_all(text, LOADER) if each]


def built(folder):
    """What kustomize makes of a folder, in YAML."""
    status, output, error = kubectl("kustomize", folder)
    assert status == 0, error
    assert not error, f"kustomize warns: {error}"
    return output


# The manifests stay as they are while the tests run.
built_once = functools.cache(built)


def documents(path):
    """The objects of a file."""
    return [each for each in yaml.load_all(pathlib.Path(path).read_text(), LOADER) if each]


def overlay(folder, **parts):
    """Writes a kustomization into a folder; `resources` and `components` are paths of this repository."""
    value = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **parts}
    for name in ("resources", "components"):
        if name in value:
            value[name] = [os.path.relpath(each, folder) for each in value[name]]
    (pathlib.Path(folder) / "kustomization.yaml").write_text(yaml.safe_dump(value))
    return folder


def kustomizations():
    """The folders of the manifests that kustomize builds by themselves, or as components."""
    return sorted(path.parent for path in MANIFESTS.rglob("kustomization.yaml"))


def kind_of(folder):
    return documents(folder / "kustomization.yaml")[0]["kind"]


def name_of(path):
    """How a path is called in the list of tests."""
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="session")
def operator():
    """The operator's executable."""
    for kind in ("debug", "release"):
        path = ROOT / ".build" / kind / "kusto-sink-operator"
        if path.exists():
            return path
    return pytest.fail("no kusto-sink-operator in .build; run 'make build'")
