"""Tests/check-release: it accepts the project as it is, and says every place where a release would not be one."""

import shutil
import subprocess
import sys

import pytest

from chart import ROOT

CHART = "charts/kusto-sink-operator"


@pytest.fixture
def project(tmp_path):
    """A copy of what a release is made of."""
    for folder in ("charts", "crds", "manifests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for path in ("README.md", "CHANGELOG.md", "Tests/check-release", "Tests/Chart/values_table.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    for path in ROOT.glob("Sources/**/*.swift"):
        if "static let version = " in path.read_text():
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def check(project, *words):
    """What check-release says, a line for each problem."""
    outcome = subprocess.run(
        [sys.executable, project / "Tests" / "check-release", *words], capture_output=True, text=True, timeout=60, check=False
    )
    told = outcome.stderr.splitlines()
    assert outcome.returncode == (1 if told else 0), outcome.stdout + outcome.stderr
    return told


def replace(path, old, new, count=1):
    text = path.read_text()
    assert old in text, f"{path.name} has no {old}"
    path.write_text(text.replace(old, new, count))


def test_the_project_is_one_release(project):
    assert check(project) == []


@pytest.mark.parametrize("path, old, new", [
    (f"{CHART}/Chart.yaml", "\nversion: ", "\nversion: 9"),
    (f"{CHART}/Chart.yaml", "\nappVersion: ", "\nappVersion: 9"),
    ("manifests/base/kustomization.yaml", "newTag: ", "newTag: 9"),
    ("manifests/base/deployment.yaml", "kusto-sink-worker:", "kusto-sink-worker:9"),
    ("CHANGELOG.md", "## ", "## 9.9.9\n\n## "),
])
def test_another_version_is_told_with_its_place(project, path, old, new):
    replace(project / path, old, new)
    told = check(project)
    assert len(told) == 1 and told[0].startswith(path), told


def test_a_new_version_of_the_programs_is_missed_everywhere(project):
    for source in project.glob("Sources/**/*.swift"):
        replace(source, 'static let version = "', 'static let version = "9')
    told = "\n".join(check(project))
    for path in (f"{CHART}/Chart.yaml", "manifests/base/kustomization.yaml", "CHANGELOG.md"):
        assert path in told


@pytest.mark.parametrize("path", ["crds/kustosinks.yaml", "manifests/monitoring/alerts.yaml"])
def test_a_changed_original_needs_a_new_copy(project, path):
    with open(project / path, "a") as file:
        file.write("# changed\n")
    told = check(project)
    assert len(told) == 1 and path in told[0] and "make copies" in told[0], told
    assert check(project, "--write") == []


def test_a_copy_without_an_original_goes(project):
    stray = project / CHART / "files" / "dashboards" / "gone.json"
    stray.write_text("{}")
    assert len(check(project)) == 1
    assert check(project, "--write") == [] and not stray.exists()


def test_a_link_is_no_copy(project):
    copy = project / CHART / "files" / "crds" / "kustosinks.yaml"
    copy.unlink()
    copy.symlink_to(project / "crds" / "kustosinks.yaml")
    assert len(check(project)) == 1
    assert check(project, "--write") == [] and not copy.is_symlink()


def test_a_changed_value_needs_a_new_table(project):
    replace(project / CHART / "values.yaml", "concurrency: 4", "concurrency: 8")
    assert [line for line in check(project) if "README.md" in line]
    assert check(project, "--write") == []


@pytest.mark.parametrize("old, new, told", [
    ("# Labels for every object and for the operator's pods.\n", "", "commonLabels has no comment"),
    ("concurrency: 4", "concurrency:\n  - 4", "the default of concurrency must stand on its line"),
])
def test_a_value_is_described(project, old, new, told):
    replace(project / CHART / "values.yaml", old, new)
    assert told in "\n".join(check(project))
