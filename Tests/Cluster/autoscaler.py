"""Other autoscalers decide: the cluster's HorizontalPodAutoscalers and KEDA, through the scale subresource."""

import contextlib
import copy
import glob
import json
import os
import re
import shutil
import subprocess
import threading

from installation import ROOT, decoded
from processes import RunError, wait_until
from sinks import RESOURCE, merged
from suite import Left, check, step

RECORDS = 60_000
MOST_WORKERS = 3
EXAMPLES = os.path.join(ROOT, "manifests", "integrations", "keda")


class Keda:
    """KEDA beside the cluster that the run has started, as long as the context lasts."""

    def __init__(self, run):
        self._script = os.path.join(os.environ.get("PEERS", ""), "keda")
        if not run.cluster.is_own:
            raise Left("KEDA is started beside a cluster of our own only")
        if not os.access(self._script, os.X_OK):
            raise Left("KEDA is not there: set PEERS to the folder of the script 'keda'")
        self._kubectl = run.cluster.kubectl
        self._folder = run.folder
        # Its state lies beside the run's, and it finds the cluster by the folder of the cluster's state.
        self._environment = dict(
            os.environ, CLUSTER_RUN=os.path.dirname(self._kubectl.kubeconfig), TMPDIR=run.folder,
        )

    def __enter__(self):
        try:
            self._call("up")
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_):
        self._remove()

    def _remove(self):
        """Ends it and removes what it has put into the cluster; an API without a server would disturb everybody else."""
        # It holds its objects by a finalizer, so they go before it does.
        with contextlib.suppress(RunError):
            self._kubectl.attempt("delete", "scaledobjects", "--all", "--all-namespaces", timeout=60)
        for log in glob.glob(os.path.join(self._folder, "keda", "*.log")):
            shutil.copyfile(log, os.path.join(self._folder, f"keda-{os.path.basename(log)}"))
        self._call("down")
        self._kubectl.run("delete", "apiservice", "v1beta1.external.metrics.k8s.io", "--ignore-not-found")
        self._kubectl.run("delete", "namespace", "keda", "--ignore-not-found", timeout=120)
        names = [
            each["metadata"]["name"] for each in self._kubectl.list("customresourcedefinitions")
            if each["spec"]["group"].endswith("keda.sh")
        ]
        if names:
            self._kubectl.run("delete", "customresourcedefinitions", *names, timeout=120)

    def _call(self, verb):
        log = os.path.join(self._folder, f"keda-{verb}.log")
        with open(log, "ab") as output:
            status = subprocess.run(
                [self._script, verb], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self._environment,
                timeout=180, start_new_session=True, check=False,
            ).returncode
        if status != 0:
            with open(log, errors="replace") as file:
                raise RunError(f"keda {verb} failed with status {status}:\n{''.join(file.readlines()[-15:])}")


class History:
    """Every number of workers that an object has asked for while the context lasts, each once in a row."""

    def __init__(self, kubectl, resource, name):
        path = '{.spec.replicas}{"\\n"}'
        self._command = kubectl.command("get", resource, name, "--watch", f"--output=jsonpath={path}")
        self._what = f"{resource} {name}"
        self.numbers = []

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        wait_until(lambda: self.numbers, f"the watch of {self._what} has begun", 60)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(10)
        self._thread.join(10)

    def _read(self):
        for line in self._process.stdout:
            if line.strip() and (not self.numbers or self.numbers[-1] != int(line)):
                self.numbers.append(int(line))


def objects(run, text):
    """The objects of a text in YAML, in the run's own namespace."""
    found = decoded(run.cluster.kubectl.run("create", "--dry-run=client", "--output=json", "--filename=-", text=text))
    for each in found:
        each["metadata"]["namespace"] = run.kubectl.namespace
    return found


def check_accepted(run, found, place):
    """Checks that the server would take the objects, with every field known and without a warning."""
    items = {"apiVersion": "v1", "kind": "List", "items": found}
    status, _, error = run.kubectl.attempt(
        "apply", "--dry-run=server", "--validate=strict", "--filename=-", text=json.dumps(items)
    )
    check(status == 0 and "Warning" not in error, f"the server says of {place}: {error.strip()}")


