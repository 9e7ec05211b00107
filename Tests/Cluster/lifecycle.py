"""The life of a sink: applied, changed, its Secret rotated, scaled, its pods killed."""

import os
import signal

from kubernetes import processes_of
from processes import wait_until
from sinks import is_ready, merged, restarts, template_annotation
from suite import Left, check, step


@step("the manifests are accepted without a warning, and the operator runs as a restricted pod", is_needed=True)
def install(run):
    run.installation.install()
    check(not run.installation.warnings, f"the server warns: {run.installation.warnings}")
    (pod,) = run.installation.pods()
    check_restricted(pod)
    account = f"system:serviceaccount:{run.installation.namespace}:{run.installation.service_account}"
    check(pod["spec"]["serviceAccountName"] != "default", "the operator runs under the default ServiceAccount")
    # What an operator that was taken over must not be able to do.
    for verb, resource in (
        ("create", "pods"), ("create", "pods/exec"), ("delete", "namespaces"), ("create", "clusterrolebindings"),
        ("delete", "kustosinks.kustosink.dev"), ("get", "nodes"), ("update", "kustosinks.kustosink.dev"),
    ):
        status, answer, _ = run.cluster.kubectl.attempt("auth", "can-i", verb, resource, "--all-namespaces", f"--as={account}")
        check(status != 0 and answer.strip() == "no", f"the operator may {verb} {resource}")


def check_restricted(pod):
    """Checks what the admission of restricted pods asks for, and the read-only root that it does not ask for."""
    spec = pod["spec"]
    whole = spec.get("securityContext", {})
    for container in spec["containers"]:
        context = merged(whole, container.get("securityContext", {}))
        check(
            context.get("runAsNonRoot") is True and context.get("allowPrivilegeEscalation") is False
            and context.get("readOnlyRootFilesystem") is True and context.get("capabilities", {}).get("drop") == ["ALL"]
            and context.get("seccompProfile", {}).get("type") == "RuntimeDefault",
            f"the container {container['name']} of {pod['metadata']['name']} is not restricted: {context}",
        )


@step("kubectl apply of the sample sink makes rows arrive", is_needed=True)
def apply(run):
    sink = run.telemetry
    # Following the lag has a step of its own, and the credentials here are all in a Secret.
    sample = merged(run.installation.sample()["spec"], {"scaling": None, "kusto": {"auth": None}})
    sink.spec = merged(sample, sink.spec)
    sink.stream.produce(500)
    sink.apply()
    run.say(f"          {sink.stream.await_rows()} rows arrived")
    sink.await_ready()
    (pod,) = sink.pods()
    check_restricted(pod)
    check(pod["spec"]["serviceAccountName"] != "default", "the worker runs under the default ServiceAccount")
    check(pod["spec"].get("automountServiceAccountToken") is False, "the worker gets a token of the API server")


@step("a second apply changes nothing: no object, no rollout")
def apply_again(run):
    sink = run.telemetry
    generation = sink.deployment()["metadata"]["generation"]
    before = sink.versions()
    check("unchanged" in sink.apply(), "kubectl changed the resource")
    # The resource changes and the spec does not, so the operator looks at everything again.
    (operator,) = run.installation.pods()
    seen = run.installation.metric(operator, "controller_runtime_reconcile_total")
    check(seen, "the operator does not count its reconciliations")
    sink.kubectl.run("annotate", "kustosink", sink.name, "example.com/looked-at=yes")
    wait_until(
        lambda: (run.installation.metric(operator, "controller_runtime_reconcile_total") or 0) > seen,
        "the operator has reconciled again", 60, 0.3,
    )
    sink.await_ready()
    after = sink.versions()
    check(before == after, f"objects changed: {before} became {after}")
    check(sink.deployment()["metadata"]["generation"] == generation, "the Deployment was written")


