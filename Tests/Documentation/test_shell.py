"""Shell blocks of all pages, in the order of each page: those that no other test runs are run in a sandbox."""

import shutil
import subprocess

import pytest

import claims
import pages
import shell

BLOCKS = pages.blocks(*shell.LANGUAGES)
RUN = [block for block in BLOCKS if claims.of(block) == [claims.SANDBOX]]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_it_is_what_bash_can_read(block):
    outcome = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, timeout=60, check=False)
    assert outcome.returncode == 0 and not outcome.stderr, f"{block}: {outcome.stderr}"
    assert shell.programs(block) is not None


@pytest.mark.parametrize("block", [block for block in BLOCKS if claims.is_environment(block)], ids=str)
def test_variables_can_be_set_in_a_shell(block, tmp_path):
    status, _, errors = shell.run(block.text, tmp_path, shell.environment(tmp_path, "/usr/bin"))
    assert status == 0, f"{block}: {errors}"


@pytest.mark.parametrize("block", RUN, ids=str)
def test_it_runs(block, sandbox):
    if missing := [each for each in ("jq", "keytool", "yq") if each in shell.programs(block) and shutil.which(each) is None]:
        pytest.skip(f"install {' and '.join(missing)}")
    sandbox.run(block)
