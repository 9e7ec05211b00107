"""A real Apache Kafka of one node, in KRaft mode on free ports."""

import base64
import errno
import os
import random
import shutil
import socket
import subprocess
import threading
import uuid

from processes import RunError, wait_until

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.retention.ms=-1
log.segment.delete.delay.ms=1000
log.index.size.max.bytes=1048576
"""

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %m (%c)%n
rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
"""


_given, _giving = set(), threading.Lock()


def free_ports(count, host="127.0.0.1"):
    """Ports of an address of this machine that nobody listens on.

    They are not among those that the system gives to whoever asks for any port: between here and the start of the server,
    or while it is down, one of the many other processes would get it sooner or later. Nor is one given twice, since
    those that are given are not all in use at once.
    """
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        first = int(file.read().split()[0])
    # Kubernetes has its own ports around 10,250 and from 30,000 on.
    candidates = range(11_000, min(first, 30_000)) if first > 15_000 else range(first, 60_000)
    choice, found = random.SystemRandom(), []
    while len(found) < count:
        port = choice.choice(candidates)
        with socket.socket() as each:
            try:
                each.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
        with _giving:
            if port not in _given:
                _given.add(port)
                found.append(port)
    return found


def check_home():
    """The folder of an unpacked Apache Kafka, from `KAFKA_HOME`."""
    home = os.environ.get("KAFKA_HOME", "")
    if not os.access(os.path.join(home, "bin", "kafka-server-start.sh"), os.X_OK):
        raise RunError(
            "no Kafka: unpack Apache Kafka 4 (kafka.apache.org/downloads) and set KAFKA_HOME to its folder"
        )
    if shutil.which("java") is None:
        raise RunError("Apache Kafka needs Java 17 on the PATH")
    return home


def configure(folder, heap="1g", extra=lambda address, controller: "", host="127.0.0.1"):
    """Writes a broker's configuration and formats its storage; returns its address, command and environment.

    `extra` returns further lines of its configuration, from its address and its controller's; `host` is the address at
    which clients find it.
    """
    home = check_home()
    os.makedirs(folder)
    (port,), (controller,) = free_ports(1, host), free_ports(1)
    properties = os.path.join(folder, "server.properties")
    with open(properties, "w") as file:
        file.write(PROPERTIES.format(host=host, port=port, controller=controller, folder=folder))
        file.write(extra(f"{host}:{port}", f"127.0.0.1:{controller}"))
    logging = os.path.join(folder, "log4j2.properties")
    with open(logging, "w") as file:
        file.write(LOGGING)
    environment = dict(
        os.environ,
        KAFKA_HEAP_OPTS=f"-Xms{heap} -Xmx{heap}",
        # Either of the two may be what SLF4J uses.
        KAFKA_LOG4J_OPTS=f"-Dlog4j2.configurationFile={logging} -Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        LOG_DIR=os.path.join(folder, "logs"),
    )
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # An id that begins with a dash would be taken for an option.
    command = [os.path.join(home, "bin", "kafka-storage.sh"), "format", f"--cluster-id={cluster}", "--config", properties]
    outcome = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    if outcome.returncode != 0:
        raise RunError(f"kafka-storage.sh failed:\n{outcome.stdout}{outcome.stderr}")
    return f"{host}:{port}", [os.path.join(home, "bin", "kafka-server-start.sh"), properties], environment


def start(children, folder):
    """Starts a broker; returns its process and address, which may not answer yet."""
    address, command, environment = configure(folder)
    return children.start("kafka", command, environment), address


def await_answer(answers, process):
    """Waits until the broker answers, as the function `answers` tells."""
    wait_until(answers, "the Kafka broker answers", 120, 0.2, alive=[process] if process else [])
