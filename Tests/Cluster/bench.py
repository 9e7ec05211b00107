#!/usr/bin/env python3
"""Measures the operator on a real API server without nodes: a thousand sinks at once, and one whose Kafka never answers."""

import argparse
import json
import os
import shutil
import socket
import sys
import tempfile
import time
import urllib.request

# What other tests share with this one.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

from broker import free_ports
from images import ROOT
from kubernetes import Cluster
from processes import Children, RunError, end_on_signals, wait_until

SINKS = "/apis/kustosink.dev/v1alpha1/namespaces/default/kustosinks"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
GOALS = {"reconciled_seconds": 30, "restart_seconds": 30, "peak_rss_mebibytes": 64, "restart_peak_rss_mebibytes": 64}


def sink(number, brokers, mode):
    """A sink of its own group, topic and table."""
    name = f"sink-{number}"
    secret = {"secretKeyRef": {"name": "adx", "key": "secret"}}
    return {
        "apiVersion": "kustosink.dev/v1alpha1", "kind": "KustoSink", "metadata": {"name": name},
        "spec": {
            "kafka": {"bootstrapServers": [brokers]},
            "kusto": {
                "ingestionUrl": "https://ingest-bench.westeurope.kusto.windows.net",
                "auth": {"tenantId": {"value": "tenant"}, "clientId": {"value": "client"}, "clientSecret": secret},
            },
            "topics": [{"topic": name, "database": "bench", "table": f"T{number}", "format": "json", "mapping": "M"}],
            "scaling": {"mode": mode},
        },
    }


def silent_listener():
    """A socket that takes connections into its queue and never answers."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


def is_reconciled(kubectl, count):
    """Whether each sink has its Deployment, the last of its objects, and a status of its newest spec.

    All sinks are looked at only once the Deployments are there, which the server counts without work.
    """
    deployments = json.loads(kubectl.run("get", "--raw", f"{DEPLOYMENTS}?limit=1"))
    if len(deployments["items"]) + deployments["metadata"].get("remainingItemCount", 0) < count:
        return False
    sinks = json.loads(kubectl.run("get", "--raw", SINKS))["items"]
    return all(each.get("status", {}).get("observedGeneration") == each["metadata"]["generation"] for each in sinks)


def total(port, metric, label=""):
    """The sum of a metric of the operator over all label sets that contain a text."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as response:
        lines = response.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith((metric + "{", metric + " ")) and label in line)


def is_through(port, count):
    """Whether an operator has looked at each sink and has nothing left to look at."""
    try:
        return total(port, "controller_runtime_reconcile_total") >= count and total(port, "workqueue_depth") == 0
    except OSError:
        return False


def await_rest(port, operator, quiet=15):
    """Waits until the operator has written no status for a while: Kubernetes' own controllers take their time with so many
    Deployments, and what they change is news, which an operator that starts then writes down rightly."""
    last, since = -1, time.monotonic()

    def is_quiet():
        nonlocal last, since
        writes = total(port, "kusto_sink_operator_status_writes_total")
        if writes != last:
            last, since = writes, time.monotonic()
        return time.monotonic() - since >= quiet

    wait_until(is_quiet, "the controllers are through", 600, 1, alive=[operator])


def measure(options, children, cluster):
    """Fills the API server, starts the operator, and returns the figures."""
    kubectl = cluster.kubectl
    kubectl.run("apply", "--server-side", "-k", os.path.join(ROOT, "crds"))
    kubectl.await_definition("kustosinks.kustosink.dev")
    kubectl.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "adx"}, "stringData": {"secret": "bench"}})
    with silent_listener() as listener:
        hung = f"127.0.0.1:{listener.getsockname()[1]}"
        sinks = [sink(0, hung, "Lag")] + [sink(number, "127.0.0.1:9", "Fixed") for number in range(1, options.sinks)]
        print(f"making {options.sinks} sinks", flush=True)
        kubectl.run("create", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": sinks}), timeout=300)
        port, second_port = free_ports(2)

        def start(name, port):
            return children.start(name, [
                options.operator, "run", "--kubeconfig", kubectl.kubeconfig, "--namespace", "default", "--listen",
                f"127.0.0.1:{port}", "--worker-image", "example.invalid/worker:bench",
            ])

        operator = start("operator", port)
        started = time.monotonic()
        wait_until(lambda: is_reconciled(kubectl, options.sinks), "all sinks are reconciled", 300, 0.5, alive=[operator])
        figures = {"sinks": options.sinks, "reconciled_seconds": round(time.monotonic() - started, 1)}
        figures["cpu_seconds_until_reconciled"] = round(operator.cpu_seconds(), 2)
        figures["requests_per_sink"] = round(total(port, "rest_client_requests_total") / options.sinks, 1)
        print(f"all are reconciled after {figures['reconciled_seconds']} s; waiting for rest", flush=True)
        time.sleep(options.settle)
        await_rest(port, operator)
        before = operator.cpu_seconds()
        time.sleep(options.idle)
        operator.check_alive()
        figures["idle_cpu_percent"] = round((operator.cpu_seconds() - before) / options.idle * 100, 2)
        figures["peak_rss_mebibytes"] = round(operator.peak_rss_bytes() / (1 << 20), 1)
        operator.stop()
        print("starting another operator beside what is there", flush=True)
        operator = start("operator-again", second_port)
        started = time.monotonic()
        wait_until(lambda: is_through(second_port, options.sinks), "all sinks are looked at again", 300, 0.5, alive=[operator])
        figures["restart_seconds"] = round(time.monotonic() - started, 1)
        figures["restart_cpu_seconds"] = round(operator.cpu_seconds(), 2)
        figures["restart_patches"] = int(total(second_port, "rest_client_requests_total", 'method="PATCH"'))
        figures["restart_peak_rss_mebibytes"] = round(operator.peak_rss_bytes() / (1 << 20), 1)
    return figures


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sinks", type=int, default=1000, help="how many (1000), of which one has a Kafka that hangs")
    parser.add_argument("--settle", type=float, default=90, help="seconds until events and rollouts are through, before the idle time (90)")
    parser.add_argument("--idle", type=float, default=30, help="seconds over which idle CPU is measured (30)")
    parser.add_argument("--operator", default=os.path.join(ROOT, ".build", "release", "kusto-sink-operator"))
    parser.add_argument("--output", default=os.path.join(ROOT, ".build", "bench-operator.json"), help="where the JSON goes")
    options = parser.parse_args(arguments)
    if not os.access(options.operator, os.X_OK):
        parser.error(f"{options.operator} is missing: run 'make release'")
    end_on_signals()
    folder = tempfile.mkdtemp(prefix="kusto-sink-bench-operator-")
    try:
        with Cluster(folder, has_node=False) as cluster, Children(folder) as children:
            figures = measure(options, children, cluster)
    except RunError as error:
        print(f"the benchmark could not go on: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, value in figures.items():
        goal = GOALS.get(name)
        print(f"{name:32}{value:>10}" + (f"   goal: at most {goal}" if goal else ""))
    with open(options.output, "w") as file:
        json.dump(figures, file, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
