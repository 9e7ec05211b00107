"""Sinks that come from Git by Argo CD, and workers without an operator that come from kustomize."""

import contextlib
import os
import re

from argo import Application, Argo, HealthWatch, Repository, write
from lifecycle import check_restricted
from peers import DATABASE, Stream
from processes import wait_until
from sinks import CHILD_KINDS, is_ready, merged
from suite import Left, check, step

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
WORKER = os.path.join(ROOT, "manifests", "worker")
INTEGRATION = os.path.join(ROOT, "manifests", "integrations", "argo-cd")
APPLICATION = "sinks"
RECORDS = 60_000


@step("workers run without an operator from an overlay of manifests/worker, and rows arrive")
def plain_worker(run):
    folder = os.path.join(run.folder, "worker")
    os.makedirs(folder)
    stream = Stream(run.peers, "plain", "Plain", 1)
    values = {
        "bootstrap.servers": run.peers.kafka.address, "kusto.ingestion.url": run.peers.adx.ingestion_url,
        "aad.auth.authority": "tenant", "aad.auth.appid": "first-app", "topics": stream.topic,
        "kusto.tables.topics.mapping":
            f"[{{'topic': '{stream.topic}', 'db': '{DATABASE}', 'table': 'Plain', 'format': 'json', "
            "'mapping': 'PlainMapping'}]",
    }
    with open(os.path.join(WORKER, "sink.properties")) as file:
        properties = file.read()
    for name, value in values.items():
        properties, count = re.subn(rf"(?m)^{re.escape(name)}=.*$", lambda _: f"{name}={value}", properties)
        check(count == 1, f"sink.properties has {name} {count} times")
    extra = {"kusto.query.url": run.peers.adx.query_url, "kusto.endpoint.trust": f"wellknown,{run.cluster.host}"}
    with open(os.path.join(folder, "sink.properties"), "w") as file:
        file.write(properties + "".join(f"{name}={value}\n" for name, value in extra.items()))
    name, _, tag = run.images["kusto-sink-worker"].name.rpartition(":")
    write(os.path.join(folder, "kustomization.yaml"), {
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "namespace": run.kubectl.namespace,
        "resources": [os.path.relpath(WORKER, folder)],
        "configMapGenerator": [{"name": "orders-config", "behavior": "replace", "files": ["sink.properties"]}],
        "images": [{"name": "kusto-sink-worker", "newName": name, "newTag": tag}],
        # The run has this Secret already.
        "patches": [{"patch": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "adx"}, "$patch": "delete"}'}],
    })
    manifests = run.kubectl.run("kustomize", folder)
    run.set_credentials("adx", "first-app")
    stream.produce(100)
    selector = "app.kubernetes.io/instance=orders"
    status, _, error = run.kubectl.attempt("apply", "--filename=-", text=manifests)
    check(status == 0 and not error, f"kubectl apply says: {error}")
    try:
        stream.await_rows()
        run.kubectl.run("rollout", "status", "deployment/orders-worker", "--timeout=120s", timeout=130)
        (pod,) = run.kubectl.list("pods", selector)
        check_restricted(pod)
        budget = wait_until(
            lambda: (run.kubectl.get("poddisruptionbudget", "orders-worker").get("status") or {}).get("currentHealthy"),
            "the budget counts the worker", 60, 0.3,
        )
        check(budget == 1, f"the budget counts {budget} workers")
    finally:
        run.kubectl.run("delete", "--ignore-not-found", "--filename=-", text=manifests, timeout=90)
    wait_until(lambda: not run.kubectl.list("pods", selector), "the workers are gone", 120, 0.3)


