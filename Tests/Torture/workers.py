"""The sinks: worker processes of one group each, started again when they end, as Kubernetes would."""

import os
import re
import signal
import threading
import time
import urllib.error
import urllib.request

import properties
from planted import keep
from processes import RunError

# What the worker says with its exit code; the others are never right here.
SERVICE_AWAY, USAGE, FAULT, STOPPED_BY_DATA = 69, 64, 70, 75


class Worker:
    """One process of a sink."""

    def __init__(self, name, process):
        self.name = name
        self.process = process
        # Whether the end was asked for: "kill", "stop" or nothing.
        self.asked = None

    @property
    def is_running(self):
        return self.process.poll() is None


class Sink:
    """The workers of one group."""

    def __init__(self, run, name, routes, changes):
        self.run = run
        self.name = name
        self.topics = [route["topic"] for route in routes]
        self.routes = routes
        self.group = f"connect-{name}"
        self.folder = os.path.join(run.folder, name)
        self.workers = []
        # Every process that there ever was.
        self.past = []
        self._changes = changes
        self._wanted = 0
        self._number = 0
        self._lock = threading.RLock()
        self._next_start = 0
        os.makedirs(self.folder)

    # What is wanted

    @property
    def wanted(self):
        return self._wanted

    def scale(self, count):
        """So many workers from now on; those that are too many are told to stop, and their end is awaited."""
        with self._lock:
            self._wanted = count
            leaving = self.workers[count:]
            self.workers = self.workers[:count]
        for worker in leaving:
            worker.asked = "stop"
            worker.process.signal(signal.SIGTERM)
        for worker in leaving:
            self._await_stop(worker)
        self.tend()

    def halt(self, by_kill):
        """No workers until the next `scale`; returns how many there were."""
        with self._lock:
            before, self._wanted = self._wanted, 0
            leaving, self.workers = self.workers, []
        for worker in leaving:
            worker.asked = "kill" if by_kill else "stop"
            worker.process.signal(signal.SIGKILL if by_kill else signal.SIGTERM)
        for worker in leaving:
            self._await_stop(worker)
        return before

    def pick(self, share):
        """One of the running workers, by a number from 0 to 1, or None."""
        with self._lock:
            running = [worker for worker in self.workers if worker.is_running]
        return running[int(share * len(running))] if running else None

    def kill(self, worker):
        worker.asked = "kill"
        worker.process.signal(signal.SIGKILL)
        worker.process.wait(10)

    def stop(self, worker):
        """Tells a worker to stop, and checks that it does so in time; another one follows."""
        worker.asked = "stop"
        worker.process.signal(signal.SIGTERM)
        self._await_stop(worker)

    def _await_stop(self, worker):
        if worker.process.wait(30) is None:
            self.run.problem(f"{worker.name} did not end within 30 s of SIGTERM:\n{worker.process.last_lines()}")
            worker.process.signal(signal.SIGKILL)
            worker.process.wait(10)

    # What is done about it

    def tend(self):
        """Notes the workers that have ended, and starts those that are missing; called over and over."""
        with self._lock:
            for worker in self.workers[:]:
                if not worker.is_running:
                    self.workers.remove(worker)
                    if worker.asked is None:
                        # As a kubelet does, it waits a little before it starts again.
                        self._next_start = time.monotonic() + 1
            while len(self.workers) < self._wanted and time.monotonic() >= self._next_start:
                self.workers.append(self._start())

    def _start(self):
        self._number += 1
        name = f"{self.name}-{self._number}"
        file = os.path.join(self.folder, f"{self._number}.properties")
        converter = properties.CONVERTERS["string"]
        values = properties.settings(
            self.name, self.run.kafka.address, self.run.emulator, self.routes, converter, self.folder, 0
        )
        properties.write(file, values | self._changes)
        # Kept from the worker until it can hear it: a new process would end at once, and not in order.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        try:
            process = self.run.children.start(name, [self.run.options.worker, "--config", file], self.run.environment)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        worker = Worker(name, process)
        worker.started = time.monotonic()
        self.past.append(worker)
        return worker

    def unready(self, timeout):
        """The workers whose `/readyz` is not 200 within that time, with what it says instead."""
        deadline, complaints = time.monotonic() + timeout, {}
        while time.monotonic() < deadline:
            complaints = {worker.name: text for worker in self.workers[:] if (text := _complaint(worker))}
            if not complaints:
                break
            time.sleep(0.5)
        return complaints

    def await_positions(self, timeout):
        """Waits until the group has an offset in every partition; returns whether that came about."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if all(
                len(self.run.kafka.committed(self.group, topic)) == self.run.kafka.partitions(topic)
                for topic in self.topics
            ):
                return True
            time.sleep(0.2)
        return False


def _complaint(worker):
    """What `/readyz` says against a worker, or nothing."""
    with open(worker.process.log, errors="replace") as file:
        port = re.search(r'"server\.port":(\d+)', file.read())
    if not port:
        return "it serves no endpoint"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/readyz", timeout=5):
            return None
    except urllib.error.HTTPError as error:
        text = f"{error.code} {error.read().decode(errors='replace').strip()}"
        keep("readiness", text)
        return text
    except OSError as error:
        return str(error)


class Supervisor:
    """Tends the sinks from a thread of its own."""

    def __init__(self, sinks):
        self._sinks = sinks
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="supervisor", daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join(10)

    def _work(self):
        while not self._is_over.wait(0.1):
            for sink in self._sinks:
                try:
                    sink.tend()
                except OSError as error:
                    raise RunError(f"{sink.name} cannot be started: {error}") from None
