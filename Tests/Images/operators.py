"""Steps: the operator's image."""

import os
import subprocess

from container import Container, answer
from processes import wait_until
from suite import check, step
from workers import check_confinement

SINK = """\
apiVersion: kustosink.dev/v1alpha1
kind: KustoSink
metadata: {name: telemetry, namespace: data}
spec:
  kafka: {bootstrapServers: [broker:9092]}
  kusto:
    ingestionUrl: https://ingest-c.westeurope.kusto.windows.net
    queryUrl: https://c.westeurope.kusto.windows.net
    auth: {strategy: workload_identity}
  topics:
  - {topic: orders, database: shop, table: Orders, format: csv}
  converters: {value: {type: String}}
"""
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: u, user: {token: none}}]
"""


@step("the operator checks and renders as it does outside of a container")
def operator_renders(run):
    path = os.path.join(run.folder, "sink.yaml")
    with open(path, "w") as file:
        file.write(SINK)
    program = os.path.join(run.build_folder, "release", "kusto-sink-operator")
    for command in ("check", "render"):
        outside = subprocess.run(
            [program, command, "-f", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        for image in (run.operator, run.older_operator):
            inside = answer(image, [command, "-f", "/mnt/sink.yaml"], files={"sink.yaml": SINK})
            check(inside == (0, outside.stdout), f"{command}: {inside} and not {outside.stdout}")
    check("kind: Deployment" in outside.stdout, f"render says {outside.stdout}")


@step("the operator runs as process 1, answers its own health check, and ends with 69 where no cluster answers")
def operator_runs(run):
    container = Container(
        run.children, "operator", run.operator, ["run", "--kubeconfig", "/mnt/kubeconfig"], isolated=True,
        files={"kubeconfig": KUBECONFIG},
    )
    wait_until(
        lambda: container.execute(run.operator.health) == (0, "ok\n"), "the operator is healthy", 20, 0.1, [container.process]
    )
    check_confinement(container)
    status, output = container.execute([*run.operator.health, "--ready"])
    check(status == 1, f"readiness: {status}, {output}")
    status = container.process.wait(120)
    check(status == 69, f"exit status {status}:\n{container.process.last_lines()}")