class Declared:
    """Two sinks in Git: one that follows the lag, and one that another autoscaler scales."""

    def __init__(self, run, argo, repository):
        self.run, self.argo, self.repository = run, argo, repository
        self.lagging = run.sink("declared", "Declared", partitions=3, changes={
            "scaling": {
                "mode": "Lag", "minReplicas": 1, "maxReplicas": 2, "lagThreshold": 1000, "targetDrainTime": "5s",
                "scaleUpStabilization": "0s", "scaleDownStabilization": "5s",
            },
            "flush": {"sizeBytes": 4096},
        })
        self.external = run.sink("external", "External", changes={"scaling": {"mode": "External"}})
        self.application = Application(argo.kubectl, APPLICATION, repository, run.kubectl.namespace)

    def commit(self, subject, sink, changes):
        """Changes a sink in Git, and lets Argo CD look; returns the revision."""
        sink.spec = merged(sink.spec, changes)
        revision = self.repository.commit(subject, {f"{sink.name}.yaml": sink.manifest()})
        self.application.refresh()
        return revision


@step("Argo CD creates, judges, changes, keeps and prunes sinks as Git has them")
def argo_cd(run):
    if reason := Argo.lack(run.cluster):
        raise Left(reason)
    folder = os.path.join(run.folder, "gitops")
    os.makedirs(folder)
    run.set_credentials("adx", "first-app")
    with Argo(run.cluster, folder, INTEGRATION) as argo:
        run.say("          Argo CD is up")
        declared = Declared(run, argo, Repository(os.path.join(folder, "repository")))
        try:
            for part in (create, change, fail, scale_by_lag, scale_from_outside, prune):
                part(run, declared)
                run.say(f"          {part.__doc__}")
        except BaseException:
            argo.tell_logs()
            raise
        finally:
            with contextlib.suppress(Exception):
                declared.application.delete()


def create(run, declared):
    """a sink from Git was Progressing and became Healthy"""
    lagging, application = declared.lagging, declared.application
    lagging.stream.produce(200)
    revision = declared.repository.commit("Add the sinks", {
        f"{sink.name}.yaml": sink.manifest() for sink in (lagging, declared.external)
    })
    application.apply()
    with HealthWatch(declared.argo.kubectl, APPLICATION, lagging.name, os.path.join(run.folder, "health.log")) as watch:
        application.await_sink(lagging.name, "Healthy", revision, "WorkersReady")
        wait_until(lambda: ("Synced", "Healthy") in watch.seen(), "the watch has seen it too", 60, 0.3)
        healths = [health for _, health in watch.seen()]
    check(
        "Progressing" in healths[:healths.index("Healthy")] and "Degraded" not in healths,
        f"its health was {healths}",
    )
    lagging.stream.await_rows()
    application.await_sink(declared.external.name, "Healthy", revision)


def change(run, declared):
    """a commit rolled out"""
    old = declared.lagging.status()["configHash"]
    revision = declared.commit("Send batches sooner", declared.lagging, {"flush": {"interval": "300ms"}})
    wait_until(lambda: declared.lagging.status()["configHash"] != old, "the sink has the new configuration", 120, 0.3)
    declared.application.await_sink(declared.lagging.name, "Healthy", revision)
    check(declared.lagging.status()["configHash"] != old, "status.configHash is the old one")


def fail(run, declared):
    """bad commits were Degraded in the operator's and the worker's words, and their reverts Healthy"""
    sink, application = declared.lagging, declared.application
    (entry,) = sink.spec["topics"]
    (pod,) = sink.ready_pods()
    # What the operator refuses leaves the workers alone.
    revision = declared.commit("Make files of text", sink, {"topics": [{**entry, "format": "parquet"}]})
    message = application.await_sink(sink.name, "Degraded", revision, "InvalidConfiguration")
    check("format=parquet" in message, f"the message is {message}")
    check([each["metadata"]["uid"] for each in sink.ready_pods()] == [pod["metadata"]["uid"]], "the worker was replaced")
    # What only the worker finds out.
    revision = declared.commit("Take another table", sink, {"topics": [{**entry, "table": "Nowhere"}]})
    message = application.await_sink(sink.name, "Degraded", revision, "Nowhere")
    check("WorkerFailed" in message, f"the message is {message}")
    run.say(f"          Argo CD says: {message}")
    revision = declared.commit("Take the table again", sink, {"topics": [entry]})
    application.await_sink(sink.name, "Healthy", revision)


