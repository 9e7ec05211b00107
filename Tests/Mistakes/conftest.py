"""Starts one broker, one emulator and a web server for all mistakes, which are made side by side."""

import concurrent.futures
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, *(os.path.join(HERE, "..", name) for name in ("Harness", "Security"))]

import pytest  # noqa: E402

from outcome import Maker  # noqa: E402
from places import Places  # noqa: E402
from processes import end_on_signals  # noqa: E402

# How many are made at a time; most of them wait for a service most of the time.
WIDTH = 4


def mistakes_of(session):
    """The mistakes of the chosen tests, each once."""
    found = [item.callspec.params["mistake"] for item in session.items if hasattr(item, "callspec")]
    return {mistake.name: mistake for mistake in found}.values()


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    end_on_signals()
    with Places(str(tmp_path_factory.mktemp("mistakes"))) as places:
        yield places


@pytest.fixture(scope="session")
def outcomes(places, request):
    """All chosen mistakes are made from the start, those first that take long."""
    pool = concurrent.futures.ThreadPoolExecutor(WIDTH)
    mistakes = sorted(mistakes_of(request.session), key=lambda each: (not each.is_slow, each.code == 64))
    yield {each.name: pool.submit(lambda each=each: Maker(places, each).make()) for each in mistakes}
    # When the tests end early, what was not begun never begins; each process has its own deadline.
    pool.shutdown(cancel_futures=True)


@pytest.fixture
def outcome(mistake, outcomes):
    """What was said about a mistake."""
    return outcomes[mistake.name].result()
