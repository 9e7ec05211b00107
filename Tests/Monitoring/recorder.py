"""Scrapes processes once a second while a scenario is played."""

import threading
import time
import urllib.error
import urllib.request

from planted import keep
from processes import RunError, wait_until
from recording import Recording, helps, parse


class Recorder:
    """Records targets in a thread of its own while the context lasts.

    A target may come and go: while nobody answers at its port, it has no values.
    """

    def __init__(self):
        self._ports, self._labels = {}, {}
        self._scrapes = []
        # The last page of each port.
        self._pages = {}
        self._types = {}
        # What the families are said to be.
        self.helps = {}
        self._started = time.time()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join(30)
        for port, page in self._pages.items():
            keep(f"metrics-{port}", page)

    def add(self, target, port, **labels):
        """Scrapes a port of this machine from now on; `labels` are those that Prometheus would add."""
        self._labels[target] = {"instance": f"{target}:metrics", **labels}
        self._ports[target] = port

    def remove(self, target):
        """Scrapes it no more, as when its pod is gone."""
        self._ports.pop(target)

    def last(self, count):
        """Waits for so many more scrapes."""
        goal = len(self._scrapes) + count
        wait_until(lambda: len(self._scrapes) >= goal, f"{count} scrapes", count * 5 + 60, 0.2)

    def latest(self, target, key):
        """The newest value of a series, or None."""
        value = self._scrapes[-1].get(target, {}).get(key) if self._scrapes else None
        return None if value is None else float(value)

    def await_metric(self, target, name):
        """Waits until a process has series of a name."""
        wait_until(
            lambda: any(key.startswith(name) for key in (self._scrapes or [{}])[-1].get(target, {})),
            f"{target} has {name}", 120, 0.2,
        )

    def await_value(self, target, name):
        """Waits until a series of a name has another value than 0."""
        wait_until(
            lambda: any(
                float(value) for key, value in (self._scrapes or [{}])[-1].get(target, {}).items() if key.startswith(name)
            ),
            f"{target} counts {name}", 120, 0.2,
        )

    def _work(self):
        begin = time.monotonic()
        while not self._is_over.is_set():
            self._scrapes.append({
                target: series for target, port in list(self._ports.items()) if (series := self._scrape(port)) is not None
            })
            self._is_over.wait(max(0, begin + len(self._scrapes) - time.monotonic()))

    def _scrape(self, port):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
                page = response.read().decode()
        except OSError:
            return None
        self._pages[port] = page
        series, types = parse(page)
        self._types |= types
        self.helps |= helps(page)
        return series

    def recording(self):
        """What was recorded."""
        if not any(self._scrapes):
            raise RunError("nothing answered a scrape")
        series = {}
        for target in self._labels:
            keys = {key for scrape in self._scrapes for key in scrape.get(target, {})}
            series[target] = {
                key: [scrape.get(target, {}).get(key) for scrape in self._scrapes] for key in sorted(keys)
            }
        return Recording(self._started, len(self._scrapes), self._labels, series, dict(sorted(self._types.items())))
