"""Everything that runs during the tests."""

import concurrent.futures
import itertools
import os
import random

from confluent_kafka.schema_registry import SchemaRegistryClient

import sink
from processes import Children, executable
from proxy import Proxy
from registry import Registry
from tables import Cluster
from topics import Broker


class Rig:
    """The peers, and how sinks are made; leaving the context ends all that was started."""

    def __init__(self, folder, seed, is_long):
        self.folder, self.seed, self.is_long = folder, seed, is_long
        self.worker = executable("kusto-sink-worker", "KUSTO_SINK_WORKER")
        self.emulator = executable("kusto-emulator", "KUSTO_EMULATOR")
        self._numbers = itertools.count(1)

    def __enter__(self):
        self.children = Children(self.folder)
        self.registry = None
        try:
            # Both run on Java and take their time.
            with concurrent.futures.ThreadPoolExecutor() as pool:
                registry = pool.submit(Registry, self.folder)
                kafka = pool.submit(Broker, self.children, os.path.join(self.folder, "kafka"))
                self.cluster = self.new_cluster()
                self.registry, self.kafka = registry.result(), kafka.result()
            self.proxy = Proxy(self.children, os.path.join(self.folder, "nginx"), self.registry)
        except BaseException:
            self.__exit__()
            raise
        self.client = SchemaRegistryClient({"url": self.registry.url})
        return self

    def __exit__(self, *_):
        self.children.__exit__()
        if self.registry:
            self.registry.stop()

    def new_cluster(self, *options):
        """Another emulator."""
        number = next(self._numbers)
        return Cluster(self.children, self.emulator, os.path.join(self.folder, f"adx-{number}"), options)

    def new_proxy(self):
        """Another nginx, for a test that ends it."""
        return Proxy(self.children, os.path.join(self.folder, f"nginx-{next(self._numbers)}"), self.registry)

    def random(self, *words):
        """Random numbers that are always the same for this seed and these words."""
        return random.Random(":".join(map(str, (self.seed, *words))))

    def topic(self, name, partitions=1):
        """Makes a topic."""
        self.kafka.create(name, partitions)
        return name

    def sink(self, name, routes, converter, cluster=None, **changes):
        return sink.Sink(self, name, routes, converter, cluster, **changes)
