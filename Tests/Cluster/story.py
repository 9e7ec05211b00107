"""What a cluster shows of scaling: a backlog makes the lag grow, workers follow it, every row arrives, and they go again."""

from processes import RunError, wait_until
from sinks import RESOURCE

RECORDS = 120_000
MOST_WORKERS = 3
# Batches are small and each takes long to upload, as to a cluster far away: more workers are faster.
SLOW_STORAGE = {"endpoint": "blob", "kind": "delay", "milliseconds": 1500}
CHANGES = {
    "scaling": {
        "mode": "Lag", "minReplicas": 1, "maxReplicas": MOST_WORKERS, "lagThreshold": 1000, "targetDrainTime": "5s",
        "scaleUpStabilization": "0s", "scaleDownStabilization": "5s",
    },
    "flush": {"sizeBytes": 4096},
}


class Story:
    """A sink that follows its lag, and what can be seen of it meanwhile."""

    def __init__(self, sink, adx, screen):
        """`screen` has `heading`, `say`, `good` and `live`, as in demo.py."""
        self._sink, self._adx, self._screen = sink, adx, screen

    def backlog(self):
        """Produces the records, more than one worker gets rid of soon."""
        self._screen.heading(f"A backlog: {RECORDS:,} records, and nobody reads them")
        self._sink.stream.produce(RECORDS)
        self._screen.good(f"topic {self._sink.stream.topic} has them")

    def grow(self):
        """Applies the sink, and waits until there are as many workers as there may be."""
        self._adx.add(SLOW_STORAGE)
        try:
            self._screen.heading("kubectl apply: one worker begins, and each upload takes 1.5 s, so it cannot keep up")
            self._screen.say(f"$ kubectl apply -f {self._sink.name}.yaml")
            self._screen.say(self._sink.apply().strip())
            self._watch(
                lambda: len(self._sink.ready_pods()) == MOST_WORKERS, f"{MOST_WORKERS} workers are ready", 240
            )
            status = self._sink.status()["scaling"]
            if status["desiredReplicas"] != MOST_WORKERS:
                raise RunError(f"{MOST_WORKERS} workers run, and status.scaling is {status}")
        finally:
            self._adx.clear_faults()
        self._screen.good(f"{MOST_WORKERS} workers share the partitions. The status says why: {status.get('message', status)}")

    def complete(self):
        """Waits until every record has its row, and compares."""
        self._screen.heading("ADX is fast again: every row")
        self._watch(lambda: self._rows() >= RECORDS and not self._sink.stream.missing(), f"all {RECORDS:,} rows", 180)
        rows = self._rows()
        more = "" if rows == RECORDS else f"; {rows - RECORDS:,} came twice when partitions changed hands, as at-least-once may"
        self._screen.good(f"{RECORDS:,} records, {rows:,} rows, none is missing{more}")

    def shrink(self, workers):
        """Waits until so many workers are left, and the sink is ready with them."""
        self._screen.heading("The lag is gone: the workers that it needed go, one after the other")
        self._watch(lambda: len(self._sink.pods()) == workers, f"{workers} workers are left", 240)
        self._sink.await_ready(workers)
        self._look(force=True)
        if "Scaled" not in self._sink.events():
            raise RunError("no event tells of the scaling")
        self._screen.good("kubectl describe tells each step as an event of the KustoSink")

    def _rows(self):
        state = self._adx.ask("GET", f"{self._adx.control_url}/state")
        return state["tables"][f"{self._adx.database}.{self._sink.stream.table}"]["rows"]

    def _watch(self, condition, what, timeout):
        def is_so():
            self._look()
            return condition()

        wait_until(is_so, what, timeout, 0.5)
        self._look(force=True)

    def _look(self, force=False):
        """Shows what kubectl says of the sink, and the rows that have arrived."""
        _, output, _ = self._sink.kubectl.attempt("get", RESOURCE, self._sink.name)
        head, _, line = output.strip().partition("\n")
        if line:
            self._screen.live(f"{head}   ROWS", f"{line}   {self._rows():,}", force)