def documented_objects(run, kinds):
    """The objects of these kinds that docs/scaling.md shows."""
    with open(os.path.join(ROOT, "docs", "scaling.md")) as file:
        blocks = re.findall(r"^```yaml\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
    found = [
        each for block in blocks if re.search(rf"^kind: ({'|'.join(kinds)})$", block, re.MULTILINE)
        for each in objects(run, block)
    ]
    check({each["kind"] for each in found} == set(kinds), f"docs/scaling.md does not show each of {kinds}")
    return found


def autoscaler_condition(autoscaler, kind):
    """A condition of a HorizontalPodAutoscaler as (status, reason), or None."""
    for each in autoscaler.get("status", {}).get("conditions", []):
        if each["type"] == kind:
            return each["status"], each["reason"]
    return None


@step("a HorizontalPodAutoscaler may aim at a sink, written by hand or made by kubectl autoscale")
def accept_autoscalers(run):
    check_accepted(run, documented_objects(run, ["HorizontalPodAutoscaler"]), "the example of docs/scaling.md")
    made = run.kubectl.run(
        "autoscale", f"kustosink/{run.telemetry.name}", "--min=1", "--max=4", "--dry-run=server",
        "--output=json",
    )
    target = json.loads(made)["spec"]["scaleTargetRef"]
    check(
        target == {"apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink", "name": run.telemetry.name},
        f"kubectl autoscale aims at {target}",
    )


def scaled_object(run, sink, example):
    """The example, for the sink of the test and with times short enough for it."""
    (found,) = [each for each in copy.deepcopy(example) if each["kind"] == "ScaledObject"]
    spec = found["spec"]
    found["metadata"]["name"] = spec["scaleTargetRef"]["name"] = sink.name
    (trigger,) = spec["triggers"]
    trigger["metadata"] |= {
        "bootstrapServers": run.peers.kafka.address, "consumerGroup": f"connect-{sink.name}", "topic": sink.name,
        "lagThreshold": "5000",
    }
    fast = {"stabilizationWindowSeconds": 0, "policies": [{"type": "Percent", "value": 100, "periodSeconds": 1}]}
    found["spec"] = merged(spec, {
        "pollingInterval": 2, "cooldownPeriod": 2, "maxReplicaCount": MOST_WORKERS,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {"scaleUp": fast, "scaleDown": fast}}},
    })
    return found


def check_understood(run, sink, example, place):
    """Checks that KEDA makes a client of an example with credentials.

    The test's broker speaks neither TLS nor SASL, so the client gets no further than to its first answer; what KEDA does not
    understand it refuses before.
    """
    (scaled,) = [each for each in copy.deepcopy(example) if each["kind"] == "ScaledObject"]
    scaled["metadata"]["name"] = scaled["spec"]["scaleTargetRef"]["name"] = sink.name
    scaled["spec"]["triggers"][0]["metadata"]["bootstrapServers"] = run.peers.kafka.address
    others = [each for each in example if each["kind"] != "ScaledObject"]
    with open(os.path.join(run.folder, "tls", "ca.crt")) as file:
        authority = file.read()
    keys = {each["key"]: each["name"] for other in others for each in other["spec"]["secretTargetRef"]}
    (name,) = set(keys.values())
    secret = {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
        "stringData": {key: authority if key == "ca.crt" else "anything" for key in keys},
    }
    run.kubectl.apply(secret, *others, scaled)
    uid = run.kubectl.get("scaledobject", sink.name)["metadata"]["uid"]

    def failures():
        return [
            each["note"] for each in run.kubectl.list("events.events.k8s.io")
            if each["regarding"].get("uid") == uid and each["reason"] == "KEDAScalerFailed"
        ]

    def client_failure():
        # Before that it may say that the Secret is not there, of which its cache has not heard yet.
        return next((note for note in failures() if "creating kafka client" in note), None)

    try:
        message = wait_until(client_failure, "", 90, 0.5)
    except RunError:
        raise RunError(f"KEDA does not understand {place}: {failures() or 'it says nothing'}") from None
    run.say(f"          {place}: {message}")
    run.kubectl.run("delete", "scaledobject", sink.name, timeout=120)
    run.kubectl.run("delete", "secret", name)
    for other in others:
        run.kubectl.run("delete", other["kind"].lower(), other["metadata"]["name"])


