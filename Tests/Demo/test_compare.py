"""The comparison of the demo's output itself: what it must not mind, and what it must find."""

import pytest

from compare import differences, recorded

RUN = """\
kusto-sink: records go from Kafka to Azure Data Explorer (ADX), which is away for a while

The worker is given the connector's own properties, .build/demo/demo.properties
  bootstrap.servers=127.0.0.1:40001

  $ kusto-sink-worker check --config .build/demo/demo.properties
    0.5 s  produced      0   in ADX      0   lag      0   buffers -
  ✓ broker  127.0.0.1:40001
  – group   connect-demo     not asked for
  in order

Records flow
    1.0 s  produced    300   in ADX      0   lag    300   buffers 0 KiB
    2.0 s  produced  3,000   in ADX      0   lag  3,000   buffers 0 KiB
    3.0 s  produced  6,000   in ADX  5,000   lag  3,000   buffers 0 KiB
    4.0 s  produced  9,000   in ADX  8,000   lag  3,000   buffers 1.5 MiB
  ✓ The committed offsets stay at 8,000 records; 1.5 MiB compressed wait in the worker's buffers.
  The worker's log:
  │ 2026-11-27T11:50:20.281Z WARNING kusto-sink-worker: something

Every row is there
  table       produced     rows  missing  twice
  Orders         8,064    8,064        0      0
  ✓ No record is lost and none is there twice.
  kusto_sink_lag_records{connector="demo"} 0
  Took 12.3 s.
"""


def test_does_not_mind_what_differs_between_runs():
    other = (
        RUN.replace("40001", "51234").replace(".build/demo", "/tmp/kusto-sink-demo-1").replace("8,064", "123")
        .replace("none is there twice.", "1,200 rows came twice.").replace("something", "something else\n  │   told=here")
        .replace("Took 12.3 s", "Took 9.0 s").replace("1.5 MiB", "800 KiB").replace("  in order", "  ✓ more  thing\n  all in order")
        .replace('demo"} 0', 'demo"} 17').replace("    4.0 s", "    4.0 s  produced 1\n    5.0 s")
    )
    assert differences(other, RUN) == []


def test_passes_over_a_build_and_the_part_that_is_not_always_shown():
    killed = RUN.replace("Every row", "The worker is killed on the way\n  $ kill -9 17\n  ✓ It goes on.\n\nEvery row")
    assert differences("Building for production...\n.build/release/kusto-sink-demo\n" + killed, RUN) == []


@pytest.mark.parametrize("before, after", [
    ("Every row is there", "Some rows are there"),
    ("  – group   connect-demo     not asked for\n", "  ✗ group   connect-demo     refused\n"),
    ("  │ 2026-11-27T11:50:20.281Z WARNING kusto-sink-worker: something\n", ""),
    ("✓ No record is lost", "✗ A record is lost"),
    ("    4.0 s  ", "  after 4.0 s  "),
    ("  Took 12.3 s.\n", ""),
])
def test_finds_what_must_not_differ(before, after):
    assert before in RUN
    assert differences(RUN.replace(before, after), RUN)


def test_finds_the_record_in_a_readme():
    readme = f"# A\n\n<!-- demo -->\n```text\n{RUN}```\n<!-- /demo -->\n\n```bash\nmake demo\n```\n"
    assert recorded(readme) == RUN
    with pytest.raises(SystemExit, match="no block of code"):
        recorded("# A\n")
