"""Argo CD beside a cluster of our own, an Application of it, and the git repository that the Application follows."""

import json
import os
import shutil
import subprocess

from processes import RunError, wait_until

APPLICATIONS = "applications.argoproj.io"
KIND = "kustosink.dev_KustoSink"
NAMESPACE = "argocd"
NEEDS = ("git", "redis-server")


class Repository:
    """A git repository on this machine, with one folder of manifests."""

    def __init__(self, folder):
        self._folder = folder
        self.url = f"file://{folder}"
        os.makedirs(os.path.join(folder, "sinks"))
        self._git("init", "--quiet", "--initial-branch=main")

    def _git(self, *words):
        identity = ["-c", "user.name=cluster-test", "-c", "user.email=cluster-test@example.com", "-c", "commit.gpgSign=false"]
        outcome = subprocess.run(
            ["git", *identity, *words], cwd=self._folder, capture_output=True, text=True, timeout=60, check=False
        )
        if outcome.returncode != 0:
            raise RunError(f"git {words[0]} failed: {outcome.stderr.strip()}")
        return outcome.stdout.strip()

    def commit(self, subject, files):
        """Commits objects by the names of their files, of which None removes one; returns the revision."""
        for name, value in files.items():
            path = os.path.join(self._folder, "sinks", name)
            if value is None:
                os.remove(path)
                continue
            with open(path, "w") as file:
                json.dump(value, file, indent=2)
        self._git("add", "--all")
        self._git("commit", "--quiet", f"--message={subject}")
        return self._git("rev-parse", "HEAD")