@step("KEDA moves a sink in mode External from one worker to three, back to one, to none and from none")
def follow_keda(run):
    sink = run.sink("autoscaled", "Autoscaled", partitions=6, changes={
        # No replicas: in this mode they are the autoscaler's.
        "scaling": {"mode": "External"}, "flush": {"sizeBytes": 4096},
    })
    with Keda(run):
        sink.apply()
        examples = {}
        for path in sorted(glob.glob(os.path.join(EXAMPLES, "*.yaml"))):
            with open(path) as file:
                examples[os.path.basename(path)] = objects(run, file.read())
            check_accepted(run, examples[os.path.basename(path)], path)
        check_accepted(run, documented_objects(run, ["ScaledObject"]), "the example of docs/scaling.md")
        # A sink that another autoscaler will scale is scaled by hand as well.
        sink.await_ready(1)
        sink.kubectl.run("scale", f"ksink/{sink.name}", "--replicas=2")
        sink.await_ready(2)
        sink.kubectl.run("scale", f"ksink/{sink.name}", "--replicas=1")
        sink.await_ready(1)
        for place in ("scaled-object-sasl.yaml", "scaled-object-event-hubs.yaml"):
            check_understood(run, sink, examples[place], place)
        name = sink.deployment()["metadata"]["name"]
        with History(run.kubectl, RESOURCE, sink.name) as wanted, History(run.kubectl, "deployment", name) as given:
            wanted.numbers[:], given.numbers[:] = wanted.numbers[-1:], given.numbers[-1:]
            scale_by_keda(run, sink, scaled_object(run, sink, examples["scaled-object.yaml"]), given)
            wait_until(lambda: given.numbers[-1] == wanted.numbers[-1], "the Deployment follows the sink", 60, 0.3)
    run.say(f"          spec.replicas went {wanted.numbers}, the Deployment {given.numbers}")
    check(follows(wanted.numbers, given.numbers), "the Deployment had a number of workers that nobody asked for")
    sink.kubectl.run("delete", RESOURCE, sink.name, "--wait=true")


def follows(wanted, given):
    """Whether all of the Deployment's numbers are those of the sink, in this order, but for the 0 of its pause."""
    left = iter(wanted)
    return all(number == 0 or number in left for number in given)


def scale_by_keda(run, sink, scaled, given):
    """Scales the sink by KEDA as the lag goes up and down."""

    def autoscaler():
        (found,) = run.kubectl.list("horizontalpodautoscalers", "scaledobject.keda.sh/name=" + sink.name)
        return found

    def replicas():
        return sink.object()["spec"]["replicas"]

    # Each batch takes long to upload, so the lag is there until three workers are: the cluster looks at it every 15 s, and
    # takes two looks for them, while a slow machine takes most of a minute to start each.
    run.peers.adx.add({"endpoint": "blob", "kind": "delay", "milliseconds": 3000})
    try:
        sink.stream.produce(RECORDS)
        run.kubectl.apply(scaled)
        wait_until(lambda: len(sink.ready_pods()) == MOST_WORKERS, f"{MOST_WORKERS} workers are ready", 240, 0.5)
        status = sink.status()
        check(status["scaling"]["reason"] == "ExternalReplicas", f"status.scaling is {status['scaling']}")
        check(replicas() == MOST_WORKERS, f"spec.replicas is {replicas()}")
        # An apply of the manifest, which names no replicas, leaves them to the autoscaler.
        sink.change({"flush": {"sizeBytes": 1 << 20}})
        check(replicas() == MOST_WORKERS, f"after an apply spec.replicas is {replicas()}")
    finally:
        run.peers.adx.clear_faults()
    active = ("True", "ValidMetricFound")
    wait_until(
        lambda: autoscaler_condition(autoscaler(), "ScalingActive") == active
        and autoscaler()["status"].get("currentReplicas") == MOST_WORKERS,
        "the HorizontalPodAutoscaler sees the sink's workers", 120, 0.5,
    )
    sink.stream.await_rows(120)
    wait_until(lambda: replicas() == 1, "KEDA has left one worker", 180, 0.5)
    sink.await_ready(1)
    # To none, and while the sink is paused from none: what the autoscaler wants then waits for the end of the pause.
    run.kubectl.merge("scaledobject", sink.name, {"spec": {"minReplicaCount": 0}})
    wait_until(lambda: replicas() == 0 and not sink.pods(), "KEDA has left no worker", 180, 0.5)
    sink.await_condition("Ready", "True", "NoWorkersWanted")
    wait_until(
        lambda: autoscaler_condition(autoscaler(), "ScalingActive") == ("False", "ScalingDisabled"),
        "the HorizontalPodAutoscaler stands aside", 120, 0.5,
    )
    sink.change({"paused": True})
    sink.await_condition("Paused", "True", "PausedBySpec")
    sink.stream.produce(100)
    wait_until(lambda: replicas() >= 1, "KEDA wakes the sink", 120, 0.5)
    sink.await_condition("Paused", "True", "PausedBySpec")
    check(not sink.pods() and sink.deployment()["spec"]["replicas"] == 0, "a worker runs although the sink is paused")
    sink.change({"paused": False})
    sink.stream.await_rows()
    run.kubectl.run("delete", "scaledobject", sink.name, timeout=120)
