#!/usr/bin/env python3
"""Runs worker and operator as pods of a real Kubernetes and checks what users may expect. See README.md beside this file."""

import argparse
import os
import shutil
import sys
import tempfile
import time

# What other tests share with this one.
sys.path[1:1] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", folder) for folder in ("Harness", "Secrecy", "Documentation")]

import images
import suite
from installation import Installation
from kubernetes import Cluster
from peers import DATABASE, Peers, Stream, certificates
from planted import PLANTED, keep_file
from processes import Children, RunError, end_on_signals
from sinks import RESOURCE, Sink, merged

# They register their steps, which run in this order.
import lifecycle
import scaling
import autoscaler
import documented
import commands
import causes
import leadership
import gitops
import takeover
import deletion
import chart
import readme

ROOT = images.ROOT
STEP_MODULES = (
    lifecycle, scaling, autoscaler, documented, commands, causes, leadership, gitops, takeover, deletion, chart, readme,
)
NAMESPACE = "kusto-sink-cluster-test"
TABLES = (
    "Telemetry", "Backlog", "Late", "Refused", "Autoscaled", "Orders", "Payments", "Clicks", "Plain", "Declared", "External",
    "Charted", "Taken",
)
# Two applications that may ingest: a rotated Secret names the other.
APPLICATIONS = {
    f"{which}-app": PLANTED[f"the {which} application of the cluster tests"] for which in ("first", "second")
}
RESTRICTED = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}


