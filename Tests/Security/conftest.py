"""Starts one broker, one KDC, one identity provider and one emulator for all tests of this folder."""

import concurrent.futures
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "Harness")]

import pytest  # noqa: E402

from processes import end_on_signals  # noqa: E402
from rig import Rig  # noqa: E402

# How many workers run at a time; most of them wait most of the time.
WIDTH = 5


def cases_of(session):
    """The cases of the chosen tests, each with the function `go` of its module."""
    return [(item.callspec.params["case"], item.module.go) for item in session.items
            if "case" in getattr(getattr(item, "callspec", None), "params", {})]


@pytest.fixture(scope="session")
def rig(request, tmp_path_factory):
    end_on_signals()
    names = [case.name for case, _ in cases_of(request.session)]
    assert len(set(names)) == len(names), "two cases have one name"
    folder = str(tmp_path_factory.mktemp("rig"))
    with Rig(folder, names) as rig:
        yield rig


@pytest.fixture(scope="session")
def outcomes(rig, request):
    """All chosen cases run side by side from the start."""
    pool = concurrent.futures.ThreadPoolExecutor(WIDTH)
    cases = sorted(cases_of(request.session), key=lambda each: not getattr(each[0], "is_slow", False))
    yield {case.name: pool.submit(go, rig, case) for case, go in cases}
    # When the tests end early, so do these, because their workers are ended.
    rig.children.kill()
    pool.shutdown(cancel_futures=True)


@pytest.fixture
def outcome(case, outcomes):
    """What became of a case."""
    return outcomes[case.name].result()
