"""The alerts, as the PrometheusRule has them."""

import os
import re

import yaml

MANIFESTS = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "manifests", "monitoring"))
# What this project's processes call their metrics.
METRIC = re.compile(r"\b(?:kusto_sink|process|controller_runtime|workqueue|rest_client|leader_election)_[a-z0-9_]+\b")


class Rules:
    """`groups` is what Prometheus itself takes; `alerts` has each rule by its name."""

    def __init__(self):
        with open(os.path.join(MANIFESTS, "alerts.yaml")) as file:
            self.manifest = yaml.safe_load(file)
        self.groups = self.manifest["spec"]["groups"]
        self.alerts = {rule["alert"]: rule for group in self.groups for rule in group["rules"]}

    def metrics(self):
        """The names of the metrics that the alerts ask for."""
        return {name for rule in self.alerts.values() for name in METRIC.findall(rule["expr"])}

    def write(self, path, groups=None):
        """Writes a rule file of Prometheus, of all groups or of those with these names."""
        chosen = [group for group in self.groups if groups is None or group["name"] in groups]
        with open(path, "w") as file:
            yaml.safe_dump({"groups": chosen}, file, width=1000)
