"""Commands for Azure Data Explorer that pages show are ones that it takes."""


import pytest

import claims
import kusto
import pages

(CLAIM,) = (each for each in claims.CLAIMS if each.file.endswith("/test_kusto.py"))


@pytest.mark.parametrize("block", [block for block in pages.blocks("kusto") if CLAIM.takes(block)], ids=str)
def test_the_commands_are_ones_that_kusto_has(block, peers):
    assert kusto.commands(block.text), block
    kusto.execute(peers.adx, block.text)


@pytest.mark.parametrize("command", [
    ".add database shop ingestors ('aadapp=kusto-sink') 'kusto-sink'",
    f".add database shop writers ('aadapp={'0' * 8}-0000-0000-0000-{'0' * 12};{'0' * 8}-0000-0000-0000-{'0' * 12}')",
])
def test_a_wrong_role_is_found(command):
    with pytest.raises(AssertionError):
        kusto.check_assignment(command)
