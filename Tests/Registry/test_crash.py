"""SIGKILL at random moments, with dead letters and the splitting of batches under way."""

import functools
import json
import threading
import time

import pytest

from cells import HEADERS, POISON
from processes import wait_until
from sink import DONE, JSON
from topics import Record

PARTITIONS = 3


class Flow:
    """Writes records, of which some cannot be converted and some are rejected by ADX."""

    def __init__(self, rig, topic, count):
        numbers = rig.random("crash", topic)
        self._rig, self._topic = rig, topic
        self.records, self.good, self.unreadable, self.rejected = [], set(), set(), set()
        for number in range(count):
            choice, value = numbers.random(), json.dumps({"id": number, "doc": "x" * numbers.randrange(200)}).encode()
            if choice < 0.002:
                value = b'{"id": %d, "doc"' % number
                self.unreadable.add(value)
            elif choice < 0.004:
                value = json.dumps({"id": number, "doc": f"{POISON} {number}"}).encode()
                self.rejected.add(value)
            else:
                self.good.add(number)
            self.records.append(Record(b"%d" % number, value, HEADERS, 1_600_000_000_000 + number, number % PARTITIONS))

    def write(self, pieces, seconds):
        """Writes in the background, so that there is always something under way."""

        def work():
            size = -(-len(self.records) // pieces)
            for start in range(0, len(self.records), size):
                self._rig.kafka.write(self._topic, self.records[start:start + size])
                time.sleep(seconds / pieces)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread


@pytest.mark.parametrize("when", ["at once", "after queueing"])
def test_nothing_is_lost(background, when):
    """Every good record is a row, every other one a dead letter, and every dead letter is such a record."""
    flow, ids, letters = background[f"crash {when}"].result()
    assert ids == flow.good, "a row is there that must not be, or one is missing"
    by_value = {record.value: record for record in flow.records}
    for dead, bad in zip(letters, (flow.unreadable, flow.rejected)):
        for letter in dead:
            assert letter.value in bad, f"a dead letter of a record that is not bad: {letter.value[:60]!r}"
            record = by_value[letter.value]
            assert (letter.key, letter.headers[:len(HEADERS)], letter.timestamp) == (record.key, HEADERS, record.timestamp)
        assert {letter.value for letter in dead} == bad


def run(rig, when):
    """Kills a worker over and over; returns what was written, the rows, and both kinds of dead letters."""
    name = f"crash-{when.replace(' ', '-')}"
    kills = 40 if rig.is_long else 5
    is_at_once = when == "at once"
    table = name.replace("-", "_").capitalize()
    topic, errors, misc = rig.topic(name, PARTITIONS), rig.topic(f"{name}-errors"), rig.topic(f"{name}-misc")
    rig.cluster.create(table, paths={"id": "$.id", "doc": "$.doc"}, streaming=is_at_once)
    route = {"topic": topic, "table": table, "format": "json", "mapping": "rows"} | ({"streaming": True} if is_at_once else {})
    rig.cluster.add(rig.cluster.poison(table, POISON, is_at_once))
    sink = rig.sink(
        name, [route], JSON, behavior__on__error="log", errors__tolerance="all", flush__size__bytes=65536,
        errors__deadletterqueue__topic__name=errors, misc__deadletterqueue__bootstrap__servers=rig.kafka.address,
        misc__deadletterqueue__topic__name=misc, consumer__override__session__timeout__ms=4000,
        consumer__override__heartbeat__interval__ms=500, **{} if is_at_once else {"ingestion__report": "failures"},
    )
    numbers = rig.random("crash", "moments", when)
    flow = Flow(rig, topic, 4_000 * kills)
    thread = flow.write(4 * kills, 4 * kills)
    for number in range(kills):
        sink.start()
        # It has work then; how far it gets with it the seed decides.
        wait_until(lambda: sink.text().count('"partitions assigned"') > number, f"{name} has partitions", 60, alive=[sink.process])
        time.sleep(numbers.uniform(0, 2.5))
        sink.process.check_alive()
        sink.kill()
    sink.start()
    thread.join(300)
    assert not thread.is_alive()
    sink.await_done(300)
    missing = wait_until_settled(rig, sink, flow, table, errors, misc)
    assert missing == {}, missing
    assert sink.stop() == DONE, sink.last_words()
    ids = {row[0] for row in rig.cluster.exact_rows(table, ("id",))}
    return flow, ids, (rig.kafka.read(errors), rig.kafka.read(misc))


def wait_until_settled(rig, sink, flow, table, errors, misc):
    """Waits until everything is accounted for; returns what is not after that time, as numbers."""
    left = {}
    # Each split of a refused batch waits for a look at ADX's reports, and 40 kills leave some hundreds of such batches.
    timeout = 2700 if rig.is_long else 600

    def is_settled():
        left["rows"] = len(flow.good - {row[0] for row in rig.cluster.exact_rows(table, ("id",))})
        left["errors"] = len(flow.unreadable - {each.value for each in rig.kafka.read(errors)})
        left["misc"] = len(flow.rejected - {each.value for each in rig.kafka.read(misc)})
        return not any(left.values())

    try:
        wait_until(is_settled, "everything is accounted for", timeout, 0.5, alive=[sink.process])
    except Exception as error:  # noqa: BLE001: the numbers say more than that it took too long
        if not any(left.values()):
            raise error
        return left
    return {}


BACKGROUND = {f"crash {when}": functools.partial(run, when=when) for when in ("at once", "after queueing")}
