"""Starts one broker, one schema registry, one nginx and one emulator for all tests of this folder."""

import concurrent.futures
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "Harness")]

import pytest  # noqa: E402

from processes import end_on_signals  # noqa: E402
from rig import Rig  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="many more schemas, longer outages, more kills (an hour)")
    parser.addoption("--seed", type=int, default=1, help="decides what is generated (1)")


def pytest_terminal_summary(terminalreporter, config):
    """Says what repeats the run; with -q there is no header that could."""
    options = f"--seed {config.getoption('seed')}{' --long' if config.getoption('long') else ''}"
    terminalreporter.write_line(f"repeat with: make registry-test ARGUMENTS='{options}'")


@pytest.fixture(scope="session")
def rig(request, tmp_path_factory):
    end_on_signals()
    folder = str(tmp_path_factory.mktemp("rig"))
    with Rig(folder, request.config.getoption("seed"), request.config.getoption("long")) as rig:
        yield rig


@pytest.fixture(scope="session", autouse=True)
def background(rig, request):
    """What mostly waits begins at once, beside the other tests: the functions in `BACKGROUND` of their modules."""
    modules = {item.module for item in request.session.items}
    jobs = {name: job for module in modules for name, job in getattr(module, "BACKGROUND", {}).items()}
    pool = concurrent.futures.ThreadPoolExecutor(max(1, len(jobs)))
    yield {name: pool.submit(job, rig) for name, job in sorted(jobs.items())}
    # When the tests end early, so do these, because their workers are ended.
    rig.children.kill()
    pool.shutdown(cancel_futures=True)
