"""No secret that a sink signs in with is in any output: logs, last lines, pages of metrics and status, printed settings."""

import concurrent.futures
import os


def test_no_output_holds_a_planted_secret(rig, outcomes):
    concurrent.futures.wait(outcomes.values())
    assert rig.leaks() == []


def test_the_scan_finds_a_secret(rig):
    path = rig.file("canary.log")
    for secret in (rig.kafka.password, rig.scram_password, rig.keys.store_password, rig.keys.text("sink-mutual.key")):
        with open(path, "w") as file:
            file.write(f'{{"message":"{secret}"}}\n')
        try:
            assert [leak for leak in rig.leaks() if leak.startswith("canary.log")]
        finally:
            os.remove(path)
