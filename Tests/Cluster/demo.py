#!/usr/bin/env python3
"""Shows the operator on a real Kubernetes: lag grows, workers follow, every row arrives. See README.md beside this file.

    make demo-cluster                                       # on a cluster of its own, where PEERS can start one
    TEST_KUBECONFIG=~/.kube/config CLUSTER_HOST_ADDRESS=172.18.0.1 \\
      make demo-cluster ARGUMENTS='--operator-image kusto-sink-operator:0.1.0 --worker-image kusto-sink-worker:0.1.0'
"""

import argparse
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time

# What tests share with this.
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

import images
from installation import Installation
from kubernetes import Cluster
from peers import DATABASE, Peers, Stream, certificates
from planted import PLANTED
from processes import Children, RunError, end_on_signals
from sinks import RESOURCE, Sink, merged
from story import CHANGES, MOST_WORKERS, Story

NAMESPACE = "kusto-sink-demo"
NAME, TABLE = "orders", "Orders"
APPLICATION = "demo-app"
SECRET = PLANTED["the first application of the cluster tests"]


class Screen:
    """Standard output: what stays, and a line that is rewritten in place on a terminal, in colour unless NO_COLOR is set."""

    def __init__(self, stream=sys.stdout):
        self._stream = stream
        self._is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._has_colour = self._is_terminal and not os.environ.get("NO_COLOR")
        self._started = self._told = time.monotonic()
        self._head, self._news, self._is_live = None, None, False

    def _write(self, text):
        self._stream.write(text)
        self._stream.flush()

    def styled(self, text, code):
        return f"\033[{code}m{text}\033[0m" if self._has_colour else text

    def say(self, text=""):
        self._end_live()
        for line in text.splitlines() or [""]:
            self._write(f"  {line}\n" if line else "\n")

    def heading(self, text):
        self._end_live()
        self._head = None
        self._write("\n" + self.styled(text, "1;36") + "\n")

    def good(self, text):
        self._end_live()
        self._write(f"  {self.styled('✓', '32')} {text}\n")

    def live(self, head, line, force=False):
        """Shows a line below its head: at once on a terminal; elsewhere when it has news, for `force`, or after 10 s."""
        now = time.monotonic()
        # The age of a resource is another one each time.
        news = re.sub(r" \d+[dhms]\w*(?= )", "", line)
        if not self._is_terminal and not force and news == self._news and now - self._told < 10:
            return
        if head != self._head:
            self._end_live()
            self._write(self.styled(f"  {'':7} {head}", "2") + "\n")
            self._head = head
        if force and news == self._news and not self._is_live:
            return
        text = f"  {now - self._started:5.1f} s {line}"
        self._write(f"\r\033[2K{text}" if self._is_terminal else f"{text}\n")
        self._news, self._told, self._is_live = news, now, self._is_terminal

    def _end_live(self):
        if self._is_live:
            self._write("\n")
        self._is_live = False

    def end(self):
        self._end_live()

    @property
    def seconds(self):
        return time.monotonic() - self._started


