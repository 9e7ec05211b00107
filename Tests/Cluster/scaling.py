"""Workers follow the lag, as `make demo-cluster` shows it."""

from story import CHANGES, Story
from suite import check, step


class Lines:
    """What the demo shows, as lines of a run."""

    def __init__(self, run):
        self._run = run

    def say(self, text):
        self._run.say(f"          {text}")

    heading = good = say

    def live(self, head, line, force=False):
        """A run tells how it ended, not each moment on the way."""
        if force:
            self.say(f"{head}\n{'':21}{line}")


@step("lag adds workers up to the maximum, and its end takes them away again")
def follow_lag(run):
    sink = run.backlog = run.sink("backlog", "Backlog", partitions=6, changes=CHANGES)
    story = Story(sink, run.peers.adx, Lines(run))
    story.backlog()
    story.grow()
    check(sink.object()["spec"]["replicas"] == 1, "the operator wrote spec.replicas")
    story.complete()
    story.shrink(1)
    sink.stream.await_rows()
