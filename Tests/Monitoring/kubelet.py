"""Stands in for the node of an API server without nodes: pods become ready, and end when they are told to."""

import json
import threading
import time

from processes import RunError

NODE = "monitoring-node"


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Kubelet:
    """Says of each pod that it runs and is ready, as a kubelet would, unless its sink is one of `failing`.

    Scheduler and controllers are the cluster's own. While the context lasts it works in a thread of its own.
    """

    def __init__(self, kubectl, failing=()):
        self._kubectl, self._failing = kubectl, failing
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="kubelet", daemon=True)
        self._failure = None

    def __enter__(self):
        self._kubectl.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}})
        self._beat()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join(60)
        if self._failure:
            raise self._failure

    def _work(self):
        turn = 0
        while not self._is_over.wait(1):
            turn += 1
            try:
                if turn % 8 == 0:
                    self._beat()
                pods = json.loads(self._kubectl.run("get", "pods", "--all-namespaces", "-o", "json"))["items"]
                for pod in pods:
                    self._tend(pod)
            except RunError as error:
                if not self._is_over.is_set():
                    self._failure = error
                return

    def _beat(self):
        size = {"cpu": "64", "memory": "64Gi", "pods": "500"}
        ready = {
            "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "", "lastHeartbeatTime": now(),
            "lastTransitionTime": now(),
        }
        status = {"capacity": size, "allocatable": size, "conditions": [ready]}
        self._kubectl.merge("node", NODE, {"status": status}, "--subresource=status")

    def _tend(self, pod):
        name, kubectl = pod["metadata"]["name"], self._kubectl.within(pod["metadata"]["namespace"])
        if pod["metadata"].get("deletionTimestamp"):
            kubectl.attempt("delete", "pod", name, "--force", "--grace-period=0", "--wait=false")
        elif pod["spec"].get("nodeName") and pod["status"]["phase"] == "Pending":
            if pod["metadata"]["labels"].get("kustosink.dev/sink") not in self._failing:
                self._make_ready(kubectl, name, pod)

    @staticmethod
    def _make_ready(kubectl, name, pod):
        container = pod["spec"]["containers"][0]
        state = {
            "name": container["name"], "image": container["image"], "imageID": "", "ready": True, "started": True,
            "restartCount": 0, "state": {"running": {"startedAt": now()}},
        }
        conditions = [
            {"type": kind, "status": "True", "lastTransitionTime": now()}
            for kind in ("PodScheduled", "Initialized", "ContainersReady", "Ready")
        ]
        status = {
            "phase": "Running", "podIP": "127.0.0.1", "startTime": now(), "conditions": conditions,
            "containerStatuses": [state],
        }
        kubectl.attempt(
            "patch", "pod", name, "--subresource=status", "--type=merge", "--patch", json.dumps({"status": status})
        )
