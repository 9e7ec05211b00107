"""The registry is away for a while, and for longer than a member of the group may stand still."""

import time

import serializers
from documents import documents, route
from processes import wait_until
from sink import AVRO, DONE

# What the group allows between two polls.
MAXIMUM_POLL_INTERVAL = 10


def schema(name):
    return {"type": "record", "name": name, "fields": [{"name": "id", "type": "long"}, {"name": "text", "type": "string"}]}


def test_a_registry_that_is_away(background):
    """No record is skipped or dead, all arrive, another topic goes on meanwhile, and the member stays in its group."""
    background["outage"].result()


def run(rig):
    """First nobody listens, then connections are taken and nobody answers; checks as it goes."""
    seconds = 60 if rig.is_long else MAXIMUM_POLL_INTERVAL + 5
    proxy = rig.new_proxy()
    routes = [route(rig, "outage-new", partitions=2), route(rig, "outage-known")]
    letters = rig.topic("outage-errors")
    known = serializers.avro(rig, "outage-known", schema("Known"))
    first = serializers.avro(rig, "outage-new", schema("First"))
    sink = rig.sink(
        "outage", routes, AVRO, value__converter__schema__registry__url=proxy.url(), errors__tolerance="all",
        errors__deadletterqueue__topic__name=letters,
        consumer__override__max__poll__interval__ms=MAXIMUM_POLL_INTERVAL * 1000,
        consumer__override__session__timeout__ms=MAXIMUM_POLL_INTERVAL * 1000,
    ).start()
    rig.kafka.write("outage-known", [known.record({"id": 0, "text": "before"})])
    rig.kafka.write("outage-new", [first.record({"id": number, "text": "before"}, partition=number) for number in range(2)])
    documents(sink, "Outage_known", 1)
    documents(sink, "Outage_new", 2)
    sink.look()
    members, rebalances = rig.kafka.members(sink.group), sink.metric("kusto_sink_rebalances_total")
    assert len(members) == 1

    ids = {"new": 2, "known": 1}

    def write(word, writer):
        """Some records, whose schema the worker knows or does not know."""
        topic, count = f"outage-{word}", 20
        records = [
            writer.record({"id": ids[word] + number, "text": "meanwhile"}, partition=number % 2 if word == "new" else 0)
            for number in range(count)
        ]
        ids[word] += count
        rig.kafka.write(topic, records)

    def is_registry_up():
        sink.look()
        return sink.metric("kusto_sink_schema_registry_up")

    def go_on(seconds):
        """The topic whose schema is known goes on, and the other one waits."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            # A new schema each time, and an old one behind it.
            write("new", serializers.avro(rig, "outage-new", schema(f"Meanwhile{ids['new']}")))
            write("new", first)
            write("known", known)
            sink.await_rows("Outage_known", ids["known"])
            assert rig.cluster.count("Outage_new") == 2, "a record whose schema nobody knows is in the table"
            assert rig.kafka.members(sink.group) == members
            time.sleep(0.5)
        wait_until(lambda: is_registry_up() == 0, "the registry counts as away", 60, alive=[sink.process])

    proxy.kill()
    go_on(seconds / 2)
    with proxy.silent():
        go_on(seconds / 2)
    proxy.start()
    for word in ("new", "known"):
        found = documents(sink, f"Outage_{word}", ids[word], 240)
        assert sorted(found) == list(range(ids[word]))
    sink.await_done()
    sink.look()
    assert rig.kafka.members(sink.group) == members
    assert sink.metric("kusto_sink_rebalances_total") == rebalances
    assert sink.metric("kusto_sink_schema_registry_up") == 1
    assert sink.metric("kusto_sink_recordsfailed_total") in (None, 0)
    assert sink.metric("kusto_sink_dlqrecordssent_total") in (None, 0)
    assert sink.stop() == DONE
    assert rig.kafka.read(letters) == []
    # It is told once since when, not with every attempt.
    outages = [line for line in sink.lines() if line.get("level") == "warning" and "registry" in line["message"].lower()]
    assert 1 <= len(outages) <= 6, [line["message"] for line in outages]


BACKGROUND = {"outage": run}
