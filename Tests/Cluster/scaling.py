"""Workers follow the lag."""

from processes import wait_until
from suite import check, step

RECORDS = 120_000


@step("lag adds workers up to the maximum, and its end takes them away again")
def follow_lag(run):
    # Batches are small and each of them takes long to upload, as in a cluster far away: more workers are faster.
    run.peers.adx.add({"endpoint": "blob", "kind": "delay", "milliseconds": 1500})
    sink = run.backlog = run.sink("backlog", "Backlog", partitions=6, changes={
        "scaling": {
            "mode": "Lag", "minReplicas": 1, "maxReplicas": 3, "lagThreshold": 1000, "targetDrainTime": "5s",
            "scaleUpStabilization": "0s", "scaleDownStabilization": "5s",
        },
        "flush": {"sizeBytes": 4096},
    })
    sink.stream.produce(RECORDS)
    try:
        sink.apply()
        wait_until(lambda: len(sink.ready_pods()) == 3, "three workers are ready", 240, 0.5)
        status = sink.status()["scaling"]
        check(status["desiredReplicas"] == 3, f"status.scaling is {status}")
        check(sink.object()["spec"]["replicas"] == 1, "the operator wrote spec.replicas")
    finally:
        run.peers.adx.clear_faults()
    run.say(f"          three workers, status.scaling {status}")
    sink.stream.await_rows(180)
    wait_until(lambda: len(sink.pods()) == 1, "one worker is left", 240, 0.5)
    sink.await_ready(1)
    check("Scaled" in sink.events(), "no event tells of the scaling")
    sink.stream.await_rows()
