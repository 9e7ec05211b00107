"""A KustoSink of the test: its resource, its children and its workers."""

import copy
import json
import time

from processes import RunError, wait_until

RESOURCE = "kustosinks.kustosink.dev"
SINK_LABEL = "kustosink.dev/sink"
# What a sink may own.
CHILD_KINDS = (
    "deployments", "configmaps", "serviceaccounts", "poddisruptionbudgets", "services", "networkpolicies", "replicasets", "pods",
)
# What the operator itself applies, and whose version a second apply must leave alone.
APPLIED_KINDS = ("deployments", "configmaps", "serviceaccounts", "poddisruptionbudgets", "services", "networkpolicies")


def merged(base, changes):
    """A copy of a JSON object with changes, of which None removes a member."""
    result = copy.deepcopy(base)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result


class Sink:
    """One KustoSink."""

    def __init__(self, kubectl, name, spec, stream=None):
        self.kubectl = kubectl
        self.name = name
        self.spec = spec
        self.stream = stream

    # The resource

    def manifest(self):
        return {
            "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink", "metadata": {"name": self.name},
            "spec": self.spec,
        }

    def apply(self):
        """Applies the manifest as it is now; returns what kubectl says."""
        return self.kubectl.apply(self.manifest())

    def change(self, changes):
        """Changes the manifest's spec and applies it."""
        self.spec = merged(self.spec, changes)
        return self.apply()

    def object(self):
        found = self.kubectl.get(RESOURCE, self.name)
        if found is None:
            raise RunError(f"KustoSink {self.name} is gone")
        return found

    def status(self):
        return self.object().get("status", {})

    def condition(self, kind):
        """A condition as (status, reason, message), or None."""
        for each in self.status().get("conditions", []):
            if each["type"] == kind:
                return each["status"], each["reason"], each["message"]
        return None

    def describe(self):
        return self.kubectl.run("describe", RESOURCE, self.name)

    def events(self):
        """The reasons of the sink's events."""
        return {
            each["reason"] for each in self.kubectl.list("events.events.k8s.io")
            if each["regarding"].get("kind") == "KustoSink" and each["regarding"].get("name") == self.name
        }

    # Its children

    @property
    def selector(self):
        return f"{SINK_LABEL}={self.name}"

    def children(self, kinds=CHILD_KINDS):
        """All objects of the sink, by kind and name."""
        items = self.kubectl.list(",".join(kinds), self.selector)
        return {f"{each['kind']}/{each['metadata']['name']}": each for each in items}

    def deployment(self):
        """The Deployment, of which there must be one."""
        found = self.kubectl.list("deployments", self.selector)
        if len(found) != 1:
            raise RunError(f"{self.name} has {len(found)} Deployments")
        return found[0]

    def pods(self):
        """The pods that are not on their way out."""
        return [
            pod for pod in self.kubectl.list("pods", self.selector)
            if "deletionTimestamp" not in pod["metadata"] and pod["status"].get("phase") not in ("Failed", "Succeeded")
        ]

    def ready_pods(self):
        return [pod for pod in self.pods() if is_ready(pod)]

    # Waiting

    def await_ready(self, replicas=1, timeout=120):
        """Waits until the status says Ready for the newest spec, and as many workers are ready as there must be."""

        def is_so():
            sink = self.object()
            status = sink.get("status", {})
            conditions = {each["type"]: each["status"] for each in status.get("conditions", [])}
            return (
                status.get("observedGeneration") == sink["metadata"]["generation"]
                and conditions.get("Ready") == "True" and "Reconciling" not in conditions
                and status.get("readyReplicas", 0) == replicas == len(self.ready_pods())
            )

        self._await(is_so, f"{self.name} is ready with {replicas} workers", timeout)

    def await_condition(self, kind, status, reason, timeout=90):
        """Waits until a condition has a status and a reason; returns its message."""
        self._await(
            lambda: (self.condition(kind) or ())[:2] == (status, reason), f"{self.name} has {kind}={status} {reason}", timeout
        )
        return self.condition(kind)[2]

    def await_rollout(self, generation, timeout=180):
        """Waits until the Deployment has a generation above this one and all its pods are of the newest template."""

        def is_so():
            deployment = self.deployment()
            spec, status = deployment["spec"], deployment.get("status", {})
            return (
                deployment["metadata"]["generation"] > generation
                and status.get("observedGeneration") == deployment["metadata"]["generation"]
                and status.get("replicas", 0) == status.get("updatedReplicas", 0) == status.get("availableReplicas", 0)
                == spec["replicas"]
            )

        self._await(is_so, f"the Deployment of {self.name} has rolled out after generation {generation}", timeout)

    def _await(self, condition, what, timeout):
        try:
            wait_until(condition, what, timeout, 0.3)
        except RunError as error:
            conditions = [
                f"{each['type']}={each['status']} {each['reason']}: {each['message']}"
                for each in self.status().get("conditions", [])
            ]
            raise RunError(f"{error}; it has {'; '.join(conditions) or 'no conditions'}") from None

    def versions(self):
        """What every apply of a changed object changes: resource versions, without those of a status."""
        return {
            name: (each["metadata"]["generation"] if "generation" in each["metadata"] else each["metadata"]["resourceVersion"])
            for name, each in self.children(APPLIED_KINDS).items()
        }


def is_ready(pod):
    return any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"].get("conditions", []))


def restarts(pod):
    return sum(each["restartCount"] for each in pod["status"].get("containerStatuses", []))


def template_annotation(deployment, name):
    return deployment["spec"]["template"]["metadata"].get("annotations", {}).get(name)
