"""The end: nothing was lost on the way, nothing is left behind, and no secret was told."""

from processes import wait_until
from scan import Scanner
from sinks import CHILD_KINDS, RESOURCE
from suite import Left, check, step


@step("configurations stay for as long as a rollback could need them, and no longer")
def forget_configurations(run):
    sink = run.telemetry

    def named():
        """The ConfigMaps that ReplicaSets name, of which the Deployment keeps a few."""
        volumes = [
            volume for each in sink.kubectl.list("replicasets", sink.selector)
            for volume in each["spec"]["template"]["spec"]["volumes"]
        ]
        return {f"ConfigMap/{volume['configMap']['name']}" for volume in volumes if "configMap" in volume}

    deployment = sink.deployment()
    rollouts = int(deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
    if rollouts <= deployment["spec"]["revisionHistoryLimit"] + 1:
        raise Left(f"{rollouts} rollouts are too few for one to be forgotten")
    # ReplicaSets end without a sign, so the operator looks when something else has changed.
    sink.change({"replicas": 2})
    wait_until(
        lambda: set(sink.children(["configmaps"])) == named(), "the configurations are those that ReplicaSets name", 90, 0.5
    )


def worker_logs(run):
    """The logs of all workers that have begun; the server refuses those of a pod that is only being made."""
    logs = ""
    for pod in run.kubectl.list("pods", "kustosink.dev/sink"):
        states = [each["state"] for each in pod.get("status", {}).get("containerStatuses", [])]
        if any("running" in state or "terminated" in state for state in states):
            logs += run.kubectl.run("logs", pod["metadata"]["name"], "--tail=-1")
    return logs


@step("no secret stands in a log, a status, an event or a rendered configuration")
def keep_secrets(run):
    texts = {
        "the sinks": run.kubectl.run("get", RESOURCE, "--output=yaml"),
        "events": run.cluster.kubectl.run("get", "events", "--all-namespaces", "--output=yaml"),
        "the operators' logs": run.installation.kubectl.run(
            "logs", "--selector=app.kubernetes.io/name=kusto-sink-operator", "--tail=-1"
        ),
        "the workers' logs": worker_logs(run),
    }
    texts["the description of the pods, with their last words"] = run.kubectl.run("describe", "pods")
    for name, child in run.telemetry.children(["configmaps"]).items():
        for key in child["data"]:
            texts[f"{name} ({key})"] = child["data"][key]
    workers = [(pod, 9404) for pod in run.kubectl.list("pods", "kustosink.dev/sink")]
    for pod, port in [*workers, *((pod, 8080) for pod in run.installation.pods())]:
        # Of one that is not ready the server tells what it answers, as an error.
        for page in ("metrics", "readyz", "healthz"):
            path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}:{port}/proxy/{page}"
            texts[path] = "".join(map(str, run.cluster.kubectl.attempt("get", "--raw", path)[1:]))
    scanner = Scanner()
    for name, text in texts.items():
        check(text.strip(), f"{name}: there is nothing to look at")
        found = scanner.scan(text.encode())
        check(not found, f"in {name}, line and whose secret stands there: {found}")


@step("a deleted sink leaves nothing behind")
def delete(run):
    for sink in (run.telemetry, run.backlog):
        if sink is None or not run.kubectl.get(RESOURCE, sink.name):
            continue
        sink.stream.await_rows()
        run.kubectl.run("delete", RESOURCE, sink.name, "--wait=true")

    def left():
        items = run.kubectl.list(",".join(CHILD_KINDS), "kustosink.dev/sink")
        return [f"{each['kind']}/{each['metadata']['name']}" for each in items]

    wait_until(lambda: not left(), "their objects are gone", 180, 0.5)
    # Of the user's own objects none went with them.
    check(run.kubectl.get("secret", "adx"), "the user's Secret was deleted")
