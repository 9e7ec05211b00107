"""docs/install.md and the chart's README: their commands and values are those that the chart takes."""

import re
import shlex

import pytest
import yaml

from chart import CHART, KUBERNETES, ROOT, helm, objects, one, rendered

PAGES = (ROOT / "docs" / "install.md", CHART / "README.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What `helm template` does not know, and what it is given otherwise.
OTHERS = {"--create-namespace", "--take-ownership"}


def blocks(language):
    return [text for page in PAGES for kind, text in BLOCK.findall(page.read_text()) if kind == language]


def commands():
    """The commands of helm, each as words."""
    found = []
    for text in blocks("bash"):
        for line in text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["helm"]:
                found.append(words)
    return found


def values():
    return [yaml.safe_load(text) for text in blocks("yaml") if text.startswith("# values.yaml\n")]


def test_there_are_examples():
    assert len(commands()) >= 5 and len(values()) >= 4


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_helm_takes_the_command(words, tmp_path):
    _, verb, *rest = words
    if verb in ("install", "upgrade"):
        # The values of the page's first example stand in for the reader's.
        (tmp_path / "values.yaml").write_text(yaml.safe_dump(values()[0]))
        rest = [str(tmp_path / each) if each == "values.yaml" else each for each in rest if each not in OTHERS]
        assert rest[1] == str(CHART.relative_to(ROOT))
        rest[1] = str(CHART)
        assert one(objects(helm("template", *rest, f"--kube-version={KUBERNETES}")), "Deployment")
    elif verb == "package":
        assert rest == [str(CHART.relative_to(ROOT))]
        helm("package", CHART, f"--destination={tmp_path}")
        (archive,) = tmp_path.glob("*.tgz")
        assert archive.name in PAGES[0].read_text()
    else:
        assert verb == "uninstall" and rest[0] == "kusto-sink-operator"


@pytest.mark.parametrize("number", range(len(values())))
def test_the_chart_takes_the_values(number):
    assert one(objects(rendered(values()[number])), "Deployment")


def test_the_network_policy_is_the_same_with_and_without_helm():
    (written,) = [each for text in blocks("yaml") for each in objects(text) if each.get("kind") == "NetworkPolicy"]
    (example,) = [each for each in values() if "networkPolicy" in each]
    made = one(objects(rendered(example)), "NetworkPolicy")["spec"]
    made["podSelector"]["matchLabels"].pop("app.kubernetes.io/instance")

    def comparable(spec):
        """The rules without an order."""
        return {
            **{key: spec[key] for key in ("podSelector", "policyTypes", "ingress")},
            "egress": sorted(yaml.safe_dump(rule, sort_keys=True) for rule in spec["egress"]),
        }

    assert comparable(made) == comparable(written["spec"])


def test_the_page_names_only_values_that_there_are():
    """Each value of the page's table is one of the chart."""
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    section = PAGES[0].read_text().partition("| value | set it when |")[2].partition("\n\n")[0]
    paths = re.findall(r"^\| `([\w.]+)", section, re.MULTILINE)
    assert len(paths) >= 6
    for path in paths:
        place = defaults
        for name in path.split("."):
            assert name in place, f"there is no value {path}"
            place = place[name]