def scale_by_lag(run, declared):
    """it stayed Synced while the operator scaled it by lag and wrote its status"""
    sink, application = declared.lagging, declared.application
    generation = sink.object()["metadata"]["generation"]
    run.peers.adx.add({"endpoint": "blob", "kind": "delay", "milliseconds": 1500})
    try:
        with HealthWatch(declared.argo.kubectl, APPLICATION, sink.name, os.path.join(run.folder, "sync.log")) as watch:
            sink.stream.produce(RECORDS)
            wait_until(lambda: len(sink.ready_pods()) == 2, "two workers are ready", 240, 0.5)
            check(application.of_sink(application.refresh(), sink.name)[0] == "Synced", "it is not Synced with two workers")
            run.peers.adx.clear_faults()
            wait_until(lambda: len(sink.pods()) == 1, "one worker is left", 240, 0.5)
            check(application.of_sink(application.refresh(), sink.name)[0] == "Synced", "it is not Synced with one worker")
            syncs = {sync for sync, _ in watch.seen()}
    finally:
        run.peers.adx.clear_faults()
    check(syncs == {"Synced"}, f"meanwhile it was {syncs}")
    found = sink.object()
    check(found["metadata"]["generation"] == generation, "somebody wrote the spec")
    check(found["spec"]["replicas"] == 1, f"spec.replicas is {found['spec']['replicas']}")
    sink.stream.await_rows()


def scale_from_outside(run, declared):
    """a sink in mode External stayed Synced while others scaled and paused it, also with replicas in Git"""
    sink, application = declared.external, declared.application

    def is_kept(replicas):
        status = application.refresh()
        check(application.of_sink(status, sink.name)[0] == "Synced", f"with {replicas} replicas it is not Synced")
        check(sink.object()["spec"]["replicas"] == replicas, f"spec.replicas is not {replicas} any more")

    sink.kubectl.run("scale", f"kustosink/{sink.name}", "--replicas=2")
    is_kept(2)
    revision = declared.commit("Say replicas, although an autoscaler does", sink, {"replicas": 1})
    application.await_sink(sink.name, "Healthy", revision)
    is_kept(2)
    # What Argo CD's action `pause` does; its web server, which carries it out, does not run here.
    said = declared.argo.tell_action("pause", sink.object())
    check("paused: true" in said, f"Argo CD says of the action: {said}")
    sink.kubectl.merge("kustosink", sink.name, {"spec": {"paused": True}})
    message = application.await_sink(sink.name, "Suspended", revision)
    check("PausedBySpec" in message, f"the message is {message}")
    is_kept(2)
    check(sink.object()["spec"]["paused"] is True, "Argo CD has ended the pause")
    sink.kubectl.merge("kustosink", sink.name, {"spec": {"paused": None, "replicas": 1}})
    application.await_sink(sink.name, "Healthy", revision)


def prune(run, declared):
    """a sink that left Git, and those of a deleted Application, left nothing behind"""
    lagging, external = declared.lagging, declared.external
    for sink in (lagging, external):
        check(sink.children(["deployments"]) and is_ready(sink.pods()[0]), f"{sink.name} has no worker to begin with")
    declared.repository.commit("Remove the sink", {f"{lagging.name}.yaml": None})
    declared.application.refresh()
    await_nothing(lagging)
    check(external.children(["deployments"]), "the other sink was pruned, too")
    declared.application.delete()
    await_nothing(external)
    check(run.kubectl.get("secret", "adx"), "the user's Secret was deleted")


def await_nothing(sink):
    """Waits until neither a sink nor an object with its label or its name as the owner is left."""
    kinds = ",".join(("kustosinks", "configmaps", *CHILD_KINDS))

    def left():
        found = []
        for each in sink.kubectl.list(kinds):
            metadata = each["metadata"]
            owners = {(owner["kind"], owner["name"]) for owner in metadata.get("ownerReferences", [])}
            is_of_sink = metadata.get("labels", {}).get("kustosink.dev/sink") == sink.name
            if is_of_sink or ("KustoSink", sink.name) in owners or (each["kind"], metadata["name"]) == ("KustoSink", sink.name):
                found.append(f"{each['kind']}/{metadata['name']}")
        return found

    wait_until(lambda: not left(), f"nothing of {sink.name} is left", 240, 0.5)
