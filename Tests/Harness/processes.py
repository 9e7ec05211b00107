"""Child processes: started, measured by way of /proc, and ended by their own process ids."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time

from planted import keep_file

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class RunError(Exception):
    """The run cannot go on; the text says why."""


def executable(name, variable):
    """A program of the build: the one of the environment variable, else the one for debugging, else the released one."""
    named = os.environ.get(variable)
    candidates = [named] if named else [os.path.join(ROOT, ".build", kind, name) for kind in ("debug", "release")]
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return candidate
    raise RunError(f"no {name} at {', '.join(candidates)}: run 'make build', or set {variable}")


class Process:
    """One child process, whose standard error goes to a log file."""

    def __init__(self, arguments, log, environment=None):
        self.arguments = [str(argument) for argument in arguments]
        self.log = log
        self.started = time.monotonic()
        with open(log, "ab") as output:
            self._child = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
            )
        self.pid = self._child.pid
        self._asking = threading.Lock()
        # What the kernel counted, known once the process has ended.
        self.cpu_seconds_at_end = None

    @property
    def name(self):
        return os.path.basename(self.arguments[0])

    @property
    def is_ours(self):
        """Whether it is a program of this project, in a container or not."""
        return any(re.search(r"\bkusto-(sink-worker|sink-operator|emulator)(\"|$)", word) for word in self.arguments)

    def poll(self):
        """The exit status, or None while it runs; negative for a signal."""
        with self._asking:
            if self._child.returncode is None:
                pid, status, usage = os.wait4(self.pid, os.WNOHANG)
                if pid == self.pid:
                    self._child.returncode = os.waitstatus_to_exitcode(status)
                    self.cpu_seconds_at_end = usage.ru_utime + usage.ru_stime
            return self._child.returncode

    def check_alive(self):
        status = self.poll()
        if status is not None:
            raise RunError(f"{self.name} ended with status {status}:\n{self.last_lines()}")

    def signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, timeout):
        """The exit status, or None when the process still runs after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.poll()

    def stop(self, timeout=20):
        """Ends the process: asks first, and kills when that does not help."""
        self.signal(signal.SIGTERM)
        # A stopped process sees the request only when it goes on.
        self.signal(signal.SIGCONT)
        if self.wait(timeout) is None:
            self.signal(signal.SIGKILL)
            self.wait(10)

    def cpu_seconds(self):
        """CPU seconds used so far, all threads."""
        if self.poll() is not None:
            return self.cpu_seconds_at_end
        with open(f"/proc/{self.pid}/stat") as file:
            # The command's name, in parentheses, may hold blanks.
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_seconds_by_thread(self):
        """CPU seconds of the threads that still live, by name; threads of one name are added up."""
        seconds = {}
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{self.pid}/task"):
                with open(f"/proc/{self.pid}/task/{thread}/stat") as file:
                    head, _, tail = file.read().rpartition(")")
                name, fields = head.partition("(")[2], tail.split()
                used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                seconds[name] = round(seconds.get(name, 0) + used, 2)
        return dict(sorted(seconds.items(), key=lambda item: -item[1]))

    def peak_rss_bytes(self):
        """The most memory that was ever resident, or None when the process is gone."""
        with contextlib.suppress(OSError):
            with open(f"/proc/{self.pid}/status") as file:
                for line in file:
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1]) << 10
        return None

    def last_lines(self, count=15):
        with open(self.log, errors="replace") as file:
            return "".join(file.readlines()[-count:]).rstrip()


class Children:
    """The processes of one run; leaving the context ends them, last started first."""

    def __init__(self, folder):
        self.folder = folder
        self._processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            process.stop()
        # What peers write is not ours.
        for log in dict.fromkeys(process.log for process in self._processes if process.is_ours):
            keep_file(log)

    def kill(self):
        """Ends all at once."""
        for process in self._processes:
            process.signal(signal.SIGKILL)

    def start(self, name, arguments, environment=None):
        process = Process(arguments, os.path.join(self.folder, f"{name}.log"), environment)
        self._processes.append(process)
        return process


def wait_until(condition, what, timeout, pause=0.05, alive=()):
    """Waits for `condition` to return something true, and returns that."""
    deadline = time.monotonic() + timeout
    while True:
        outcome = condition()
        if outcome:
            return outcome
        for process in alive:
            process.check_alive()
        if time.monotonic() > deadline:
            raise RunError(f"not within {timeout:.0f} s: {what}")
        time.sleep(pause)


def end_on_signals():
    """Lets the usual signals end the run in order, its children with it."""

    def leave(number, _):
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
