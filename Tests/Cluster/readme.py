"""The README's way from nothing to a sink on Kubernetes, gone as it is written there: its blocks in their order."""

import dataclasses
import os
import re
import shutil

import claims
import images
import pages
from chart import Release
from installation import DEPLOYMENT
from peers import Stream
from processes import wait_until
from reader import NAMESPACE, Reader, with_peers
from sandbox import Answers
from sinks import Sink
from suite import Left, check, step

APPLICATION = "first-app"
TOPIC, TABLE, PARTITIONS = "orders", "Orders", 6


def load(run, names):
    """Brings the run's images to the node under the names of the README, as kind would do with those of an engine."""
    made = []
    for name in names:
        program = name.partition(":")[0]
        check(program in run.images, f"the README loads {name}, which is no image of ours")
        made.append(dataclasses.replace(run.images[program], name=f"docker.io/library/{name}"))
    archive = os.path.join(run.folder, "readme-images.tar")
    images.write(made, archive)
    run.cluster.load(archive)
    os.remove(archive)


def clear(run):
    """Removes the operator, which is a release of the chart after the steps before, so that the cluster is as a reader's."""
    release = Release(run)
    if DEPLOYMENT in release.helm("list", "--short").split():
        release.uninstall()
        run.cluster.kubectl.run("delete", "namespace", run.installation.namespace, timeout=180)
    else:
        run.installation.remove()


def images_of(text):
    """The names of the images that a block brings to the nodes."""
    return [
        name for words in claims.shell.commands(text) if words[:3] == ["kind", "load", "docker-image"]
        for name in words[3:] if not name.startswith("-")
    ]


@step("the README's way to a sink on Kubernetes leads to rows in a table")
def second_journey(run):
    if not run.cluster.is_own:
        raise Left("the README makes a namespace 'data' and installs the operator; it needs a cluster of our own")
    if shutil.which("helm") is None:
        raise Left("install helm (helm.sh/docs/intro/install)")
    blocks = [block for block in pages.blocks(page="README.md") if claims.is_journey(claims.SECOND_JOURNEY)(block)]
    texts = "\n".join(block.text for block in blocks)
    for word in ("helm install", "kind: KustoSink", "kubectl apply -f", "kusto-sink-operator migrate"):
        check(word in texts, f"the README has no block below '{claims.SECOND_JOURNEY}' with '{word}'")
    clear(run)
    wait_until(lambda: not run.cluster.kubectl.get("namespace", NAMESPACE), f"the namespace {NAMESPACE} is gone", 180, 0.5)
    stream = Stream(run.peers, TOPIC, TABLE, PARTITIONS)
    with Answers() as answers:
        reader = Reader(run, "readme", is_real=True, connect_port=answers.port)
        # The images are made already.
        reader.program("make", 'exec true "$@"')
        for block in blocks:
            follow(run, reader, block)
    sink = Sink(run.cluster.kubectl.within(NAMESPACE), TOPIC, None, stream)
    stream.produce(50)
    run.say(f"          {stream.await_rows()} rows arrived")
    sink.await_ready()
    for words in re.findall(r"`(kubectl -n data (?:get|describe) [^`]+)`", pages.pages()["README.md"].text):
        status, output, error = reader.run(words)
        check(status == 0, f"README.md: {words}: {output}{error}")
    # The rest of the cluster ends with the run.
    sink.kubectl.run("delete", "kustosink", TOPIC, "--wait=true", timeout=180)


def follow(run, reader, block):
    """Does what a block says."""
    if block.language == "yaml":
        names = re.findall(r"`([\w.-]+\.yaml)`", block.before)
        check(names, f"{block}: the paragraph before it names no file to write it into")
        text, notes = with_peers(run, block.text, APPLICATION)
        for note in notes:
            run.say(f"          README.md, replaced: {note}")
        reader.write(names[-1], text)
        return
    check(claims.is_shell(block), f"{block}: Tests/Cluster/readme.py does not know what a reader does with it")
    if names := images_of(block.text):
        load(run, names)
    status, output, error = reader.run(block.text, typed=f"{secret(run)}\n")
    check(status == 0, f"{block}: ends with status {status}:\n{output}{error}")
    run.say(f"          done: {block}")


def secret(run):
    """The secret of the application that the reader has."""
    return run.applications[APPLICATION]
