"""Changes of recordings, for what cannot be recorded in a minute, or on every machine. Each says what it makes up."""

from promtool import series
from recording import STRETCH, labels_of


class Constant:
    """A series that has this value all the time, with the labels of a recorded one."""

    def __init__(self, name, value, /, like, **labels):
        self.name, self.value, self.like, self.more = name, value, like, labels

    def __call__(self, evaluation):
        targets = {
            tuple(sorted((label, text) for label, text in labels_of(key)[1].items() if label in TARGET_LABELS))
            for key in evaluation.series if labels_of(key)[0] == self.like
        }
        for target in targets:
            evaluation.series[series(self.name, {**dict(target), **self.more})] = [self.value] * evaluation.scrapes


TARGET_LABELS = {"namespace", "pod", "container", "job", "instance"}


class Changed:
    """The series of a name whose labels contain a text get other values: `change` takes the old ones, and returns the new."""

    def __init__(self, name, change, label=""):
        self.name, self.change, self.label = name, change, label

    def __call__(self, evaluation):
        keys = [key for key in evaluation.series if labels_of(key)[0] == self.name and self.label in key]
        if not keys:
            raise KeyError(f"the recording has no series {self.name} with {self.label}")
        for key in keys:
            evaluation.series[key] = self.change(evaluation.series[key])


class Moved:
    """The process of a pod is in another namespace; of what it tells with a namespace, nothing changes."""

    def __init__(self, pod, before, after):
        self.pod, self.before, self.after = pod, before, after

    def __call__(self, evaluation):
        moved = {}
        for key, values in evaluation.series.items():
            name, labels = labels_of(key)
            if labels.get("pod") == self.pod and labels["namespace"] == self.before:
                key = series(name, {**labels, "namespace": self.after})
            moved[key] = values
        if moved.keys() == evaluation.series.keys():
            raise KeyError(f"the recording has no pod {self.pod} in {self.before}")
        evaluation.series = moved


class Unscraped:
    """Processes are not scraped from one scrape until before another: those whose pod begins so, or all of them."""

    def __init__(self, begin, end, pod=""):
        self.begin, self.end, self.pod = begin, end, pod

    def __call__(self, evaluation):
        keys = [key for key in evaluation.series if labels_of(key)[1].get("pod", "").startswith(self.pod)]
        if not keys:
            raise KeyError(f"the recording has no pod {self.pod}")
        for key in keys:
            values = evaluation.series[key]
            values[self.begin:self.end] = [None] * len(values[self.begin:self.end])


class CrashLoop:
    """The worker ends again and again: each life is of so many scrapes, and the pauses are those of Kubernetes."""

    def __init__(self, pod, lives):
        self.pod, self.lives = pod, lives

    def __call__(self, evaluation):
        begins, scrape, pause = [], 1, 10
        while scrape < evaluation.scrapes:
            begins.append(scrape)
            scrape += self.lives + -(-pause // STRETCH)
            pause = min(2 * pause, 300)
        alive = {begin + number: begin for begin in begins for number in range(self.lives)}
        for key, values in evaluation.series.items():
            name, labels = labels_of(key)
            if labels.get("pod") != self.pod:
                continue
            for scrape in range(len(values)):
                if scrape not in alive:
                    values[scrape] = None
                elif name == "process_start_time_seconds":
                    values[scrape] = float(alive[scrape] * STRETCH - 5)