class Argo:
    """Argo CD's controller and repository server as processes; leaving the context ends them.

    It is configured by the kustomize component that users take.
    """

    def __init__(self, cluster, folder, integration):
        self._cluster = cluster
        self._folder = folder
        self._integration = integration
        self.kubectl = cluster.kubectl.within(NAMESPACE)

    @staticmethod
    def lack(cluster):
        """Why it cannot be had here, or None."""
        if not cluster.is_own:
            return "Argo CD is started beside a cluster of our own only"
        if not os.access(os.path.join(os.environ.get("PEERS", ""), "argocd"), os.X_OK):
            return "set PEERS to the folder of the script 'argocd'"
        missing = [program for program in NEEDS if shutil.which(program) is None]
        return f"install {' and '.join(missing)}" if missing else None

    def __enter__(self):
        try:
            self._call("up", os.path.join(self._integration, "health.lua"), KIND)
            self.kubectl.merge("configmap", "argocd-cm", {"data": self._component()})
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._call("down")
        self._cluster.kubectl.attempt("delete", "namespace", NAMESPACE, "--wait=false")

    def _call(self, *words):
        environment = dict(
            os.environ, TMPDIR=self._folder, CLUSTER_RUN=os.path.dirname(self._cluster.kubectl.kubeconfig),
            # By default Argo CD keeps the health of a resource to itself, and its web server shows it.
            ARGOCD_APPLICATION_CONTROLLER_PERSIST_RESOURCE_HEALTH="true",
        )
        with open(os.path.join(self._folder, "argocd.log"), "a+") as log:
            status = subprocess.run(
                [os.path.join(os.environ["PEERS"], "argocd"), *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment, timeout=240, check=False,
            ).returncode
            if status != 0:
                log.seek(0)
                raise RunError(f"argocd {words[0]} failed with status {status}:\n{log.read()[-3000:]}")

    def _component(self):
        """The entries that the component adds to a ConfigMap argocd-cm, as kustomize makes them."""
        folder = os.path.join(self._folder, "argocd-cm")
        os.makedirs(folder)
        metadata = {"name": "argocd-cm", "namespace": NAMESPACE}
        write(os.path.join(folder, "cm.yaml"), {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
        write(os.path.join(folder, "kustomization.yaml"), {
            "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": ["cm.yaml"],
            "components": [os.path.relpath(self._integration, folder)],
        })
        built = self.kubectl.run("kustomize", folder)
        made = self.kubectl.run("create", "--dry-run=client", "--output=json", "--filename=-", text=built)
        data = json.loads(made)["data"]
        if not all(name.endswith(KIND) for name in data) or len(data) != 3:
            raise RunError(f"the component makes {sorted(data)}")
        return data

    def tell_action(self, name, resource):
        """What an action would change of a resource, by Argo CD's own command and the configuration that it has here."""
        files = [os.path.join(self._folder, each) for each in ("argocd-cm.json", "resource.json")]
        for path, value in zip(files, (self.kubectl.get("configmap", "argocd-cm"), resource)):
            write(path, value)
        home = os.environ.get("PEERS_HOME", os.path.expanduser("~/.cache/kusto-peers"))
        outcome = subprocess.run(
            [os.path.join(home, "argocd", "argocd"), "admin", "settings", "resource-overrides", "run-action", files[1], name,
             "--argocd-cm-path", files[0]],
            env=dict(os.environ, ARGOCD_BINARY_NAME="argocd", HOME=self._folder), capture_output=True, text=True, timeout=60,
            check=False,
        )
        if outcome.returncode != 0:
            raise RunError(f"argocd run-action {name} failed: {outcome.stdout}{outcome.stderr}")
        return outcome.stdout

    def tell_logs(self):
        """The last lines of what the processes say."""
        for name in ("controller", "repo-server"):
            path = os.path.join(self._folder, "argocd", f"{name}.log")
            if os.path.exists(path):
                with open(path, errors="replace") as file:
                    print(f"---- {name}\n{''.join(file.readlines()[-10:])}", flush=True)


class Application:
    """An Application of Argo CD that keeps a namespace as a repository has it, and undoes what others change."""

    def __init__(self, kubectl, name, repository, namespace):
        self._kubectl = kubectl
        self._name = name
        self._manifest = {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": {"name": name, "finalizers": ["resources-finalizer.argocd.argoproj.io"]},
            "spec": {
                "project": "default",
                "source": {"repoURL": repository.url, "targetRevision": "main", "path": "sinks"},
                "destination": {"server": "https://kubernetes.default.svc", "namespace": namespace},
                "syncPolicy": {
                    "automated": {"prune": True, "selfHeal": True}, "syncOptions": ["RespectIgnoreDifferences=true"],
                },
            },
        }

    def apply(self):
        self._kubectl.apply(self._manifest)

    def status(self):
        return (self._kubectl.get(APPLICATIONS, self._name) or {}).get("status", {})

    def refresh(self):
        """Lets Argo CD compare Git and cluster now; returns the status that comes of it."""
        mark = "argocd.argoproj.io/refresh"
        self._kubectl.merge(APPLICATIONS, self._name, {"metadata": {"annotations": {mark: "normal"}}})

        def compared():
            found = self._kubectl.get(APPLICATIONS, self._name)
            return found if found and mark not in found["metadata"].get("annotations", {}) else None

        return wait_until(compared, "Argo CD has compared", 120, 0.3).get("status", {})

    @staticmethod
    def of_sink(status, name):
        """What a status says of a sink: whether it is Synced, its health, and the message of that."""
        for each in status.get("resources", []):
            if each["kind"] == "KustoSink" and each["name"] == name:
                health = each.get("health", {})
                return each.get("status"), health.get("status"), health.get("message", "")
        return None, None, ""

    def await_sink(self, name, health, revision=None, saying="", timeout=180):
        """Waits until a sink is Synced with a revision and has a health and a message with this text; returns the message."""

        def is_so():
            status = self.status()
            is_newest = revision is None or status.get("sync", {}).get("revision") == revision
            sync, found, message = self.of_sink(status, name)
            return is_newest and (sync, found) == ("Synced", health) and saying in message

        try:
            wait_until(is_so, f"{name} is Synced and {health}", timeout, 0.3)
        except RunError as error:
            status = self.status()
            raise RunError(
                f"{error}; Argo CD says {self.of_sink(status, name)} of it, revision {status.get('sync', {}).get('revision')}, "
                f"wanted {revision}; {status.get('conditions')} {status.get('operationState', {}).get('message')}"
            ) from None
        return self.of_sink(self.status(), name)[2]

    def delete(self):
        """Deletes it with what it has made."""
        self._kubectl.run("delete", APPLICATIONS, self._name, "--ignore-not-found", "--wait=true", timeout=240)


class HealthWatch:
    """What a status says of a sink, each time it says something else, for as long as the context lasts."""

    def __init__(self, kubectl, application, sink, path):
        one = f'{{.status.resources[?(@.name=="{sink}")]'
        self._command = kubectl.command(
            "get", APPLICATIONS, application, "--watch", f"--output=jsonpath={one}.status}} {one}.health.status}}{{\"\\n\"}}"
        )
        self._path = path

    def __enter__(self):
        with open(self._path, "w") as output:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL
            )
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def seen(self):
        """The pairs of sync and health in the order in which they were seen, without repetitions."""
        with open(self._path) as file:
            pairs = [tuple(line.split()) for line in file if len(line.split()) == 2]
        return [pair for index, pair in enumerate(pairs) if index == 0 or pair != pairs[index - 1]]


def write(path, value):
    """Writes JSON, which is YAML too."""
    with open(path, "w") as file:
        json.dump(value, file, indent=2)
