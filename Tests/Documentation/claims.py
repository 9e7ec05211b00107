"""Which test runs which block of the pages; a block that none runs fails `test_inventory.py`.

A claim names a test by its file and function, so one that is renamed or removed takes no block any more. What is no code,
and what nobody can run in a test, is said here, too, with the reason.
"""

import dataclasses
import functools
import re
import typing

import yaml

import shell
from pages import ROOT

# The page with every property, and the headings of the README whose blocks a script goes through in their order.
REFERENCE = "docs/configuration.md"
FIRST_JOURNEY, SECOND_JOURNEY = "With your own Kafka and ADX", "On Kubernetes"
# Groups of resources that an API server of the tests knows, by itself or with the definitions that peers bring.
GROUPS = (
    "apps", "autoscaling", "batch", "keda.sh", "monitoring.coreos.com", "networking.k8s.io", "policy", "rbac.authorization.k8s.io",
)


@dataclasses.dataclass(frozen=True)
class Claim:
    """A test that runs blocks, and a function that says which."""

    file: str
    function: str
    takes: typing.Callable
    # It is about a kind of block of which there may be none.
    is_general: bool = False

    def __str__(self):
        return f"{self.file}: {self.function}"

    @property
    def exists(self):
        path = ROOT / self.file
        return path.exists() and re.search(rf"\b(?:def|func) {self.function}\(", path.read_text()) is not None


@dataclasses.dataclass(frozen=True)
class Excuse:
    """Why no test runs some blocks, which can be read nevertheless."""

    reason: str
    takes: typing.Callable

    def __str__(self):
        return f"not run: {self.reason}"


# Shell


def is_shell(block):
    return block.language in shell.LANGUAGES


def needs_cluster(block):
    """Whether a shell block asks a cluster by kubectl, or puts the chart there."""
    return is_shell(block) and any(
        words[0] == "kubectl" or words[:2] in (["helm", each] for each in ("install", "upgrade", "uninstall"))
        for words in shell.commands(block.text)
    )


def is_environment(block):
    """Whether a block is variables of a worker and no commands."""
    lines = [line for line in block.text.splitlines() if line.strip()]
    return is_shell(block) and bool(lines) and all(re.match(r"(?:CONNECT_\w+|KAFKA_OPTS)=", line) for line in lines)


def is_journey(heading):
    return lambda block: block.page == "README.md" and block.is_below(heading) and block.language != "console"


def is_sandboxed(block):
    others = (needs_cluster, is_environment, is_journey(FIRST_JOURNEY), is_journey(SECOND_JOURNEY))
    return is_shell(block) and not any(is_other(block) for is_other in others)


def is_for_cluster(block):
    return needs_cluster(block) and not is_journey(SECOND_JOURNEY)(block)


# Configurations


def is_properties(block):
    return block.language == "properties" and not is_journey(FIRST_JOURNEY)(block)


def documents(block):
    """The documents of a block in YAML."""
    return [each for each in yaml.safe_load_all(block.text) if each is not None]


@functools.cache
def spec_fields():
    """The fields of a KustoSink's spec."""
    definition = yaml.safe_load((ROOT / "crds" / "kustosinks.yaml").read_text())
    return definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"].keys()


def is_part_of_sink(document):
    return document.keys() == {"spec"} and document["spec"].keys() <= spec_fields()


def is_yaml(predicate):
    """Blocks of YAML of which a predicate holds for a document."""
    return lambda block: block.language == "yaml" and any(predicate(each) for each in documents(block))


has_sink = is_yaml(lambda each: each.get("kind") == "KustoSink" or is_part_of_sink(each))
is_kustomization = is_yaml(lambda each: str(each.get("apiVersion")).startswith("kustomize.config.k8s.io/"))
is_of_server = is_yaml(lambda each: "apiVersion" in each and group(each) in GROUPS)
is_of_others = is_yaml(
    lambda each: "apiVersion" in each and group(each) in ("argoproj.io", "external-secrets.io", "kustomize.toolkit.fluxcd.io")
    or each.keys() == {"spec"} and each["spec"].keys() == {"ignoreDifferences"}
)


def group(document):
    return document["apiVersion"].rpartition("/")[0]


