"""The dashboards: their panels and what these ask."""

import json
import os

from rules import MANIFESTS

FOLDER = os.path.join(MANIFESTS, "dashboards")
# What Grafana puts in for its variables.
VARIABLES = {"$namespace": ".*", "$sink": ".*", "$__rate_interval": "5m", "$__range": "1h"}


class Dashboard:
    """One dashboard, as Grafana imports it."""

    def __init__(self, name):
        with open(os.path.join(FOLDER, name)) as file:
            self.content = json.load(file)
        self.name = name

    @staticmethod
    def all():
        return [Dashboard(name) for name in sorted(os.listdir(FOLDER))]

    @property
    def panels(self):
        """All panels, those of collapsed rows included, without the rows."""
        for panel in self.content["panels"]:
            yield from panel.get("panels", [])
            if panel["type"] != "row":
                yield panel

    @property
    def variables(self):
        return {each["name"]: each for each in self.content["templating"]["list"]}

    def queries(self):
        """Each panel's title with each of its queries, variables put in."""
        for panel in self.panels:
            for target in panel["targets"]:
                yield panel["title"], filled(target["expr"])


def filled(expression):
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression
