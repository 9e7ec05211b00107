"""The Helm chart takes the operator over from the manifests; releases come and go, and no worker notices."""

import contextlib
import os
import shutil
import subprocess

from installation import DEPLOYMENT, ROOT
from processes import RunError, wait_until
from sinks import RESOURCE, restarts
from suite import Left, check, step

CHART = os.path.join(ROOT, "charts", "kusto-sink-operator")
RELEASE = DEPLOYMENT
# For an image that the node has already, on a machine with much else to do.
TIMEOUT_SECONDS = 180


class Release:
    """The chart as a release in the namespace of the operator, with the images of the run."""

    def __init__(self, run):
        self._run = run
        if shutil.which("helm") is None:
            raise Left("install helm (helm.sh/docs/intro/install)")

    def helm(self, *words):
        """Runs helm and returns what it says."""
        kubectl = self._run.installation.kubectl
        command = ["helm", f"--kubeconfig={kubectl.kubeconfig}", f"--namespace={kubectl.namespace}", *words]
        try:
            outcome = subprocess.run(command, capture_output=True, text=True, timeout=2 * TIMEOUT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise RunError(f"helm {words[0]} takes more than {2 * TIMEOUT_SECONDS} s") from None
        if outcome.returncode != 0:
            raise RunError(f"helm {words[0]} failed: {outcome.stdout}{outcome.stderr}")
        return outcome.stdout

    def put(self, verb, *words):
        """Installs or upgrades, and waits until the operators are ready."""
        values = []
        for value, program in (("image", "kusto-sink-operator"), ("worker.image", "kusto-sink-worker")):
            repository, _, tag = self._run.images[program].name.rpartition(":")
            values.append(f"--set={value}.repository={repository},{value}.tag={tag}")
        return self.helm(verb, RELEASE, CHART, *values, "--wait", f"--timeout={TIMEOUT_SECONDS}s", *words)

    def rollback(self, revision):
        self.helm("rollback", RELEASE, str(revision), "--wait", f"--timeout={TIMEOUT_SECONDS}s")

    def uninstall(self):
        self.helm("uninstall", RELEASE, "--wait", f"--timeout={TIMEOUT_SECONDS}s")


def arguments(run):
    """The arguments of the operators."""
    deployment = run.installation.kubectl.get("deployment", DEPLOYMENT)
    return deployment["spec"]["template"]["spec"]["containers"][0]["args"]


def await_operators(run, count):
    """Waits until so many operators are ready, and one of them leads."""
    run.installation.await_ready(count)
    wait_until(run.installation.leader, "one of the new operators leads", 120, 0.3)


@contextlib.contextmanager
def untouched(sink):
    """While this lasts records come all the time; afterwards the workers are the same, and every record has its row."""

    def workers():
        return {pod["metadata"]["uid"]: restarts(pod) for pod in sink.pods()}

    before = workers()
    check(before, f"{sink.name} has no workers")
    generation = sink.deployment()["metadata"]["generation"]
    with sink.stream.steady():
        yield
    sink.stream.await_rows()
    check(workers() == before, f"the workers were replaced: {before} became {workers()}")
    check(sink.deployment()["metadata"]["generation"] == generation, "the Deployment of the workers was written")


def await_reconciliation(run, sink):
    """Waits until the operator that leads has looked at the sink, of which something is changed that changes nothing."""
    leader = run.installation.leader()
    check(leader, "no operator leads")
    name = "controller_runtime_reconcile_total"
    seen = run.installation.metric(leader, name) or 0
    sink.kubectl.run("annotate", "kustosink", sink.name, "--overwrite", f"example.com/looked-at={leader['metadata']['uid']}-{seen}")
    wait_until(lambda: (run.installation.metric(leader, name) or 0) > seen, "the operator has looked at the sink", 90, 0.3)
    sink.await_ready()


@step("helm takes over from the manifests: a sink's workers go on as they are, and rows arrive")
def chart_take_over(run):
    release = Release(run)
    sink = run.charted = run.sink("charted", "Charted", partitions=3)
    sink.stream.produce(100)
    sink.apply()
    sink.stream.await_rows()
    sink.await_ready()
    with untouched(sink):
        # The Deployments select their pods differently, and a selector cannot be changed.
        run.installation.kubectl.run("delete", "deployment", DEPLOYMENT, "--wait")
        told = release.put("install", "--take-ownership")
        await_operators(run, 1)
        await_reconciliation(run, sink)
    check("helm uninstall leaves the definition" in told, f"the notes do not say what uninstalling leaves: {told}")
    definition = run.cluster.kubectl.get("crd", RESOURCE)["metadata"]
    check(
        definition["annotations"].get("helm.sh/resource-policy") == "keep" and definition["labels"].get(
            "app.kubernetes.io/managed-by") == "Helm",
        f"the definition is none of the release that is kept: {definition['labels']}, {definition['annotations']}",
    )


@step("helm upgrade and helm rollback replace operators and no worker")
def chart_upgrade(run):
    release, sink = Release(run), run.charted
    where = run.installation.kubectl
    with untouched(sink):
        release.put("upgrade", "--set=replicaCount=2,log.level=debug")
        await_operators(run, 2)
        check("--log-level=debug" in arguments(run), f"the arguments are {arguments(run)}")
        check(where.get("poddisruptionbudget", DEPLOYMENT), "two operators have no PodDisruptionBudget")
        await_reconciliation(run, sink)
        release.rollback(1)
        await_operators(run, 1)
        check("--log-level=debug" not in arguments(run), f"after the rollback the arguments are {arguments(run)}")
        check(not where.get("poddisruptionbudget", DEPLOYMENT), "the PodDisruptionBudget of two operators is still there")
        await_reconciliation(run, sink)


@step("with rights to Secrets by name a sink of such a Secret works, and another one says AccessDenied")
def chart_secret_names(run):
    release, sink = Release(run), run.charted
    release.put("upgrade", "--set=rbac.secretAccess=names,rbac.secretNames={adx}")
    await_operators(run, 1)
    account = f"system:serviceaccount:{run.installation.namespace}:{run.installation.service_account}"
    for name, expected in (("adx", "yes"), ("unlisted", "no")):
        _, answer, _ = run.kubectl.attempt("auth", "can-i", "get", f"secret/{name}", f"--as={account}")
        check(answer.strip() == expected, f"whether the operator may read the Secret {name}: {answer}")
    # A change of the Secret is still noticed; what comes of it is looked at below.
    generation = sink.deployment()["metadata"]["generation"]
    current = run.kubectl.run("get", "secret", "adx", "--output=jsonpath={.data.client-id}")
    run.set_credentials("adx", "first-app")
    if run.kubectl.run("get", "secret", "adx", "--output=jsonpath={.data.client-id}") == current:
        run.set_credentials("adx", "second-app")
    # Its Secret is there, and the operator may not read it.
    run.set_credentials("unlisted", "first-app")
    reference = {"secretKeyRef": {"name": "unlisted", "key": "client-secret"}}
    refused = run.sink("unlisted", "Refused", partitions=0, changes={"kusto": {"auth": {"clientSecret": reference}}})
    refused.apply()
    message = refused.await_condition("Stalled", "True", "AccessDenied")
    check("unlisted" in message, f"the message does not name the Secret: {message}")
    run.say(f"          {refused.name}: {message}")
    sink.await_rollout(generation)
    sink.stream.produce(20)
    sink.stream.await_rows()
    # Once the name is in the list, the sink goes on by itself: a refused Secret is asked for again after half a minute, and
    # a refused sink after a minute at the latest.
    release.put("upgrade", "--set=rbac.secretAccess=names,rbac.secretNames={adx,unlisted}")
    wait_until(
        lambda: (refused.condition("Stalled") or ("", "", ""))[1] != "AccessDenied", "the Secret may be read now", 180, 0.5
    )
    run.kubectl.run("delete", RESOURCE, refused.name, "--wait=true")
    sink.await_ready()


@step("helm uninstall leaves the definition, the sinks and their workers, and helm install takes them back")
def chart_uninstall(run):
    release, sink = Release(run), run.charted
    with untouched(sink):
        release.uninstall()
        check(not run.installation.kubectl.get("deployment", DEPLOYMENT), "the operator is still there")
        check("deletionTimestamp" not in sink.object()["metadata"], "the sink is on its way out")
        sink.stream.produce(20)
        sink.stream.await_rows()
        release.put("install")
        await_operators(run, 1)
        await_reconciliation(run, sink)
    run.kubectl.run("delete", RESOURCE, sink.name, "--wait=true")
    wait_until(lambda: not sink.children(), "the sink's objects are gone", 180, 0.5)
