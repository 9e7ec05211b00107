"""With the right credential records come through, and dead letters get into both topics, one of which is made anew."""

import pytest

from sink import DONE, Sink
from ways import WAYS

COUNT = 20


def go(rig, way):
    """Runs one way to its end; returns the ids of the rows, the exit code and how the dead-letter topics ended."""
    sink = Sink(
        rig, way.name, way.listener, way.properties(rig), way.queue(rig) if way.queue else None,
        way.environment(rig) if way.environment else None,
    )
    sink.write(range(COUNT), poison=True)
    sink.start()
    sink.await_ids(COUNT)
    sink.await_letters()
    return sink.stop(), sink.ids(), [rig.kafka.ends(topic) for topic in (sink.errors, sink.letters)]


@pytest.mark.parametrize("case", WAYS, ids=str)
def test_records_and_letters_get_through(outcome):
    status, ids, letters = outcome
    assert status == DONE
    assert ids == list(range(COUNT))
    assert letters == [{0: 1}, {0: 1}]
