"""Options and the program that the tests ask."""

import os
import subprocess

import pytest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def pytest_addoption(parser):
    parser.addoption("--probe", default=os.path.join(ROOT, ".build", "debug", "ProtobufProbe"), help="the program ProtobufProbe")
    parser.addoption("--schemas", type=int, default=40, help="how many random schemas")
    parser.addoption("--seed", type=int, default=1, help="the seed of the first one; each next one has the next seed")


@pytest.fixture(scope="session")
def probe(request):
    """Answers command lines, one answer for each."""
    program = request.config.getoption("--probe")
    if not os.access(program, os.X_OK):
        pytest.skip(f"build the program {program} first, for example by `swift build`")

    def ask(lines):
        outcome = subprocess.run(
            [program], input="".join(line + "\n" for line in lines), capture_output=True, text=True, timeout=300, check=True)
        answers = outcome.stdout.split("\n")[:-1]
        assert len(answers) == len(lines)
        return answers

    return ask
