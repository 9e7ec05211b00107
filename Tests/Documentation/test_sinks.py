"""KustoSinks that pages show, whole or in part, are in order for the operator; every block of YAML and JSON can be read."""

import copy
import json
import subprocess

import pytest
import yaml

import claims
import pages
import shell
import standins

# What the pages leave to the reader where they show a part of a spec.
BASE = {
    "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink", "metadata": {"name": "orders", "namespace": "data"},
    "spec": {
        "kafka": {"bootstrapServers": ["broker-1.example:9092"]},
        "kusto": {
            "ingestionUrl": "https://ingest-mycluster.westeurope.kusto.windows.net",
            "auth": {
                "tenantId": {"value": standins.ZERO}, "clientId": {"value": standins.ZERO},
                "clientSecret": {"secretKeyRef": {"name": "adx", "key": "client-secret"}},
            },
        },
        "topics": [{"topic": "orders", "database": "shop", "table": "Orders", "format": "json"}],
    },
}


def sinks(block):
    """The KustoSinks of a block; a part of a spec is put into one, where it takes the place of what stands there."""
    for each in claims.documents(block):
        if each.get("kind") == "KustoSink":
            yield each
        elif claims.is_part_of_sink(each):
            sink = copy.deepcopy(BASE)
            sink["spec"] |= each["spec"]
            yield sink


@pytest.mark.parametrize("block", [each for each in pages.blocks("yaml") if claims.has_sink(each)], ids=str)
def test_the_operator_takes_them(block, build, tmp_path):
    found = list(sinks(block))
    assert found
    (tmp_path / "sinks.yaml").write_text(yaml.safe_dump_all(found))
    outcome = subprocess.run(
        [shell.executable("kusto-sink-operator", build), "check", "-f", "sinks.yaml"], cwd=tmp_path, capture_output=True,
        text=True, timeout=60, check=False,
    )
    said = outcome.stdout + outcome.stderr
    assert outcome.returncode == 0, f"{block}: {said}"
    # That a file says nothing of Strimzi's resources is no fault of the example.
    warnings = [line for line in said.splitlines() if "warning" in line.lower() and "Strimzi" not in line]
    assert not warnings, f"{block}: {warnings}"


def test_a_wrong_one_is_found(build, tmp_path):
    block = pages.Page("page.md", "# A\n```yaml\nspec:\n  flush: {interval: soon}\n```\n").blocks[0]
    with pytest.raises(AssertionError, match="spec.flush.interval"):
        test_the_operator_takes_them(block, build, tmp_path)


@pytest.mark.parametrize("block", pages.blocks("yaml", "yml", "json"), ids=str)
def test_it_can_be_read(block):
    if block.language == "json":
        json.loads(block.text)
    else:
        assert all(isinstance(each, dict) for each in claims.documents(block)), block
