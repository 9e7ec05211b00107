"""What is wrong is told where users look: in `kubectl describe`, within half a minute."""

import json
import time

from planted import PLANTED
from processes import RunError, wait_until
from sinks import RESOURCE
from suite import check, step

# How soon users are told, and what a slow machine may take beyond that to start the pods. A cause that is no change of an
# answer waits ten seconds for the status before it to be that old.
SECONDS, SLACK_SECONDS = 30, 30


def await_words(sink, words, started):
    """Waits until `kubectl describe` has all these words in the conditions or events."""
    left = max(1, SECONDS + SLACK_SECONDS - (time.monotonic() - started))
    try:
        wait_until(lambda: all(word in sink.describe() for word in words), "", left, 0.5)
    except RunError:
        text = sink.describe()
        missing = [word for word in words if word not in text]
        raise RunError(f"within {SECONDS + SLACK_SECONDS} s kubectl describe of {sink.name} does not say {missing}") from None


@step("a spec that breaks a rule is refused at once, and the field is named")
def refuse_spec(run):
    sink = run.sink("refused", "Refused", partitions=0, changes={"flush": {"interval": "soon"}})
    status, _, error = sink.kubectl.attempt("apply", "-f", "-", text=json.dumps(sink.manifest()))
    check(status != 0 and "spec.flush.interval" in error, f"kubectl apply says: {error}")


@step("a bad spec, a missing Secret, wrong credentials and a missing table show their cause within 30 s")
def tell_causes(run):
    secret = {"name": "absent", "key": "client-secret"}
    run.set_credentials("wrong", "first-app", key=PLANTED["an application with a wrong secret"])
    cases = [
        (run.sink("bad-config", "Refused", changes={"config": {"consumer.override.fetch.min.bytes": "many"}}),
         ["ConfigValid", "InvalidConfiguration", "consumer.override.fetch.min.bytes"]),
        (run.sink("no-secret", "Late", changes={"kusto": {"auth": {"clientSecret": {"secretKeyRef": secret}}}}),
         ["SecretsResolved", "SecretMissing", "absent"]),
        (run.sink("wrong-secret", "Refused", changes={"kusto": {"auth": {
            "clientSecret": {"secretKeyRef": {"name": "wrong", "key": "client-secret"}},
            "clientId": {"secretKeyRef": {"name": "wrong", "key": "client-id"}},
        }}}), ["WorkerFailed", "AADSTS"]),
        (run.sink("no-table", "Nowhere"), ["WorkerFailed", "Nowhere", "no-table"]),
    ]
    started = time.monotonic()
    for sink, _ in cases:
        sink.apply()
    for sink, words in cases:
        await_words(sink, words, started)
        check(sink.condition("Ready")[0] == "False", f"{sink.name} is Ready={sink.condition('Ready')[0]}")
        run.say(f"          {sink.name}: {sink.condition('Ready')[2]}")
    # It goes on by itself once what was missing is there.
    late = cases[1][0]
    late.stream.produce(20)
    run.set_credentials("absent", "second-app")
    # Also the other half of the pair, which names the application.
    late.change({"kusto": {"auth": {"clientId": {"secretKeyRef": {"name": "absent", "key": "client-id"}}}}})
    late.await_ready()
    late.stream.await_rows()
    for sink, _ in cases:
        sink.kubectl.run("delete", RESOURCE, sink.name, "--wait=true")


@step("an object of somebody else with the name of one of ours is left alone")
def spare_foreign(run):
    labels = {"app": "foreign"}
    sink = run.sink("foreign", "Refused")
    run.kubectl.apply({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "foreign-worker"},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "example.invalid/none"}]},
        }},
    })
    before = wait_until(lambda: settled(run), "the Deployment is settled", 60, 0.2)
    sink.apply()
    sink.await_condition("ChildrenOwned", "False", "NameConflict")
    sink.kubectl.run("delete", RESOURCE, sink.name, "--wait=true")
    check(run.kubectl.get("deployment", "foreign-worker")["metadata"]["resourceVersion"] == before, "it was written")
    run.kubectl.run("delete", "deployment", "foreign-worker")


def settled(run):
    """The version of the foreign Deployment once its controller has seen it."""
    found = run.kubectl.get("deployment", "foreign-worker")
    is_seen = found.get("status", {}).get("observedGeneration") == found["metadata"]["generation"]
    return found["metadata"]["resourceVersion"] if is_seen else None
