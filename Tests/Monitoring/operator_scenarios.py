"""The scenarios of the operator: real ones beside each other at one API server without nodes.

Each operator has a namespace of sinks and a lease of its own. The pods of its sinks are made ready by kubelet.py; they run
nothing, so what workers tell comes from recordings of their own.
"""

import os
import time

from broker import free_ports
from kafka import Kafka
from kubelet import Kubelet
from kubernetes import Cluster
from planted import MARK
from processes import Children, wait_until
from recorder import Recorder
from recording import Recording

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
HEALTHY, TROUBLED, STANDBY, ENDED = "data", "troubled", "standby", "ended"


def operator_healthy():
    """The operator leads and all is well: a sink with a worker, one that is paused and one of no replicas."""


def operator_troubled():
    """The operator leads, and its sinks stall, wait for pods, and have brokers that do not answer; every series is kept."""


def operator_without_leader():
    """The operator stands by: somebody who does not exist holds the lease."""


def operator_ended():
    """The operator is told to end, and none comes back."""


ALL = [operator_healthy, operator_troubled, operator_without_leader, operator_ended]
WHOLE = {"operator_troubled"}
PLACES = dict(zip(ALL, (HEALTHY, TROUBLED, STANDBY, ENDED)))


def sink(namespace, name, brokers="127.0.0.1:9", **spec):
    """A sink; what it writes to does not exist, and is not asked."""
    secret = {"secretKeyRef": {"name": "adx", "key": "secret"}}
    return {
        "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "kafka": {"bootstrapServers": [brokers]},
            "kusto": {
                "ingestionUrl": "https://ingest-monitoring.westeurope.kusto.windows.net",
                "auth": {"tenantId": {"value": "tenant"}, "clientId": {"value": "client"}, "clientSecret": secret},
            },
            "topics": [{"topic": name, "database": "shop", "table": "Orders", "format": "json", "mapping": "M"}],
            **spec,
        },
    }


class Session:
    """The operators of a session and who scrapes them."""

    def __init__(self, children, folder, kubectl, program, kafka):
        self.children, self.folder, self.kubectl, self.program = children, folder, kubectl, program
        self.kafka = kafka
        self.recorder = Recorder()

    def start(self, namespace):
        """Starts an operator for a namespace, with a lease there."""
        (port,) = free_ports(1)
        pod = f"operator-{namespace}"
        environment = dict(os.environ, POD_NAMESPACE=namespace, POD_NAME=pod)
        process = self.children.start(pod, [
            self.program, "run", "--kubeconfig", self.kubectl.kubeconfig, "--namespace", namespace, "--listen",
            f"127.0.0.1:{port}", "--worker-image", "example.invalid/worker:monitoring",
        ], environment)
        system = "kusto-sink-system"
        self.recorder.add(pod, port, namespace=system, pod=pod, container="operator", job=f"{system}/kusto-sink-operator")
        return process

    def prepare(self):
        """Makes what the sinks need, and the sinks."""
        self.kubectl.run("apply", "--server-side", "-k", os.path.join(ROOT, "crds"))
        self.kubectl.await_definition("kustosinks.kustosink.dev")
        for namespace in PLACES.values():
            self.kubectl.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
            self.kubectl.within(namespace).apply(
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "adx"}, "stringData": {"secret": f"{MARK}-one"}}
            )
        self.kafka.create("orders", 4)
        scaling = {"mode": "Lag", "minReplicas": 2, "maxReplicas": 2}
        taken = {
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "taken-worker", "namespace": TROUBLED},
        }
        lease = {
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "kusto-sink-operator", "namespace": STANDBY},
            "spec": {
                "holderIdentity": "nobody", "leaseDurationSeconds": 3600, "leaseTransitions": 0,
                "acquireTime": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()),
                "renewTime": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()),
            },
        }
        self.kubectl.apply(
            sink(HEALTHY, "orders"), sink(HEALTHY, "resting", paused=True), sink(HEALTHY, "empty", replicas=0),
            taken, sink(TROUBLED, "taken"), sink(TROUBLED, "waiting"),
            sink(TROUBLED, "unreadable", scaling={"mode": "Lag"}),
            sink(TROUBLED, "orders", self.kafka.address, scaling=scaling), lease, sink(ENDED, "orders", replicas=0),
        )

    def play(self):
        """Starts the operators, lets things happen, and records for forty scrapes after all have settled."""
        ended = [self.start(namespace) for namespace in PLACES.values()][-1]
        troubled = self.kubectl.within(TROUBLED)

        def is_settled():
            latest = self.recorder.latest
            return all((
                latest(f"operator-{HEALTHY}", condition(HEALTHY, "orders", "Ready")) == 1,
                latest(f"operator-{HEALTHY}", condition(HEALTHY, "resting", "Paused")) == 1,
                latest(f"operator-{TROUBLED}", condition(TROUBLED, "taken", "Stalled")) == 1,
                latest(f"operator-{TROUBLED}", condition(TROUBLED, "unreadable", "ScalingActive")) == 0,
                latest(f"operator-{TROUBLED}", condition(TROUBLED, "orders", "Ready")) == 1,
            ))

        wait_until(is_settled, "the sinks are as the scenarios want them", 180, 1)
        self.recorder.last(10)
        ended.stop()
        troubled.merge("secret", "adx", {"stringData": {"secret": f"{MARK}-two"}})
        troubled.merge("kustosinks", "orders", {"spec": {"scaling": {"minReplicas": 3, "maxReplicas": 3}}})
        self.recorder.last(40)


def condition(namespace, name, kind):
    return f'kusto_sink_operator_condition{{name="{name}",namespace="{namespace}",type="{kind}"}}'


def record(scenarios, folder, programs):
    """Plays all of them in one session; yields the recordings of those that are wanted."""
    with (
        Cluster(folder, has_node=False) as cluster, Children(folder) as children,
        Kubelet(cluster.kubectl, failing=("waiting",)),
    ):
        kafka = Kafka(children, os.path.join(folder, "kafka-of-operators"))
        session = Session(children, folder, cluster.kubectl, programs["kusto-sink-operator"], kafka)
        session.prepare()
        with session.recorder:
            session.play()
        whole = session.recorder.recording()
    for scenario in scenarios:
        target = f"operator-{PLACES[scenario]}"
        yield scenario, Recording(
            whole.started, whole.scrapes, {target: whole.targets[target]}, {target: whole.series[target]}, whole.types
        )
