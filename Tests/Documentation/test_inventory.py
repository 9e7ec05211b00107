"""Every block of code on every page is run by a test; this one says of each that is not where it stands."""

import pages
from claims import CLAIMS, EXCUSES, of


def test_every_block_is_run():
    unclaimed = [str(block) for block in pages.blocks() if not of(block)]
    assert not unclaimed, (
        "no test runs these blocks; add to Tests/Documentation/claims.py the test that does:\n" + "\n".join(unclaimed)
    )


def test_every_claim_is_that_of_a_test_and_takes_blocks():
    assert [str(claim) for claim in CLAIMS if not claim.exists] == [], "no such tests"
    particular = [each for each in (*CLAIMS, *EXCUSES) if not getattr(each, "is_general", False)]
    idle = [str(each) for each in particular if not any(each.takes(block) for block in pages.blocks())]
    assert idle == [], "these take no block any more"


def test_what_is_run_needs_no_excuse():
    assert [str(block) for block in pages.blocks() if {type(each) for each in of(block)} > {type(EXCUSES[0])}] == []


def test_a_block_that_nobody_runs_is_told():
    added = pages.Page("page.md", "# A\n```yaml\nkey: value\n```\n```console\n$ true\n```\n```\n$ ls\n```\n").blocks
    assert [of(block) for block in added] == [[], [], []]