class Run:
    """One run: the cluster, the peers, the operator, and the sinks."""

    def __init__(self, options, children, cluster, folder):
        self.options, self.cluster, self.folder, self.applications = options, cluster, folder, APPLICATIONS
        self.started = time.monotonic()
        authority, *_ = files = certificates(os.path.join(folder, "tls"), cluster.host)
        self.images = images.make(os.path.join(ROOT, ".build", options.build), [authority], options.roots)
        archive = os.path.join(folder, "images.tar")
        images.write(self.images.values(), archive)
        cluster.load(archive)
        os.remove(archive)
        self.say(f"images: {', '.join(image.name for image in self.images.values())}")
        emulator = os.path.join(ROOT, ".build", options.build, "kusto-emulator")
        self.peers = Peers(children, folder, cluster.host, emulator, TABLES, APPLICATIONS, files)
        self.say(f"Kafka at {self.peers.kafka.address}, ADX at {self.peers.adx.query_url}")
        self.kubectl = cluster.kubectl.within(NAMESPACE)
        cluster.kubectl.apply({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": RESTRICTED},
        })
        self.installation = Installation(cluster.kubectl, self.images)
        self.set_credentials("adx", "first-app")
        self.telemetry = self.sink("telemetry", "Telemetry", partitions=6)
        # Made by their steps.
        self.backlog = self.showcase = None

    def say(self, text):
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", flush=True)

    def set_credentials(self, secret, application, key=None):
        """Writes a Secret with an application's id and its key, or another key."""
        self.kubectl.apply({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": secret},
            "stringData": {"client-id": application, "client-secret": key or APPLICATIONS[application]},
        })

    def sink(self, name, table, partitions=1, changes=None):
        """A sink that reads a topic of its own, with times short enough for a test; nothing is applied yet."""
        stream = Stream(self.peers, name, table, partitions) if partitions else None
        spec = {
            "kafka": {
                "bootstrapServers": [self.peers.kafka.address], "consumer": {"sessionTimeout": "6s", "heartbeatInterval": "1s"},
            },
            "kusto": {
                "ingestionUrl": self.peers.adx.ingestion_url, "queryUrl": self.peers.adx.query_url,
                "trustedHosts": [self.cluster.host],
                "auth": {
                    "strategy": "application", "tenantId": {"value": "tenant"},
                    "clientId": {"secretKeyRef": {"name": "adx", "key": "client-id"}},
                    "clientSecret": {"secretKeyRef": {"name": "adx", "key": "client-secret"}},
                },
            },
            "topics": [{
                "topic": name, "database": DATABASE, "table": table, "format": "json", "mapping": f"{table}Mapping",
            }],
            "converters": {"value": {"type": "Json", "schemasEnable": False}},
            "flush": {"interval": "500ms"},
        }
        return Sink(self.kubectl, name, merged(spec, changes or {}), stream)

    def tell_state(self):
        """Prints what a person would look at first when something is wrong."""
        for title, words, where in (
            ("sinks", ["describe", RESOURCE], self.kubectl),
            ("pods", ["get", "pods", "--output=wide"], self.kubectl),
            ("workers", ["logs", "--selector=kustosink.dev/sink", "--tail=8", "--prefix", "--ignore-errors"], self.kubectl),
            ("operators", ["logs", "--selector=app.kubernetes.io/name=kusto-sink-operator", "--tail=40", "--prefix"],
             getattr(self.installation, "kubectl", self.kubectl)),
        ):
            _, output, error = where.attempt(*words)
            print(f"---- {title}\n{output}{error}", flush=True)
        print("----", flush=True)

    def keep_logs(self):
        """Writes what the cluster knows into the run's folder."""
        operators = getattr(self.installation, "kubectl", self.kubectl)
        for name, (where, *words) in {
            "objects.yaml": (self.kubectl, "get", "all,configmaps,kustosinks,events", "--output=yaml"),
            "pods.txt": (self.cluster.kubectl, "describe", "pods", "--all-namespaces"),
            "operators.log": (operators, "logs", "--selector=app.kubernetes.io/name=kusto-sink-operator", "--prefix", "--tail=-1"),
            "workers.log": (self.kubectl, "logs", "--selector=kustosink.dev/sink", "--prefix", "--tail=-1"),
        }.items():
            _, output, error = where.attempt(*words)
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(output + error)
            keep_file(os.path.join(self.folder, name))

    def remove(self):
        """Removes from a cluster that goes on what the run has put there."""
        # Without a definition there are none.
        self.kubectl.attempt("delete", RESOURCE, "--all", timeout=120)
        self.installation.remove()
        # None of these was there before, or the run would not have begun.
        if made := self.cluster.kubectl.made():
            self.cluster.kubectl.run("delete", "--ignore-not-found", *made, timeout=300)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", choices=("debug", "release"), default="debug", help="whose executables (debug)")
    parser.add_argument(
        "--roots", metavar="DIR",
        help="take the images' roots that Tests/Images/run.py has made, such as .build/images/debian-13, for the images"
    )
    parser.add_argument(
        "--only", metavar="STEP,…", help="after the first two steps only these, by the names of their functions"
    )
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs, also when all is well")
    options = parser.parse_args(arguments)
    names = [action.__name__ for _, action in suite.STEPS]
    if options.only:
        for name in options.only.split(","):
            if name not in names:
                parser.error(f"no step {name}; there are {', '.join(names)}")
        options.only = [*names[:2], *options.only.split(",")]
    for program in (*images.PROGRAMS, "kusto-emulator"):
        path = os.path.join(ROOT, ".build", options.build, program)
        if not os.access(path, os.X_OK):
            parser.error(f"{path} is missing: run 'make {'release' if options.build == 'release' else 'build'}'")
    return options


def main(arguments):
    options = parse(arguments)
    end_on_signals()
    folder = tempfile.mkdtemp(prefix="kusto-sink-cluster-test-")
    is_well = False
    try:
        with Cluster(folder) as cluster, Children(folder) as children:
            run = Run(options, children, cluster, folder)
            try:
                passed, failed, left = suite.run_all(run, options.only)
            finally:
                run.keep_logs()
                if not cluster.is_own:
                    run.remove()
            is_well = not failed
    except RunError as error:
        print(f"the cluster test could not go on: {error}", file=sys.stderr)
        return 2
    finally:
        if options.keep or not is_well:
            print(f"the logs are in {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed" + (f", {left} left out" if left else ""))
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