class Demo:
    """The cluster, the peers and the operator of one demo, and the sink that it shows."""

    def __init__(self, options, children, cluster, folder, screen):
        self._cluster, self._screen = cluster, screen
        screen.heading("Kubernetes, and beside it Kafka and Azure Data Explorer (the emulator)")
        files = certificates(os.path.join(folder, "tls"), cluster.host)
        found = self._images(options, folder)
        screen.good(f"images {', '.join(image.name for image in found.values())}")
        self._peers = Peers(
            children, folder, cluster.host, os.path.join(images.ROOT, ".build", options.build, "kusto-emulator"), [TABLE],
            {APPLICATION: SECRET}, files,
        )
        screen.good(f"Kafka at {self._peers.kafka.address}, ADX at {self._peers.adx.query_url}")
        self._installation = Installation(cluster.kubectl, found)
        self._kubectl = cluster.kubectl.within(NAMESPACE)
        self._authority = files[0]

    def _images(self, options, folder):
        if options.worker_image:
            named = (options.worker_image, options.operator_image)
            return {program: images.Image(name, b"", []) for program, name in zip(images.PROGRAMS, named)}
        made = images.make(os.path.join(images.ROOT, ".build", options.build))
        archive = os.path.join(folder, "images.tar")
        images.write(made.values(), archive)
        self._cluster.load(archive)
        os.remove(archive)
        return made

    def tell(self):
        self._screen.heading("The operator, from manifests/")
        self._screen.say("$ kubectl apply --server-side -k manifests")
        self._installation.install()
        self._screen.good("the operator is ready")
        with open(self._authority) as file:
            authority = file.read()
        self._kubectl.apply(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
            {
                "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "adx", "namespace": NAMESPACE},
                "stringData": {"client-secret": SECRET, "ca.crt": authority},
            },
        )
        sink = self._sink()
        story = Story(sink, self._peers.adx, self._screen)
        story.backlog()
        self._screen.heading(f"A KustoSink that follows the lag, {NAME}.yaml")
        self._screen.say(json.dumps(sink.manifest(), indent=2))
        story.grow()
        story.complete()
        story.shrink(MOST_WORKERS - 1)

    def _sink(self):
        spec = {
            "kafka": {"bootstrapServers": [self._peers.kafka.address]},
            "kusto": {
                "ingestionUrl": self._peers.adx.ingestion_url, "queryUrl": self._peers.adx.query_url,
                "trustedHosts": [self._cluster.host],
                "tls": {"ca": {"secretKeyRef": {"name": "adx", "key": "ca.crt"}}},
                "auth": {
                    "tenantId": {"value": "demo-tenant"}, "clientId": {"value": APPLICATION},
                    "clientSecret": {"secretKeyRef": {"name": "adx", "key": "client-secret"}},
                },
            },
            "topics": [{
                "topic": NAME, "database": DATABASE, "table": TABLE, "format": "json", "mapping": f"{TABLE}Mapping",
            }],
            "flush": {"interval": "500ms"},
        }
        return Sink(self._kubectl, NAME, merged(spec, CHANGES), Stream(self._peers, NAME, TABLE, partitions=6))

    def show_next_steps(self):
        self._screen.heading("Next")
        self._screen.say(
            "1. Your own Kafka and ADX: README.md, 'On Kubernetes', from the images to the first row.\n"
            "2. docs/scaling.md says how the number of workers comes about, docs/monitoring.md what to watch.\n"
            "3. Coming from Kafka Connect: 'kusto-sink-operator migrate' turns connectors into KustoSinks."
        )
        self._screen.say(self._screen.styled(f"Took {self._screen.seconds:.0f} s.", "2"))

    def remove(self):
        """Removes from a cluster that goes on what the demo has put there."""
        self._kubectl.attempt("delete", RESOURCE, "--all", timeout=120)
        self._installation.remove()
        if made := self._cluster.kubectl.made():
            self._cluster.kubectl.run("delete", "--ignore-not-found", *made, timeout=300)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", choices=("debug", "release"), default="release", help="whose executables (release)")
    parser.add_argument("--worker-image", metavar="IMAGE", help="an image of the worker that the nodes find, such as after `make image`")
    parser.add_argument("--operator-image", metavar="IMAGE", help="the same for the operator; without both, images are made and loaded")
    options = parser.parse_args(arguments)
    if bool(options.worker_image) != bool(options.operator_image):
        parser.error("name both images, --worker-image and --operator-image, or none")
    if not os.access(os.path.join(os.environ.get("KAFKA_HOME", ""), "bin", "kafka-server-start.sh"), os.X_OK):
        parser.error("set KAFKA_HOME to the folder of an unpacked Apache Kafka 4 (kafka.apache.org/downloads); it needs Java 17")
    for program in ("kubectl", "openssl"):
        if shutil.which(program) is None:
            parser.error(f"install {program}")
    needed = ["kusto-emulator", *([] if options.worker_image else images.PROGRAMS)]
    for program in needed:
        path = os.path.join(images.ROOT, ".build", options.build, program)
        if not os.access(path, os.X_OK):
            parser.error(f"{path} is missing: run 'make {'release' if options.build == 'release' else 'build'}'")
    return options


def main(arguments):
    options = parse(arguments)
    end_on_signals()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    screen = Screen()
    folder = tempfile.mkdtemp(prefix="kusto-sink-demo-cluster-")
    is_well = False
    try:
        screen.say(screen.styled("kusto-sink on Kubernetes: workers follow the lag", "1"))
        with Cluster(folder, loads_images=not options.worker_image) as cluster, Children(folder) as children:
            demo = Demo(options, children, cluster, folder, screen)
            try:
                demo.tell()
            finally:
                screen.end()
                if not cluster.is_own:
                    screen.say("Removing what the demo has put into the cluster.")
                    demo.remove()
            demo.show_next_steps()
            is_well = True
    except RunError as error:
        screen.end()
        print(f"the demo cannot go on: {error}\nthe logs are in {folder}", flush=True)
        return 2
    except KeyboardInterrupt:
        screen.end()
        print("interrupted; what was started is ended", flush=True)
        return 130
    finally:
        if is_well:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
