"""Which alerts fire in which scenario; all others must not. Alerts about a sink are written `Alert:sink`."""

import dataclasses

from edits import Changed, Constant, CrashLoop, Moved, Unscraped
from recording import STRETCH

# No alert looks back, or waits, for more than half an hour: after three of them, days would change nothing.
HOUR = 60


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Recordings that are looked at together, and what must come of them."""

    name: str
    # The operator's recording beside that of workers, unless another one is named.
    recordings: tuple
    # Alerts that fire at some time, and those that still do so at the end.
    fires: frozenset = frozenset()
    lasts: frozenset = frozenset()
    # For how many minutes after the recording everything stays as it was in the last scrape.
    hold: int = 0
    # What is not recorded but made up, and why.
    edits: tuple = ()
    made_up: str = ""
    # The groups of rules that are evaluated; all, unless told.
    groups: tuple | None = None


def scenario(name, *recordings, fires=(), lasts=(), hold=0, edits=(), made_up=""):
    """A scenario of workers, with the healthy operator, or of the operator alone."""
    recordings = recordings or (name,)
    if not any(each.startswith("operator") for each in recordings):
        recordings += ("operator-healthy",)
    return Scenario(name, recordings, frozenset(fires), frozenset(lasts), hold, edits, made_up)


def ramp(begin, per_scrape):
    """Grows from a scrape on."""
    return lambda values: [
        None if value is None else value + max(0, index - begin) * per_scrape for index, value in enumerate(values)
    ]


def from_scrape(begin, value):
    """Has another value from a scrape on; `None` for none."""
    return lambda values: values[:begin] + [value] * (len(values) - begin)


def frozen(begin):
    """Stays as it is at a scrape."""
    return lambda values: [value if index < begin else values[begin] for index, value in enumerate(values)]


# Processes that have run for days.
OLD = Changed("process_start_time_seconds", lambda values: [-360000.0] * len(values))
# Counters of what is lost, with the alert on each.
LOSSES = {
    "kusto_sink_records_dropped_total": "KustoSinkRecordsDropped",
    "kusto_sink_ingestionfailures_total": "KustoSinkBatchesGivenUp",
    "kusto_sink_records_expired_total": "KustoSinkRecordsExpired",
    "kusto_sink_offset_resets_total": "KustoSinkLogTruncated",
    "kusto_sink_recordsfailed_total": "KustoSinkRecordsNotConverted",
    "kusto_sink_dlqrecordssent_total": "KustoSinkDeadLetters",
    "kusto_sink_ingestion_reports_total": "KustoSinkRejectedAfterQueueing",
}
# Of counters with outcomes or reasons, the one that an alert asks for.
LOSS_LABELS = {
    "kusto_sink_offset_resets_total": 'reason="truncated"', "kusto_sink_ingestion_reports_total": 'outcome="failed"',
}


def losses(change):
    """Changes all counters of what is lost."""
    return tuple(Changed(name, change, LOSS_LABELS.get(name, "")) for name in LOSSES)


def lost_at(scrape):
    """Counts seven from a scrape on."""
    return lambda values: [None if value is None else 7.0 * (index >= scrape) for index, value in enumerate(values)]


# Of these a Prometheus has rules that does not see the operator.
OF_WORKERS = ("kusto-sink.loss", "kusto-sink.delivery", "kusto-sink.reading", "kusto-sink.workers")
READY = 'name="orders",namespace="data",pod="operator-data",type="Ready"'
def each_life(first, second):
    """Has these values in the two scrapes of each life of a worker."""
    return lambda values: [
        None if value is None else float(first if values[index - 1] is None else second)
        for index, value in enumerate(values)
    ]


# A sink whose workers were told to go, as the operator sees it.
NONE_WANTED = Changed("kusto_sink_operator_desired_replicas", lambda values: [0.0] * len(values), 'name="orders"')
TROUBLES = {
    "KustoSinkStalled:taken", "KustoSinkNotReady:waiting", "KustoSinkScalingInactive:unreadable",
    # Their pods run nothing that could be scraped.
    "KustoSinkWorkersMissing:orders", "KustoSinkWorkersMissing:unreadable", "KustoSinkWorkersMissing:waiting",
}

REJECTED = {"KustoSinkRejectedAfterQueueing:orders", "KustoSinkBatchesGivenUp:orders", "KustoSinkDeadLetters:orders"}

SCENARIOS = [
    # Nothing may fire.
    scenario("healthy-start"),
    scenario("idle-table", hold=3 * HOUR),
    scenario("rare-records"),
    scenario("open-batch", hold=3 * HOUR),
    scenario("rollout"),
    scenario("scaled-to-zero", edits=(NONE_WANTED,), hold=3 * HOUR,
             made_up="the operator of the recording wants a worker; it is told to want none"),
    # `operator-healthy` has a paused sink and one of no replicas, without workers, in all of these.
    scenario("healthy-for-long", "healthy-start", hold=3 * HOUR,
             edits=(Changed("kusto_sink_records_consumed_total", ramp(60, 600)),
                    Changed("kusto_sink_ingestionsuccesses_total", ramp(60, 4)),
                    Changed("kusto_sink_offset_commits_total", ramp(60, 4), "success")),
             made_up="the counters go on to grow as they did"),
    scenario("lag-that-shrinks", "healthy-start",
             edits=(Changed("kusto_sink_unread_records", lambda values: [
                 None if value is None else (len(values) - index) * 50000.0 for index, value in enumerate(values)
             ]),),
             made_up="a backlog that takes hours to read, of which there is less and less"),
    scenario("scrape-gaps", "healthy-start", hold=2 * HOUR,
             edits=(*losses(lost_at(0)), OLD, Unscraped(60, 61), Unscraped(90, 91, "orders"),
                    Unscraped(150, 160, "orders"), Unscraped(230, 255, "orders")),
             made_up="the worker has lost records days ago, and one or more of the scrapes fail"),
    Scenario("workers-without-operator", ("healthy-start",), hold=HOUR, groups=OF_WORKERS),
    # Of workers.
    scenario("lost-between-scrapes", "healthy-start", hold=2 * HOUR,
             fires={f"{alert}:orders" for alert in (*LOSSES.values(), "KustoSinkWorkersMissing")},
             edits=(OLD, Unscraped(100, 180, "orders"), *losses(lost_at(140))),
             made_up="records are lost while no scrape of the worker succeeds, for 40 minutes"),
    # An endpoint that fails gets a request now and then, so by chance one counts as failing for longer than the outage;
    # a recording in which that takes more than a quarter of an hour fires KustoSinkStorageAccountFails, too.
    scenario("adx-outage", fires={"KustoSinkTableAcceptsNothing:orders"}),
    scenario("throttling", fires={"KustoSinkThrottled:orders", "KustoSinkStorageAccountFails:orders"},
             lasts={"KustoSinkThrottled:orders", "KustoSinkStorageAccountFails:orders"}),
    scenario("buffers-full",
             fires={"KustoSinkBuffersFull:orders", "KustoSinkFallingBehind:orders", "KustoSinkIngestionSlow:orders",
                    "KustoSinkDelayed:orders"},
             lasts={"KustoSinkBuffersFull:orders", "KustoSinkFallingBehind:orders", "KustoSinkIngestionSlow:orders",
                    "KustoSinkDelayed:orders"}),
    scenario("not-converted", fires={"KustoSinkRecordsNotConverted:orders"}, lasts={"KustoSinkRecordsNotConverted:orders"}),
    scenario("dropped", fires={"KustoSinkRecordsDropped:orders", "KustoSinkBatchesGivenUp:orders"},
             lasts={"KustoSinkRecordsDropped:orders", "KustoSinkBatchesGivenUp:orders"}),
    scenario("dead-letters", fires={"KustoSinkDeadLetters:orders", "KustoSinkRecordsNotConverted:orders"},
             lasts={"KustoSinkDeadLetters:orders", "KustoSinkRecordsNotConverted:orders"}),
    # The batch is given up, and its one bad record becomes a dead letter.
    scenario("rejected", fires=REJECTED, lasts=REJECTED),
    scenario("not-reported", fires={"KustoSinkNotReported:orders"}, lasts={"KustoSinkNotReported:orders"}),
    scenario("registry-outage", fires={"KustoSinkSchemaRegistryDown:orders"}),
    scenario("registry-outage-that-lasts", "healthy-start", fires={"KustoSinkSchemaRegistryDown:orders"},
             lasts={"KustoSinkSchemaRegistryDown:orders"}, hold=HOUR,
             edits=(Changed("kusto_sink_schema_registry_failing_since_timestamp_seconds", from_scrape(40, 1200.0)),),
             made_up="one partition waits for a schema, and the others go on"),
    scenario("throttled-for-a-moment", "healthy-start",
             edits=(Changed("kusto_sink_adx_throttled", lambda values: from_scrape(40, 1.0)(values)[:42] + values[42:]),),
             made_up="the state of 30 seconds after one answer, which a recording would show as a quarter of an hour"),
    scenario("kafka-outage", fires={"KustoSinkKafkaUnreachable:orders"}),
    scenario("stuck-partition", fires={"KustoSinkPartitionStalled:orders"}, lasts={"KustoSinkPartitionStalled:orders"}),
    scenario("expired", fires={"KustoSinkRecordsExpired:orders"}),
    scenario("truncated", fires={"KustoSinkLogTruncated:orders"}),
    scenario("topic-without-table", fires={"KustoSinkTopicWithoutTable:orders"}, lasts={"KustoSinkTopicWithoutTable:orders"}),
    scenario("restarts", fires={"KustoSinkWorkerRestarts:orders"}, lasts={"KustoSinkWorkerRestarts:orders"}),
    # As long as it lives the worker is ready.
    scenario("crash-loop", "healthy-start", hold=HOUR, fires={"KustoSinkWorkerRestarts:orders"},
             lasts={"KustoSinkWorkerRestarts:orders"},
             edits=(CrashLoop("orders-worker-1", lives=2),),
             made_up="the worker ends a minute after each start, and Kubernetes waits up to five minutes"),
    scenario("crash-loop-that-commits", "healthy-start", hold=HOUR, fires={"KustoSinkWorkerRestarts:orders"},
             lasts={"KustoSinkWorkerRestarts:orders"},
             edits=(CrashLoop("orders-worker-1", lives=2),
                    Changed("kusto_sink_offset_commits_total", each_life(1, 1), "success"),
                    Changed("kusto_sink_ingestionsuccesses_total", each_life(4, 8))),
             made_up="the same, and each life commits before its first scrape, and ingests after it too"),
    scenario("crash-loop-that-is-never-ready", "healthy-start", hold=HOUR,
             fires={"KustoSinkWorkerRestarts:orders", "KustoSinkNotReady:orders"},
             lasts={"KustoSinkWorkerRestarts:orders", "KustoSinkNotReady:orders"},
             edits=(CrashLoop("orders-worker-1", lives=1),
                    Changed("kusto_sink_operator_condition", lambda values: [0.0] * len(values), READY)),
             made_up="the worker ends before it is ready, half a minute after each start"),
    scenario("refresh-failures",
             fires={"KustoSinkRefreshFails:orders", "KustoSinkTableAcceptsNothing:orders",
                    "KustoSinkStorageAccountFails:orders"},
             lasts={"KustoSinkRefreshFails:orders", "KustoSinkTableAcceptsNothing:orders",
                    "KustoSinkStorageAccountFails:orders"},
             edits=(Changed("kusto_sink_refresh_failures_total", ramp(12, 0.5), "resources"),),
             made_up="a renewal is tried again once a minute, which would be every half an hour of the recording"),
    scenario("storage-account", fires={"KustoSinkStorageAccountFails:orders"}, lasts={"KustoSinkStorageAccountFails:orders"}),
    scenario("disk-refuses", "healthy-start", fires={"KustoSinkDiskRefuses:orders"}, lasts={"KustoSinkDiskRefuses:orders"},
             edits=(Changed("kusto_sink_buffer_disk_refusals_total", ramp(40, 1)),),
             made_up="the counter grows; a full disk needs a file system of its own"),
    scenario("offsets-not-committed", "healthy-start", fires={"KustoSinkOffsetsNotCommitted:orders"},
             lasts={"KustoSinkOffsetsNotCommitted:orders"},
             edits=(Changed("kusto_sink_offset_commits_total", frozen(10), "success"),),
             made_up="commits stop counting; a broker cannot be told to refuse them alone"),
    scenario("lag-unknown", "healthy-start", fires={"KustoSinkLagUnknown:orders"}, lasts={"KustoSinkLagUnknown:orders"},
             edits=(Changed("kusto_sink_consumer_lag", from_scrape(20, None), 'partition="1"'),),
             made_up="the lag of a partition is not told any more"),
    scenario("memory-near-limit", "healthy-start", fires={"KustoSinkMemoryNearLimit"}, lasts={"KustoSinkMemoryNearLimit"},
             edits=(Constant("kusto_sink_memory_limit_bytes", 40e6, like="kusto_sink_unread_records"),),
             made_up="the limit, since a machine without control groups has none"),
    *(
        scenario(f"certificate-{days}-days", "healthy-start", fires=fires, lasts=fires,
                 edits=(Constant("kusto_sink_certificate_expiry_timestamp_seconds", days * 86400.0,
                                 like="kusto_sink_unread_records", connector="orders", client="consumer"),),
                 made_up="the end of a certificate, since the recorded workers show none")
        for days, fires in ((60, set()), (10, {"KustoSinkCertificateExpires:orders"}), (-1, {"KustoSinkCertificateExpires:orders"}))
    ),
    scenario("workers-missing", "rollout", fires={"KustoSinkWorkersMissing:orders"}, lasts={"KustoSinkWorkersMissing:orders"},
             edits=(Changed("kusto_sink_operator_desired_replicas", lambda values: [4.0] * len(values), 'name="orders"'),),
             made_up="the operator wants a worker more than there are"),
    scenario("no-worker", "scaled-to-zero", fires={"KustoSinkWorkersMissing:orders"}, lasts={"KustoSinkWorkersMissing:orders"},
             hold=HOUR),
    scenario("scaling-at-maximum", "buffers-full",
             fires={"KustoSinkBuffersFull:orders", "KustoSinkFallingBehind:orders", "KustoSinkIngestionSlow:orders",
                    "KustoSinkDelayed:orders", "KustoSinkScalingAtMaximum:orders"},
             lasts={"KustoSinkBuffersFull:orders", "KustoSinkScalingAtMaximum:orders"}, hold=30,
             edits=(Constant("kusto_sink_operator_max_replicas", 1.0, like="kusto_sink_operator_resources",
                             namespace="data", name="orders"),),
             made_up="the sink is in mode Lag with one worker at most"),
    # Of the operator.
    scenario("operator-healthy", fires={"KustoSinkWorkersMissing:orders"}, lasts={"KustoSinkWorkersMissing:orders"}),
    scenario("operator-troubled", fires=TROUBLES, lasts=TROUBLES),
    scenario("operator-without-leader", fires={"KustoSinkOperatorNoLeader"}, lasts={"KustoSinkOperatorNoLeader"}),
    scenario("operator-ended", fires={"KustoSinkOperatorAbsent"}, lasts={"KustoSinkOperatorAbsent"}),
    scenario("one-operator-of-two-ended", "operator-healthy", "operator-ended", hold=30,
             fires={"KustoSinkOperatorAbsent", "KustoSinkWorkersMissing:orders"},
             lasts={"KustoSinkOperatorAbsent", "KustoSinkWorkersMissing:orders"},
             edits=(Moved("operator-ended", "kusto-sink-system", "team"),),
             made_up="the operator that ends is in a namespace of its own"),
    scenario("reconcile-errors", "healthy-start", fires={"KustoSinkOperatorReconcileErrors"},
             lasts={"KustoSinkOperatorReconcileErrors"},
             edits=(Changed("controller_runtime_reconcile_errors_total", ramp(20, 2)),
                    Changed("controller_runtime_reconcile_total", ramp(20, 2), 'result="error"')),
             made_up="two looks of a minute fail, which needs an API server that is half away"),
    scenario("reconcile-stuck", "healthy-start", fires={"KustoSinkOperatorReconcileStuck"},
             edits=(Changed("workqueue_longest_running_processor_seconds",
                            lambda values: ramp(30, STRETCH)(values)[:40] + values[40:]),),
             made_up="a look that takes five minutes, though the operator cuts each after one"),
    scenario("standby", "healthy-start", "operator-healthy", "operator-without-leader", hold=HOUR,
             edits=(Changed("workqueue_depth", from_scrape(1, 12.0), "operator-standby"),
                    Changed("leader_election_master_status", from_scrape(1, 1.0), "operator-data")),
             made_up="an operator stands by beside one that leads, and nobody empties its queue"),
    scenario("standby-without-leader", "operator-without-leader", hold=HOUR, fires={"KustoSinkOperatorNoLeader"},
             lasts={"KustoSinkOperatorNoLeader"},
             edits=(Changed("workqueue_depth", from_scrape(1, 12.0)),),
             made_up="nobody empties its queue, which the recording has no sinks for"),
    scenario("queue-backlog-beside-another", "healthy-start", "operator-healthy", "operator-troubled", hold=HOUR,
             fires={*TROUBLES, "KustoSinkOperatorQueueBacklog"},
             lasts={*TROUBLES, "KustoSinkOperatorQueueBacklog"},
             edits=(Changed("workqueue_depth", from_scrape(1, 12.0), "operator-troubled"),),
             made_up="of two operators that lead, each with a lease of its own, one does not get on"),
    scenario("queue-backlog", "healthy-start", fires={"KustoSinkOperatorQueueBacklog"}, lasts={"KustoSinkOperatorQueueBacklog"},
             edits=(Changed("workqueue_depth", from_scrape(10, 12.0)),),
             made_up="sinks wait all the time, which takes thousands of them"),
    scenario("watch-stale", "healthy-start", fires={"KustoSinkOperatorWatchStale"}, lasts={"KustoSinkOperatorWatchStale"},
             edits=(Changed("kusto_sink_operator_watch_last_event_timestamp_seconds", frozen(10), 'resource="secrets"'),),
             made_up="nothing is heard about Secrets for half an hour"),
    scenario("api-errors", "healthy-start", fires={"KustoSinkOperatorAPIErrors"}, lasts={"KustoSinkOperatorAPIErrors"},
             edits=(Constant("rest_client_requests_total", 0.0, like="kusto_sink_operator_resources",
                             code="503", method="GET", host="127.0.0.1:6443"),
                    Changed("rest_client_requests_total", ramp(5, 5), 'code="503"')),
             made_up="every second request is answered with 503"),
]
BY_NAME = {each.name: each for each in SCENARIOS}
