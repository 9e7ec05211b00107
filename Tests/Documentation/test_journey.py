"""The README leads from nothing to rows in a table."""

import signal

import claims
import journey
import pages
from journey import RECORDS, Journey
from processes import wait_until


def test_the_readme_has_what_the_journey_is_made_of():
    blocks = Journey.blocks()
    assert [each for each in blocks if claims.is_shell(each) and "make release" in each.text], "nobody builds the worker"
    assert [each for each in blocks if each.language == "kusto" and ".create table" in each.text], "nobody makes the table"
    assert [each for each in blocks if each.language == "properties"], "nobody writes the configuration"
    assert [each for each in blocks if claims.is_shell(each) and journey.START.search(each.text)], "nobody starts the worker"
    assert {"make"} == {
        words[0] for block in pages.blocks(page="README.md") if block.headings[-1] == "Five minutes to rows in a table"
        and claims.is_shell(block) for words in claims.shell.commands(block.text)
    }, "the five minutes are more than `make demo`"


def test_the_first_journey(empty_peers, children, tmp_path, build, capsys):
    empty_peers.kafka.create(journey.TOPIC, 1)
    reader = Journey(children, tmp_path / "home", build, empty_peers)
    reader.produce(journey.FIRST_RECORD)
    try:
        reader.go()
    finally:
        with capsys.disabled():
            print(f"\nthe README's first journey, with these replacements:\n{reader.substitutions.table()}")
            print("\n".join(f"  done: {each}" for each in reader.done))
    assert reader.worker, "the README starts no worker"
    reader.produce(*RECORDS)
    wait_until(lambda: len(reader.rows()) >= len(RECORDS), "every record has its row", 120, 0.2, alive=[reader.worker])
    rows = reader.rows()
    assert [row[:2] for row in rows] == [[each["id"], each["item"]] for each in RECORDS]
    assert [float(row[2]) for row in rows] == [float(each["price"]) for each in RECORDS]
    assert all(str(row[3]).startswith(each["placed"][:19]) for row, each in zip(rows, RECORDS)), rows
    wait_until(
        lambda: journey.re.search(r"(?m)^kusto_sink_\w*records\w*(?:\{[^}]*\})? [1-9]", reader.metrics()),
        "the metrics count the records", 60, 0.2, alive=[reader.worker],
    )
    reader.worker.signal(signal.SIGTERM)
    assert reader.worker.wait(60) == 0, reader.worker.last_lines()
