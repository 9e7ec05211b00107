"""The commands of the pages that ask a cluster are ones that a real one takes, while sinks in every state are there."""

import re

from confluent_kafka import Consumer, KafkaException, TopicPartition

import claims
import documented
import pages
from documented import FIRST, FOLLOWING, MISTAKEN
from processes import wait_until
from reader import Reader
from sinks import RESOURCE, restarts
from suite import Left, check, step

# What the operator's page has of a whole environment.
ENVIRONMENT = "production"
# A group that nobody is in, and what holds a sink that is deleted.
SPARE, FINALIZER = "connect-spare", "example.com/held"


def prepared(run, showcase):
    """A reader who has the files that the pages have them write, and the Secrets that they name."""
    reader = Reader(run, "pages", is_real=False)
    for name in ("kafka", "kafka-client"):
        showcase.kubectl.apply({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": {"password": "none"},
        })
    (sink,) = [each for each in pages.blocks("yaml", page="docs/operator.md") if "kind: KustoSink" in each.text]
    reader.write("orders.yaml", sink.text)
    reader.write("base/orders.yaml", sink.text)
    reader.write("base/kustomization.yaml", "resources: [orders.yaml]\n")
    (overlay,) = [each for each in pages.blocks("yaml") if each.text.startswith(f"# {ENVIRONMENT}/kustomization.yaml\n")]
    reader.write(f"{ENVIRONMENT}/kustomization.yaml", overlay.text)
    (values, *_) = [each for each in pages.blocks("yaml", page="docs/install.md") if each.text.startswith("# values.yaml\n")]
    reader.write("values.yaml", values.text)
    for name in ("client.crt", "client.key"):
        reader.write(name, "a certificate\n")
    reader.write("returns.csv", f"{FOLLOWING},0,0\n")
    commit(run, SPARE, FOLLOWING)
    showcase.kubectl.merge(RESOURCE, FIRST, {"metadata": {"finalizers": [FINALIZER]}})
    return reader


def commit(run, group, topic):
    """Lets a group that nobody is in have an offset."""
    consumer = Consumer({"bootstrap.servers": run.peers.kafka.address, "group.id": group, "log_level": 0})

    def is_done():
        try:
            return not consumer.commit(offsets=[TopicPartition(topic, 0, 0)], asynchronous=False)[0].error
        except KafkaException:
            return False

    wait_until(is_done, f"{group} has committed", 60, 0.2)
    consumer.close()


def ended(showcase):
    """A pod of the sink with a mistake, whose worker has ended at least once."""
    selector = f"kustosink.dev/sink={MISTAKEN}"
    return wait_until(
        lambda: next((each for each in showcase.kubectl.list("pods", selector) if restarts(each)), None),
        f"a worker of {MISTAKEN} has ended", 120, 0.5,
    )["metadata"]["name"]


def replaced(text, pods, address):
    """A block with names of pods and addresses that there are, for those that the page leaves to the reader."""
    for pattern, value in (
        (r"\borders-worker-…(?= --previous)", pods[MISTAKEN]),
        (r"\borders-worker-…", pods[FIRST]),
        (r"\bbroker-1\.example:9092\b", address),
        # Of these only the first is there, and its group is not empty.
        (r"\borders-2\b", FOLLOWING),
        (rf"--group connect-(?:orders|{FOLLOWING})\b", f"--group {SPARE}"),
        (r"--id …", f"--id {pods[FIRST]}"),
    ):
        text = re.sub(pattern, value, text)
    return text


@step("every command of the pages that asks a cluster is one that it takes")
def run_documented(run):
    showcase = run.showcase
    if showcase is None:
        raise Left("it needs the sinks of the step 'show_documented'")
    try:
        reader = prepared(run, showcase)
        pods = {
            MISTAKEN: ended(showcase),
            FIRST: showcase.kubectl.list("pods", f"kustosink.dev/sink={FIRST}")[0]["metadata"]["name"],
        }
        blocks = [block for block in pages.blocks(*claims.shell.LANGUAGES) if claims.CLUSTER.takes(block)]
        check(len(blocks) > 20, f"the pages have only {len(blocks)} blocks for a cluster")
        wrong = []
        for block in blocks:
            status, output, error = reader.run(replaced(block.text, pods, run.peers.kafka.address), typed="secret\n")
            if status != 0 or re.search(r"(?m)^Error: ", output + error):
                wrong.append(f"{block}: ends with status {status}:\n{output}{error}")
        check(not wrong, "\n".join(wrong))
        run.say(f"          {len(blocks)} blocks of {len({block.page for block in blocks})} pages")
    finally:
        showcase.kubectl.merge(RESOURCE, FIRST, {"metadata": {"finalizers": None}})
        documented.clean(run)
