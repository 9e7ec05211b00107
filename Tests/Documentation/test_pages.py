"""The reader of pages reads what people write, and links within the repository lead somewhere."""

import re
import textwrap

import pytest

import pages
from pages import ROOT, Page


def page(text):
    return Page("page.md", textwrap.dedent(text))


def test_a_block_has_its_place_its_headings_and_its_hint():
    read = page("""\
        # Title

        ## First

        1. Do this:

           <!-- output: true -->
           ```bash
           if true; then
             echo '# no heading'

           fi
           ```

        ### Below it #

        ```
        none
        ```
        ## Second
        ~~~yaml
        a: "```"
        ~~~
    """)
    first, second, third = read.blocks
    assert (first.place, first.language, first.headings, first.hint) == ("page.md:8", "bash", ("Title", "First"), "output: true")
    assert (first.before, second.before) == ("1. Do this:", "")
    assert first.text == "if true; then\n  echo '# no heading'\n\nfi\n"
    assert (second.language, second.headings, second.hint) == ("", ("Title", "First", "Below it"), "")
    assert third.text == 'a: "```"\n' and third.is_below("Second") and not third.is_below("First")
    assert read.titles == ["Title", "First", "Below it", "Second"]


def test_a_block_without_an_end_is_an_error():
    with pytest.raises(ValueError, match="page.md:1: the block has no end"):
        page("```bash\ntrue\n")


def test_links_and_anchors():
    read = page("""\
        # `a.b`: What, and [why](other.md)?
        See [here](docs/x.md#y), `[not](here)`, [there](https://example.com) and
        ## Twice
        ## Twice
    """)
    assert list(read.links) == [(2, "docs/x.md#y")]
    assert read.anchors == {"ab-what-and-why", "twice", "twice-1"}


def test_there_are_pages():
    known = {"README.md", "docs/operator.md", "Tests/Cluster/README.md", "charts/kusto-sink-operator/README.md"}
    assert known <= pages.pages().keys()


def dead(page):
    """What is wrong with a page's links."""
    for line, target in page.links:
        path, _, anchor = target.partition("#")
        file = ((ROOT / page.name).parent / path).resolve() if path else ROOT / page.name
        if not file.exists():
            yield f"{page.name}:{line}: {target} leads nowhere"
        elif not file.is_relative_to(ROOT):
            yield f"{page.name}:{line}: {target} leads out of the repository"
        elif anchor and file.suffix == ".md" and anchor not in Page(str(file.relative_to(ROOT))).anchors:
            yield f"{page.name}:{line}: {target}: {file.name} has no such heading"


@pytest.mark.parametrize("name", pages.pages())
def test_links_lead_to_pages_and_headings_that_exist(name):
    assert list(dead(pages.pages()[name])) == []


def test_a_dead_link_is_found():
    read = Page("docs/page.md", "[a](nothing.md) [b](operator.md#nothing) [c](../README.md#on-kubernetes) [d](../../x)\n")
    assert [problem.partition(": ")[2] for problem in dead(read)] == [
        "nothing.md leads nowhere", "operator.md#nothing: operator.md has no such heading", "../../x leads nowhere",
    ]


def test_pages_name_files_that_exist():
    """A path in backquotes that begins with a folder of the repository is one that exists."""
    missing = []
    for name, each in pages.pages().items():
        # The history names what there was.
        if name == "CHANGELOG.md":
            continue
        for line, text in each.prose:
            for path in re.findall(r"`((?:Sources|Tests|charts|crds|docs|manifests|packaging)/[\w./-]+)`", text):
                if not (ROOT / path).exists():
                    missing.append(f"{name}:{line}: {path}")
    assert missing == []
