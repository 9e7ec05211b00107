"""What the tests of the documentation share: the sandbox with its Kafka and its emulated ADX."""

import sys

import pytest

from pages import ROOT

sys.path.append(str(ROOT / "Tests" / "Harness"))

from processes import Children  # noqa: E402
from sandbox import SAMPLED_TABLE, TABLE, Answers, Peers, Sandbox  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--build", choices=("debug", "release"), default="debug", help="whose executables (debug)")


@pytest.fixture(scope="session")
def build(request):
    return request.config.getoption("--build")


@pytest.fixture(scope="session")
def peers(tmp_path_factory, build):
    folder = str(tmp_path_factory.mktemp("peers"))
    with Children(folder) as children:
        made = Peers(children, folder, build, TABLE + SAMPLED_TABLE)
        made.prepare()
        yield made


@pytest.fixture
def children(tmp_path):
    with Children(str(tmp_path)) as made:
        yield made


@pytest.fixture
def empty_peers(children, tmp_path, build):
    return Peers(children, str(tmp_path / "peers"), build)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory, build, peers):
    with Answers() as answers:
        yield Sandbox(tmp_path_factory.mktemp("home"), build, peers, answers)
