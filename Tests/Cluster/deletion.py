"""The end: nothing was lost on the way, nothing is left behind, and no secret was told."""

import base64

from processes import wait_until
from sinks import CHILD_KINDS, RESOURCE
from suite import check, step


@step("no secret stands in a log, a status, an event or a rendered configuration")
def keep_secrets(run):
    texts = {
        "the sinks": run.kubectl.run("get", RESOURCE, "--output=yaml"),
        "events": run.cluster.kubectl.run("get", "events", "--all-namespaces", "--output=yaml"),
        "the operators' logs": run.installation.kubectl.run(
            "logs", "--selector=app.kubernetes.io/name=kusto-sink-operator", "--tail=-1"
        ),
        "the workers' logs": run.kubectl.run("logs", "--selector=kustosink.dev/sink", "--tail=-1"),
    }
    for name, child in run.telemetry.children(["secrets"]).items():
        for key in child["data"]:
            texts[f"{name} ({key})"] = base64.b64decode(child["data"][key]).decode()
    for name, text in texts.items():
        check(text.strip(), f"{name}: there is nothing to look at")
        check(not any(secret in text for secret in run.secrets), f"a secret stands in {name}")


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

    wait_until(lambda: not left(), "their objects are gone", 90, 0.5)
    # Of the user's own objects none went with them.
    check(run.kubectl.get("secret", "adx"), "the user's Secret was deleted")
