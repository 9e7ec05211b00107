"""The operator, installed from `manifests/` as a user does it, with the images of this run."""

import json
import os
import re

from kubernetes import processes_of
from processes import RunError, wait_until
from sinks import RESOURCE, is_ready

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
DEPLOYMENT = "kusto-sink-operator"


def decoded(text):
    """The JSON documents that stand one after the other in a text."""
    decoder, found, position = json.JSONDecoder(), [], 0
    while position < len(text):
        value, end = decoder.raw_decode(text, position)
        found.append(value)
        position = end + len(text[end:]) - len(text[end:].lstrip())
    return [item for value in found for item in (value["items"] if value["kind"] == "List" else [value])]


class Installation:
    """The operator's objects and pods."""

    def __init__(self, kubectl, images):
        self._cluster = kubectl
        self._images = images
        self.warnings = []
        self._installed = []

    def _objects(self, text):
        """The objects of a text in YAML; the server must know their kinds."""
        return decoded(self._cluster.run("create", "--dry-run=client", "--output=json", "--filename=-", text=text))

    def _apply(self, objects):
        items = {"apiVersion": "v1", "kind": "List", "items": objects}
        status, _, error = self._cluster.attempt("apply", "--server-side", "-f", "-", text=json.dumps(items))
        if status != 0:
            raise RunError(f"the manifests are refused: {error.strip()}")
        self._installed += objects
        self.warnings += [line for line in error.splitlines() if line.startswith("Warning:")]

    def install(self, replicas=1):
        """Applies what the kustomization names, in the order in which it is needed, and waits until the operator is ready."""
        objects = self._objects(self._cluster.run("kustomize", os.path.join(ROOT, "manifests")))
        (deployment,) = [each for each in objects if each["kind"] == "Deployment"]
        self.namespace = deployment["metadata"]["namespace"]
        self.kubectl = self._cluster.within(self.namespace)
        self.service_account = deployment["spec"]["template"]["spec"]["serviceAccountName"]
        deployment["spec"]["replicas"] = replicas
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        container["image"] = self._images["kusto-sink-operator"].name
        words = " ".join(container["args"])
        worker = self._images["kusto-sink-worker"].name
        container["args"] = re.sub(r"--worker-image[= ]\S+", f"--worker-image={worker}", words).split()
        if f"--worker-image={worker}" not in container["args"]:
            raise RunError(f"the operator's arguments name no --worker-image: {words}")
        first = ("CustomResourceDefinition", "Namespace")
        self._apply([each for each in objects if each["kind"] in first])
        self._cluster.await_definition(RESOURCE)
        self._apply([each for each in objects if each["kind"] not in first])
        self.await_ready(replicas)

    def remove(self):
        """Deletes what was installed."""
        items = {"apiVersion": "v1", "kind": "List", "items": self._installed[::-1]}
        self._cluster.run("delete", "--ignore-not-found", "-f", "-", text=json.dumps(items), timeout=180)

    def sample(self):
        """The sample KustoSink."""
        with open(os.path.join(ROOT, "manifests", "samples", "lag-scaling.yaml")) as file:
            (sample,) = [each for each in self._objects(file.read()) if each["kind"] == "KustoSink"]
        return sample

    # Its pods

    def scale(self, replicas):
        self.kubectl.run("scale", f"deployment/{DEPLOYMENT}", f"--replicas={replicas}")
        self.await_ready(replicas)

    def pods(self):
        (deployment,) = [self.kubectl.get("deployment", DEPLOYMENT)]
        selector = ",".join(f"{name}={value}" for name, value in deployment["spec"]["selector"]["matchLabels"].items())
        return [pod for pod in self.kubectl.list("pods", selector) if "deletionTimestamp" not in pod["metadata"]]

    def await_ready(self, replicas, timeout=120):
        wait_until(
            lambda: len(pods := self.pods()) == replicas and all(is_ready(pod) for pod in pods),
            f"{replicas} operators are ready", timeout, 0.3,
        )

    def metric(self, pod, name):
        """The sum of a metric over its labels; None when the pod does not tell it."""
        name_of_pod = pod["metadata"]["name"]
        path = f"/api/v1/namespaces/{self.namespace}/pods/{name_of_pod}:8080/proxy/metrics"
        status, output, _ = self.kubectl.attempt("get", "--raw", path)
        values = re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)", output, re.MULTILINE) if status == 0 else []
        return sum(map(float, values)) if values else None

    # The leader

    def lease(self):
        """The operators' Lease, or None."""
        leases = [each for each in self.kubectl.list("leases.coordination.k8s.io") if DEPLOYMENT in each["metadata"]["name"]]
        return leases[0] if leases else None

    def leader(self):
        """The pod that has the lease, or None."""
        lease = self.lease()
        holder = (lease or {"spec": {}})["spec"].get("holderIdentity") or ""
        return next((pod for pod in self.pods() if holder.startswith(pod["metadata"]["name"])), None)

    def await_leader(self, other_than=None, timeout=120):
        """Waits until an operator leads whose identity is not this one; returns its lease."""

        def lease():
            found = self.lease()
            holder = found["spec"].get("holderIdentity") if found else None
            return found if holder and holder != other_than else None

        return wait_until(lease, "an operator leads", timeout, 0.2)

    def process(self, pod):
        """The process id of an operator on this machine, or None when it is elsewhere."""
        found = processes_of(pod)
        return found[0] if found else None