@step("what a person changes of ours comes back, and what is theirs stays")
def edits(run):
    sink = run.telemetry
    name = sink.deployment()["metadata"]["name"]
    limit = sink.deployment()["spec"]["revisionHistoryLimit"]
    sink.kubectl.merge("deployment", name, {
        "metadata": {"labels": {"example.com/team": "data"}}, "spec": {"revisionHistoryLimit": limit + 4},
    })
    wait_until(
        lambda: sink.deployment()["spec"]["revisionHistoryLimit"] == limit, "the operator has set its own value again", 60, 0.3
    )
    check(sink.deployment()["metadata"]["labels"].get("example.com/team") == "data", "the person's label is gone")


@step("a changed spec rolls out")
def change_spec(run):
    sink = run.telemetry
    old, status = sink.deployment(), sink.status()
    with sink.stream.steady():
        sink.change({"flush": {"interval": "400ms"}})
        sink.await_rollout(old["metadata"]["generation"])
        sink.await_ready()
    check(sink.status()["configHash"] != status["configHash"], "status.configHash is the old one")
    check(
        template_annotation(sink.deployment(), "kustosink.dev/config-hash") == sink.status()["configHash"],
        "the pods' template has another configuration than the status tells",
    )
    sink.stream.await_rows()


@step("a rotated Secret rolls out, and a change of what the sink does not use does not")
def rotate_secret(run):
    sink = run.telemetry
    old = sink.deployment()
    sink.kubectl.merge("secret", "adx", {"stringData": {"unrelated": "value"}})
    run.set_credentials("adx", "second-app")
    sink.await_rollout(old["metadata"]["generation"])
    new = sink.deployment()
    check(
        new["metadata"]["generation"] == old["metadata"]["generation"] + 1,
        f"the Deployment was written {new['metadata']['generation'] - old['metadata']['generation']} times",
    )
    name = "kustosink.dev/credentials-hash"
    check(template_annotation(new, name) != template_annotation(old, name), f"{name} is the old one")
    name = "kustosink.dev/config-hash"
    check(template_annotation(new, name) == template_annotation(old, name), f"{name} changed with the credentials")
    wait_until(lambda: "SecretRotated" in sink.events(), "an event tells of the rotation", 60, 0.5)
    sink.stream.produce(100)
    sink.stream.await_rows()


@step("kubectl scale adds and removes workers")
def scale(run):
    sink = run.telemetry
    for replicas in (3, 2):
        sink.kubectl.run("scale", f"kustosink/{sink.name}", f"--replicas={replicas}")
        sink.spec = merged(sink.spec, {"replicas": replicas})
        sink.await_ready(replicas)
        check(sink.status()["replicas"] == replicas, f"status.replicas is {sink.status()['replicas']}")


@step("a deleted pod and one killed on its node lose nothing")
def kill_workers(run):
    sink = run.telemetry
    with sink.stream.steady():
        first, second = sink.ready_pods()
        sink.kubectl.run("delete", "pod", first["metadata"]["name"], "--wait=false")
        process = processes_of(second)
        if process:
            os.kill(process[0], signal.SIGKILL)
            # It counts as ready until the kubelet has noticed, which is no matter of the other one.
            wait_until(
                lambda: sum(map(restarts, same(sink, second))) > restarts(second), "the killed worker is started again", 120, 0.3
            )
        sink.await_ready(2)
    check(not process or sum(map(restarts, same(sink, second))) == restarts(second) + 1, "the killed worker was started twice")
    run.say(f"          all of {sink.stream.await_rows()} records have their rows")
    if not process:
        raise Left("the pods' processes are on another machine; a pod was deleted and lost nothing")


def same(sink, pod):
    """The pod as it is now, or none."""
    return [each for each in sink.pods() if each["metadata"]["uid"] == pod["metadata"]["uid"]]


@step("a paused sink rests, and goes on where it was")
def pause(run):
    sink = run.telemetry
    sink.change({"paused": True})
    wait_until(lambda: not sink.kubectl.list("pods", sink.selector), "the workers are gone", 120, 0.3)
    sink.await_condition("Paused", "True", "PausedBySpec")
    sink.stream.produce(50)
    sink.change({"paused": False, "replicas": 1})
    sink.stream.await_rows()
    sink.await_ready(1)
