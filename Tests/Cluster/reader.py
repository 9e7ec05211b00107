"""A reader of the pages at a terminal: a folder, a PATH, and the cluster of the run as the current one.

`kubectl` is the real one, and so is the server; what would change the cluster for other steps is only tried by a dry run.
Of others' resources, which this cluster does not have, the reader's kubectl knows what it would say.
"""

import json
import os
import shutil

import yaml

import shell
import standins
from broker import free_ports
from installation import ROOT
from peers import DATABASE
from suite import check

NAMESPACE = "data"
# Commands that change something, and what is asked in their place.
TRIED = """
case "$verb $kind" in
  # The cluster has no definitions of the Prometheus operator.
  "apply "*)
    if [[ " $* " == *" manifests/monitoring "* ]]; then exec "$real" kustomize manifests/monitoring; fi
    set -- "$@" --dry-run=server ;;
  "delete "*|"patch "*|"annotate "*|"label "*) set -- "$@" --dry-run=server ;;
  # What it makes may be there already.
  "create "*) set -- "$@" --dry-run=client ;;
  # Refused where nothing is paused, and there is no dry run of it.
  "rollout resume") [[ " $* " == *" deployment/"* ]] ; exit ;;
  "port-forward "*)
    set -- "${@/#8080/$PORT_8080:8080}"
    set -- "${@/#9404/$PORT_9404:9404}"
    exec timeout 120 "$real" "$@" ;;
esac
"""
# What the cluster has no definitions of, and what kubectl says of it in the pages' example.
OTHERS = """
case "$verb $kind" in
  "get kafka,kafkauser"|"describe kafka") exit 0 ;;
  "get kafkaconnects,kafkaconnectors") python3 -c '
import json, sys, yaml
items = [each for name in sys.argv[1:] for each in yaml.safe_load_all(open(name)) if each]
items = [inner for each in items for inner in each.get("items", [each])]
print(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))' "$GOLDEN"/connect.yaml "$GOLDEN"/connectors.yaml; exit ;;
  "get prometheus") printf 'spec:\\n  podMonitorSelector: {}\\n  ruleSelector: {}\\n'; exit 0 ;;
esac
"""
FINDING = """
verb= kind=
skip=
for word in "$@"; do
  if [ -n "$skip" ]; then skip=; continue; fi
  case $word in
    -n|--namespace) skip=1 ;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$word; elif [ -z "$kind" ]; then kind=$word; fi ;;
  esac
done
# One looks for a while and then ends it.
for word in "$@"; do
  if [ "$word" = -w ]; then timeout 3 "$real" "$@" || [ $? = 124 ]; exit; fi
done
"""
# The chart would be put where this run's operator is.
HELM = """
verb=$1; shift
words=()
for word in "$@"; do case $word in --create-namespace|--take-ownership) ;; *) words+=("$word") ;; esac; done
case $verb in
  install|upgrade) exec "$real" template "${words[@]}" --kube-version="$KUBE_VERSION" ;;
  uninstall) exec "$real" list --filter "^$1\\$" "${words[@]:1}" ;;
  *) exec "$real" "$verb" "$@" ;;
esac
"""
# That a search finds nothing is no failure of the example.
GREP = """
"$real" "$@" || [ $? = 1 ]
"""


