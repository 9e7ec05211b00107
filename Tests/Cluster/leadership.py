"""Of two operators one works; when it dies or freezes the other goes on, and the first one writes nothing more."""

import contextlib
import datetime
import json
import os
import signal
import subprocess
import threading
import time

from kubernetes import processes_of
from processes import RunError, wait_until
from sinks import restarts, template_annotation
from suite import Left, check, step

# What the other may take beyond the lease's duration: it looks every 2 to 4.4 s, so it may see the last renewal that late,
# and the end of the lease as late again. The rest is for a slow machine.
SLACK_SECONDS = 2 * 4.4 + 6


class Watch:
    """Every state of a Deployment that the server shows while the context lasts."""

    def __init__(self, sink):
        self._command = sink.kubectl.command(
            "get", "deployments", f"--selector={sink.selector}", "--watch", "--output=json", "--output-watch-events"
        )
        # Generation and hash of the configuration, in the order of the writes.
        self.states = []

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        wait_until(lambda: self.states, "the watch has begun", 60)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(10)
        self._thread.join(10)

    def _read(self):
        decoder, text = json.JSONDecoder(), ""
        for line in self._process.stdout:
            text += line
            with contextlib.suppress(json.JSONDecodeError):
                event, end = decoder.raw_decode(text)
                text = text[end:].lstrip()
                deployment = event["object"]
                state = (deployment["metadata"]["generation"], template_annotation(deployment, "kustosink.dev/config-hash"))
                if not self.states or self.states[-1] != state:
                    self.states.append(state)


def seconds(text):
    """A time of the API server as seconds since the epoch."""
    return datetime.datetime.fromisoformat(text).timestamp()


def leader_process(run):
    """The leading pod and the id of its process on this machine."""
    lease = run.installation.await_leader()
    pod = run.installation.leader()
    check(pod, f"the lease's holder, {lease['spec']['holderIdentity']}, is no pod")
    process = run.installation.process(pod)
    if process is None:
        raise Left("the operators' processes are on another machine")
    return lease["spec"], pod, process


def check_hand_over(run, old, stopped):
    """Waits for another leader; it must come when the old lease has ended, and not much later."""
    new = run.installation.await_leader(other_than=old["holderIdentity"])["spec"]
    pause = seconds(new["acquireTime"]) - stopped
    run.say(f"          the other leads after {pause:.1f} s; the lease lasts {old['leaseDurationSeconds']} s")
    check(
        pause <= old["leaseDurationSeconds"] + SLACK_SECONDS,
        f"the other led only after {pause:.1f} s, and the lease lasts {old['leaseDurationSeconds']} s",
    )
    check(
        seconds(new["acquireTime"]) >= seconds(old["renewTime"]) + old["leaseDurationSeconds"] - 1,
        f"the other led before the lease had ended, which was renewed at {old['renewTime']}: {new['acquireTime']}",
    )
    return new


@step("when the leader is killed the other goes on within the lease's time")
def kill_leader(run):
    run.installation.scale(2)
    old, _, process = leader_process(run)
    sink = run.telemetry
    before = sink.deployment()["metadata"]["generation"]
    with Watch(sink) as watch:
        os.kill(process, signal.SIGKILL)
        stopped = time.time()
        sink.change({"flush": {"interval": "600ms"}})
        check_hand_over(run, old, stopped)
        sink.await_rollout(before)
        check_writes(watch, before, 1)
    run.installation.await_ready(2)


@step("a leader that was frozen writes nothing more when it goes on")
def freeze_leader(run):
    old, pod, process = leader_process(run)
    sink = run.telemetry
    before = sink.deployment()["metadata"]["generation"]
    with Watch(sink) as watch:
        os.kill(process, signal.SIGSTOP)
        try:
            stopped = time.time()
            # The frozen one finds this change in its connection when it goes on; the other applies it, and one more.
            sink.change({"flush": {"interval": "700ms"}})
            new = check_hand_over(run, old, stopped)
            await_generation(sink, before + 1)
            sink.change({"flush": {"interval": "800ms"}})
            await_generation(sink, before + 2)
        finally:
            check(process in processes_of(pod), "the frozen leader was ended before it could go on")
            os.kill(process, signal.SIGCONT)
        await_defeat(run, pod, new)
        sink.await_rollout(before + 1)
        sink.stream.produce(50)
        sink.stream.await_rows()
        check_writes(watch, before, 2)
    run.installation.await_ready(2)
    check(run.installation.lease()["spec"]["holderIdentity"] == new["holderIdentity"], "the leader changed once more")
    run.installation.scale(1)
    run.installation.await_leader()


def await_generation(sink, generation):
    """Waits until the Deployment was written up to this generation."""
    wait_until(
        lambda: sink.deployment()["metadata"]["generation"] >= generation, "the new leader has written the Deployment", 30, 0.2
    )


def check_writes(watch, before, count):
    """The Deployment was written this often and no state came back."""
    written = [state for state in watch.states if state[0] > before]
    check(
        [generation for generation, _ in written] == list(range(before + 1, before + 1 + count)),
        f"the Deployment was written other than {count} times after generation {before}: {watch.states}",
    )
    hashes = [digest for _, digest in watch.states]
    check(len(set(hashes)) == len(hashes), f"an old configuration came back: {watch.states}")


def await_defeat(run, pod, new):
    """Waits until the old leader knows that it leads no more: it ends, or says so."""

    def knows():
        found = [each for each in run.installation.pods() if each["metadata"]["uid"] == pod["metadata"]["uid"]]
        if not found or restarts(found[0]) > restarts(pod):
            return True
        return run.installation.metric(found[0], "leader_election_master_status") == 0

    try:
        wait_until(knows, "", 120, 0.5)
    except RunError:
        raise RunError(f"the old leader does not notice that {new['holderIdentity']} leads") from None
