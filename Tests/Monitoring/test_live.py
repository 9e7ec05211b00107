"""The recordings are of processes as they are today."""

import os
import tempfile

import pytest

import worker_scenarios
from documentation import meanings, metrics
from kafka import Kafka
from processes import Children
from recording import Recording, labels_of
from stage import Stage

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAMS = os.environ.get("MONITORING_PROGRAMS", os.path.join(ROOT, ".build", "debug"))


@pytest.mark.skipif(
    not os.access(os.path.join(os.environ.get("KAFKA_HOME", ""), "bin", "kafka-server-start.sh"), os.X_OK),
    reason="it needs a Kafka: unpack Apache Kafka 4 and set KAFKA_HOME to its folder",
)
def test_a_worker_of_today_tells_what_is_recorded_and_documented():
    programs = {name: os.path.join(PROGRAMS, name) for name in ("kusto-sink-worker", "kusto-emulator")}
    with tempfile.TemporaryDirectory(prefix="kusto-sink-monitoring-") as folder, Children(folder) as children:
        stage = Stage("everything", children, folder, programs, Kafka(children, os.path.join(folder, "kafka")))
        with stage.recorder:
            worker_scenarios.everything(stage)
        today = stage.recorder.recording()
    recorded = Recording.load("everything")
    documented = metrics(of_operator=False)
    assert today.types.items() - documented.items() == set(), "docs/metrics.md does not list what a worker tells"
    assert recorded.types.items() - today.types.items() == set(), "record anew: Tests/Monitoring/record.py"
    assert today.types.keys() == stage.recorder.helps.keys()
    told = meanings()
    assert [
        (name, text, told[name]) for name, text in stage.recorder.helps.items()
        if not text.endswith(".") or not told[name].lower().startswith(text.removesuffix(".").lower())
    ] == [], "docs/metrics.md says something else than the help of the metric"
    gone = [
        (name, labels) for name, labels in shapes(recorded)
        if not any(name == other and labels <= more for other, more in shapes(today))
    ]
    assert gone == [], "record anew: Tests/Monitoring/record.py"


def shapes(recording):
    """The names of series with those of their labels; what depends on luck, such as the cause of a retry, is a value."""
    return {
        (name, frozenset(labels)) for own in recording.series.values() for name, labels in map(labels_of, own)
    }
