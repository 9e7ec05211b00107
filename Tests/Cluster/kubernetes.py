"""A Kubernetes cluster: one of our own or any other, what is asked of it by kubectl, and the processes behind its pods."""

import contextlib
import fcntl
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile

from processes import RunError, wait_until

# Of the cluster that the peers' script starts: the bridge's address, where pods find this machine, and its network's name.
BRIDGE_ADDRESS, NETWORK = "10.88.0.1", "podnet"
# Names the cluster that tests may use. `KUBECONFIG` is no leave: many people keep it set to a cluster that works for others.
GIVEN = "TEST_KUBECONFIG"
# What tests make under names that a user's cluster may have as well: the definition, roles, and namespaces.
MADE = re.compile(
    r"customresourcedefinition\S*/kustosinks\.kustosink\.dev|clusterrole(binding)?\S*/kusto-sink-\S+"
    r"|namespace/(kusto-sink-system|kusto-sink-cluster-test|kusto-sink-demo|data|team-a|schema-parity)"
)


class Kubectl:
    """Asks a cluster's API server by way of kubectl."""

    def __init__(self, kubeconfig, namespace=None):
        self.kubeconfig = kubeconfig
        self.namespace = namespace

    def within(self, namespace):
        """The same cluster, another namespace."""
        return Kubectl(self.kubeconfig, namespace)

    def command(self, *words):
        place = ["--namespace", self.namespace] if self.namespace else []
        return ["kubectl", "--kubeconfig", self.kubeconfig, *place, *words]

    def attempt(self, *words, text=None, timeout=60):
        """Runs kubectl; returns its exit status, its standard output and its standard error."""
        try:
            outcome = subprocess.run(
                self.command(*words), input=text, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            raise RunError(f"kubectl {' '.join(words)} takes more than {timeout} s") from None
        return outcome.returncode, outcome.stdout, outcome.stderr

    def run(self, *words, text=None, timeout=60):
        """Runs kubectl and returns its standard output; a failure ends the run."""
        status, output, error = self.attempt(*words, text=text, timeout=timeout)
        if status != 0:
            raise RunError(f"kubectl {' '.join(words)} failed: {error.strip()}")
        return output

    def apply(self, *objects):
        """Applies objects as a user does, and returns what kubectl says about each."""
        items = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        return self.run("apply", "-f", "-", text=json.dumps(items))

    def get(self, resource, name):
        """One object, or None when there is none."""
        status, output, error = self.attempt("get", resource, name, "-o", "json")
        if status == 0:
            return json.loads(output)
        if "NotFound" in error:
            return None
        raise RunError(f"kubectl get {resource} {name} failed: {error.strip()}")

    def list(self, resource, selector=None):
        """All objects of a kind in the namespace, perhaps only those with these labels."""
        words = ["--selector", selector] if selector else []
        return json.loads(self.run("get", resource, *words, "-o", "json"))["items"]

    def await_definition(self, name):
        """Waits until the server serves a resource definition; `kubectl wait` fails while it has no conditions at all."""

        def is_served():
            # Null until the server has looked at it.
            conditions = (self.get("crd", name) or {}).get("status", {}).get("conditions") or []
            if not any(each["type"] == "Established" and each["status"] == "True" for each in conditions):
                return False
            # What is established may for another moment be missing from what the server says that there is.
            return self.attempt("get", name, "--all-namespaces", "--output=name")[0] == 0

        wait_until(is_served, f"the definition {name} is served", 60, 0.1)

    def made(self):
        """What is there under a name that tests use, each as kind and name."""
        kinds = "customresourcedefinitions,clusterroles,clusterrolebindings,namespaces"
        return [line for line in self.run("get", kinds, "--output=name").splitlines() if MADE.fullmatch(line)]

    def merge(self, resource, name, patch, *words):
        """Changes an object by a merge patch."""
        self.run("patch", resource, name, "--type=merge", "--patch", json.dumps(patch), *words)


def given():
    """The cluster of `TEST_KUBECONFIG`, or None; one that has what tests would make is refused, since they would remove it."""
    if not os.environ.get(GIVEN):
        return None
    kubectl = Kubectl(os.environ[GIVEN])
    if made := kubectl.made():
        raise RunError(
            f"the cluster of {GIVEN} has {', '.join(made)} already, which tests would replace and remove; name a cluster without "
            f"them, or unset {GIVEN}"
        )
    return kubectl


class Cluster:
    """The cluster of a run, with a node or without; leaving the context ends it if the run has started it.

    A cluster without a node is always one of our own. Where its nodes have the images already, none are loaded.
    """

    def __init__(self, folder, has_node=True, loads_images=True):
        self._folder = folder
        self._has_node = has_node
        self._loads_images = loads_images
        # Whether it ends with the run, and everything in it.
        self.is_own = not has_node or not os.environ.get(GIVEN)
        self._ends = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as ends:
            ends.callback(self._ends.close)
            if self.is_own:
                self._start()
            else:
                self._adopt()
            ends.pop_all()
        return self

    def __exit__(self, *_):
        self._ends.close()

    def _adopt(self):
        """Takes the cluster of `TEST_KUBECONFIG`."""
        self._load_command = os.environ.get("IMAGE_LOAD_COMMAND")
        self.host = os.environ.get("CLUSTER_HOST_ADDRESS")
        if not self.host or (self._loads_images and not self._load_command):
            raise RunError(
                f"{GIVEN} names a cluster. Set IMAGE_LOAD_COMMAND to the command that brings an image archive onto its "
                "nodes and gets the archive's path as its last word (for example 'kind load image-archive'), and "
                "CLUSTER_HOST_ADDRESS to the address at which its pods find this machine (for kind: the gateway of the "
                f"Docker network kind); or unset {GIVEN}"
            )
        self.kubectl = given()

    def _start(self):
        """Starts a cluster of our own, one at a time on a machine, for its ports are fixed."""
        script = os.path.join(os.environ.get("PEERS", ""), "cluster")
        if not os.access(script, os.X_OK):
            raise RunError(f"no cluster: set {GIVEN}, or PEERS to the folder of the script 'cluster'")
        if self._has_node and os.geteuid() != 0:
            raise RunError("a cluster of our own needs root")
        state = os.path.join(tempfile.gettempdir(), "kusto-sink-cluster")
        lock = self._ends.enter_context(open(f"{state}.lock", "w"))
        wait_until(lambda: is_locked(lock), "no other run has the cluster", 900, 1)
        environment = dict(os.environ, CLUSTER_RUN=state)
        if self._has_node and (shutil.which("containerd") is None or not os.path.exists("/usr/lib/cni/bridge")):
            self._call(script, environment, "install")
        # What a run left that was killed.
        self._stop(script, environment)
        if self._has_node:
            self._ends.callback(self._clean, set(glob.glob("/run/netns/cni-*")))
        self._ends.callback(self._stop, script, environment)
        self._call(script, environment, "up", *([] if self._has_node else ["control-plane"]))
        self.kubectl = Kubectl(os.path.join(state, "kubeconfig"))
        self._load_command = f"ctr --address {state}/containerd.sock --namespace k8s.io images import"
        self.host = BRIDGE_ADDRESS

    def _call(self, script, environment, verb, *words):
        log = os.path.join(self._folder, f"cluster-{verb}.log")
        with open(log, "ab") as output:
            # In a session of its own: an interrupt from the keyboard is for this process, which then ends in order.
            status = subprocess.run(
                [script, verb, *words], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, timeout=300,
                start_new_session=True, check=False,
            ).returncode
        if status != 0:
            with open(log, errors="replace") as file:
                raise RunError(f"cluster {verb} failed with status {status}:\n{''.join(file.readlines()[-15:])}")

    def _stop(self, script, environment):
        if os.path.isdir(environment["CLUSTER_RUN"]):
            self._call(script, environment, "down")

    @staticmethod
    def _clean(namespaces):
        """Removes what pods that were ended from outside leave in the network, of which a machine could run out."""
        shutil.rmtree(f"/var/lib/cni/networks/{NETWORK}", ignore_errors=True)
        for namespace in set(glob.glob("/run/netns/cni-*")) - namespaces:
            subprocess.run(["ip", "netns", "delete", os.path.basename(namespace)], capture_output=True, check=False)
        if shutil.which("kube-proxy"):
            subprocess.run(["kube-proxy", "--cleanup"], capture_output=True, timeout=60, check=False)
        rules = subprocess.run(["iptables-save", "-t", "nat"], capture_output=True, text=True, check=False).stdout
        for rule in rules.splitlines():
            words = shlex.split(rule)
            if words[:2] == ["-A", "POSTROUTING"] and any(f'name: "{NETWORK}"' in word for word in words):
                for change in (["-D", *words[1:]], ["-F", words[-1]], ["-X", words[-1]]):
                    subprocess.run(["iptables", "-w", "-t", "nat", *change], capture_output=True, check=False)

    def load(self, archive):
        """Brings an archive of images onto the nodes."""
        outcome = subprocess.run(
            [*self._load_command.split(), archive], capture_output=True, text=True, timeout=300, check=False
        )
        if outcome.returncode != 0:
            raise RunError(f"{self._load_command} failed:\n{outcome.stdout}{outcome.stderr}")


def is_locked(file):
    """Whether this process now has the file for itself."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def processes_of(pod):
    """The ids of the processes of a pod's containers that this machine sees, without the pause process."""
    uid = pod["metadata"]["uid"]
    found = []
    for path in glob.glob("/proc/[0-9]*"):
        with contextlib.suppress(OSError):
            with open(f"{path}/cgroup") as file:
                # The systemd driver writes underscores.
                is_of_pod = uid in file.read().replace("_", "-")
            with open(f"{path}/cmdline") as file:
                if is_of_pod and "kusto-sink-" in file.read():
                    found.append(int(os.path.basename(path)))
    return found
