"""Kustomizations over the manifests that pages show can be built; those of docs/gitops.md have tests of their own."""

import os
import shutil
import subprocess

import pytest
import yaml

import claims
import pages
from pages import ROOT

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="install kubectl (kubernetes.io/docs/tasks/tools)")


@pytest.mark.parametrize("block", [block for block in pages.blocks("yaml") if claims.KUSTOMIZE.takes(block)], ids=str)
def test_it_builds(block, tmp_path):
    (value,) = claims.documents(block)
    # A checkout of the repository beside it.
    value["resources"] = [os.path.relpath(ROOT / each.removeprefix("kusto-sink/"), tmp_path) for each in value["resources"]]
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(value))
    outcome = subprocess.run(["kubectl", "kustomize", tmp_path], capture_output=True, text=True, timeout=60, check=False)
    assert outcome.returncode == 0 and not outcome.stderr, f"{block}: {outcome.stderr}"
    assert [each for each in yaml.safe_load_all(outcome.stdout) if each], block
