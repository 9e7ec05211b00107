"""What docs/emulator.md says of the emulator's identities lets a worker sign in."""

import re

import pytest

import pages
import properties
import standins

PAGE = "docs/emulator.md"
(IDENTITIES,) = [block for block in pages.blocks("bash", page=PAGE) if "IDENTITY_ENDPOINT" in block.text]


@pytest.mark.parametrize("line", [re.sub(r" *#.*", "", line) for line in IDENTITIES.text.splitlines()])
def test_each_endpoint_of_the_machine_gives_tokens(line, sandbox, tmp_path):
    settings = {name: value for name, value in sandbox.settings().items() if not name.startswith("aad.")}
    settings |= {"aad.auth.strategy": "managed_identity", "aad.auth.appid": standins.ZERO}
    properties.write(tmp_path / "sink.properties", settings)
    shown = sandbox.output(IDENTITIES, f"{line}\nkusto-sink-worker check --config {tmp_path}/sink.properties")
    assert re.search(r"(?m)^✓ ADX endpoint .*takes the credential", shown), f"{line}: {shown}"