class Reader:
    """Somebody at a terminal. With `is_real` what they do is done; otherwise what changes something is tried only."""

    def __init__(self, run, name, is_real, connect_port=None):
        self._run = run
        self.folder = os.path.join(run.folder, name)
        self.variables, self._ports = {}, {}
        os.makedirs(os.path.join(self.folder, "bin"))
        for each in ("charts", "crds", "manifests", "packaging"):
            os.symlink(os.path.join(ROOT, each), os.path.join(self.folder, each))
        for each in standins.KNOWN:
            os.symlink(os.path.join(ROOT, "Tests", "Documentation", "standins.py"), os.path.join(self.folder, "bin", each))
        for each in ("kusto-sink-operator", "kusto-sink-worker"):
            os.symlink(os.path.join(ROOT, ".build", run.options.build, each), os.path.join(self.folder, "bin", each))
        self._write_kubeconfig()
        ports = dict(zip((8080, 9404), free_ports(2)))
        with open(os.path.join(self.folder, ".curlrc"), "w") as file:
            # A port that is forwarded opens a moment later.
            file.write("silent\nfail\nmax-time = 100\nretry = 90\nretry-connrefused\nretry-delay = 1\n")
            for port, real in ports.items():
                file.write(f'connect-to = "localhost:{port}:127.0.0.1:{real}"\n')
            if connect_port:
                file.write(f'connect-to = "connect:8083:127.0.0.1:{connect_port}"\n')
        golden = os.path.join(ROOT, "Tests", "OperatorTests", "Golden", "migration", "strimzi")
        variables = "".join(f"PORT_{port}={real} " for port, real in ports.items()) + f"GOLDEN={golden}"
        if not is_real:
            self.program("kubectl", f"{variables}\n{FINDING}{OTHERS}{TRIED}exec \"$real\" \"$@\"")
            version = json.loads(run.cluster.kubectl.run("version", "--output=json"))["serverVersion"]["gitVersion"]
            self.program("helm", f"KUBE_VERSION={version}\n{HELM}")
            self.program("grep", GREP)

    def _write_kubeconfig(self):
        """A kubeconfig as the run's, whose current namespace is the one that the pages use."""
        place = os.path.join(self.folder, "kubeconfig")
        shutil.copy(self._run.cluster.kubectl.kubeconfig, place)
        self._run.cluster.kubectl.run(
            "config", f"--kubeconfig={place}", "set-context", "--current", f"--namespace={NAMESPACE}"
        )

    def program(self, name, text):
        """Puts a script before the program of a name, which it finds in `real`."""
        path = os.path.join(self.folder, "bin", name)
        if os.path.lexists(path):
            os.remove(path)
        real = shutil.which(name) or ""
        with open(path, "w") as file:
            file.write(f"#!/usr/bin/env bash\nset -euo pipefail\nreal={real}\n{text}\n")
        os.chmod(path, 0o755)

    def environment(self):
        # python3 is the one that runs this, with YAML.
        path = ":".join([
            os.path.join(self.folder, "bin"), os.path.join(ROOT, ".build", "venv", "bin"),
            os.path.join(os.environ["KAFKA_HOME"], "bin"),
        ])
        return shell.environment(
            self.folder, path, KUBECONFIG=os.path.join(self.folder, "kubeconfig"), KAFKA_HEAP_OPTS="-Xmx128m",
            HELM_CACHE_HOME=self.folder, **self.variables,
        )

    def run(self, text, typed="", timeout=240):
        """Types a text into the terminal; what it left running ends with it. Returns status, output and errors."""
        return shell.run(f'trap \'kill $(jobs -p) 2> /dev/null || true\' EXIT\n{text}', self.folder, self.environment(), typed, timeout)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)


def with_peers(run, text, application):
    """The text of a KustoSink with this run's addresses and an application that its ADX knows, and what was replaced."""
    peers = run.peers
    documents = [each for each in yaml.safe_load_all(text) if each]
    (sink,) = [each for each in documents if each["kind"] == "KustoSink"]
    not_of_azure = "an emulator is no host of Azure's, and its query URL is not what its ingestion URL lets expect"
    notes = []
    for path, value, reason in (
        ("kafka.bootstrapServers", [peers.kafka.address], "the reader's Kafka"),
        ("kusto.ingestionUrl", peers.adx.ingestion_url, "the reader's ADX"),
        ("kusto.queryUrl", peers.adx.query_url, not_of_azure),
        ("kusto.trustedHosts", [run.cluster.host], not_of_azure),
        ("kusto.auth.tenantId", {"value": "tenant"}, "the reader's tenant"),
        ("kusto.auth.clientId", {"value": application}, "the reader's application"),
        ("flush.interval", "500ms", "the test is not patient"),
    ):
        *parents, name = path.split(".")
        place = sink["spec"]
        for each in parents:
            place = place.setdefault(each, {})
        notes.append(f"spec.{path}: {place.get(name, '(nothing)')} -> {value} ({reason})")
        place[name] = value
    (database,) = {each["database"] for each in sink["spec"]["topics"]}
    check(database == DATABASE, f"the sink's database is {database}, not {DATABASE}")
    return yaml.safe_dump_all(documents), notes