def on(page, predicate):
    return lambda block: block.page == page and predicate(block)


def starts(text):
    return lambda block: block.text.startswith(text)


# In the order of the pages' own tests: the first that takes a block is the one that is told.
JOURNEY = Claim("Tests/Documentation/test_journey.py", "test_the_first_journey", is_journey(FIRST_JOURNEY))
SANDBOX = Claim("Tests/Documentation/test_shell.py", "test_it_runs", is_sandboxed)
CLUSTER = Claim("Tests/Cluster/commands.py", "run_documented", is_for_cluster)
SERVER = Claim("Tests/Manifests/test_server.py", "test_the_server_takes_what_pages_show", is_of_server)
KUSTOMIZE = Claim("Tests/Documentation/test_kustomize.py", "test_it_builds", lambda block: (
    is_kustomization(block) and block.page != "docs/gitops.md"
))
LOG_LINE = Claim("Tests/Documentation/test_logs.py", "test_a_line_is_one_that_is_written", lambda block: (
    block.language == "json" and '"message":' in block.text
), is_general=True)
LOG_QUERY = Claim("Tests/Documentation/test_logs.py", "test_a_query_asks_for_what_is_written", lambda block: (
    block.language == "text" and block.is_below("Alerts on logs")
), is_general=True)
CLAIMS = (
    JOURNEY,
    Claim("Tests/Cluster/readme.py", "second_journey", is_journey(SECOND_JOURNEY)),
    SANDBOX,
    CLUSTER,
    Claim("Tests/SinkConfigurationTests/DocumentedExamplesTests.swift", "variables", is_environment),
    Claim("Tests/Documentation/test_properties.py", "test_the_worker_takes_them", is_properties),
    Claim("Tests/Documentation/test_sinks.py", "test_the_operator_takes_them", has_sink),
    Claim(
        "Tests/Manifests/test_documentation.py", "test_no_example_is_left_out", on("docs/gitops.md", is_kustomization),
    ),
    KUSTOMIZE,
    SERVER,
    Claim(
        "Tests/Chart/test_documentation.py", "test_the_chart_takes_the_values",
        on("docs/install.md", starts("# values.yaml\n")),
    ),
    Claim(
        "Tests/Monitoring/test_documentation.py", "test_the_scrape_configuration_finds_workers_and_operators",
        on("docs/monitoring.md", starts("scrape_configs:")),
    ),
    Claim(
        "Tests/Monitoring/test_documentation.py", "test_the_example_of_a_promise_is_what_prometheus_takes",
        on("docs/monitoring.md", starts("groups:")),
    ),
    Claim(
        "Tests/Documentation/test_outputs.py", "test_the_compose_file_is_for_our_image",
        is_yaml(lambda each: "services" in each),
    ),
    Claim("Tests/Documentation/test_kusto.py", "test_the_commands_are_ones_that_kusto_has", lambda block: (
        block.language == "kusto" and not is_journey(FIRST_JOURNEY)(block)
    )),
    Claim("Tests/Documentation/test_outputs.py", "test_what_python_calls_is_there", lambda block: block.language == "python", is_general=True),
    LOG_LINE,
    LOG_QUERY,
    # CI compares it with what it has run.
    Claim("Tests/Demo/compare.py", "main", lambda block: block.hint == "demo"),
    Claim("Tests/Cluster/documented.py", "show_documented", lambda block: block.hint.startswith("output: kubectl")),
    Claim("Tests/Documentation/test_outputs.py", "test_a_program_prints_it", lambda block: (
        re.match(r"\$ kusto-sink-(?:worker|operator) ", block.text) is not None
    )),
    Claim(
        "Tests/OperatorTests/Documentation/TroubleshootingTests.swift", "message",
        on("docs/troubleshooting.md", lambda block: block.language == "text"),
    ),
)
EXCUSES = (
    Excuse("the definitions of these resources of others are not here", is_of_others),
    Excuse("a drawing", lambda block: not block.language and re.search(r"──|->|<-", block.text) is not None),
)


def of(block):
    """The claims to a block, and the excuses for it."""
    return [each for each in (*CLAIMS, *EXCUSES) if each.takes(block)]
