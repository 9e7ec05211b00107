"""Options and the probe of these tests."""

import pytest

from probe import Probe


def pytest_addoption(parser):
    parser.addoption("--schemas", type=int, default=2000, help="how many random schemas are tried")
    parser.addoption("--seed", type=int, default=1, help="the first schema's seed; each next one has the next")


@pytest.fixture(scope="session")
def probe():
    probe = Probe()
    yield probe
    probe.close()
