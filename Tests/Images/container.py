#!/usr/bin/env python3
"""Runs an image's program as a pod's container would be run under the restricted security standard.

Namespaces of its own for mounts and processes, in which it is process 1; the root read-only, and what a pod mounts as an
empty folder in memory; the image's user and no other group; no capabilities, and none to be had. The network is the
machine's, so that peers on loopback are found.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys

# What other tests share with this one.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

from processes import RunError, wait_until

DEVICES = ("null", "zero", "full", "random", "urandom")
# From linux/prctl.h, linux/sockios.h and linux/if.h.
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


class Container:
    """A running container."""

    def __init__(self, children, name, image, arguments=(), **more):
        self.process = children.start(name, command(image, arguments, **more))
        self.name, self.image = name, image
        self._pid = None

    @property
    def pid(self):
        """The program's process id outside of its namespace."""
        if self._pid is None:
            self._pid = wait_until(self._find, f"{self.name} runs", 20, alive=[self.process])
        return self._pid

    def _find(self):
        with contextlib.suppress(OSError), open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            for pid in file.read().split():
                # Until then it is the program that makes the container.
                if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == os.path.basename(self.image.entrypoint[0]):
                    return int(pid)
        return None

    def stop(self, timeout=60):
        """Asks it to stop, as the kubelet does; returns its exit status."""
        os.kill(self.pid, signal.SIGTERM)
        status = self.process.wait(timeout)
        if status is None:
            raise RunError(f"{self.name} does not stop within {timeout} s of SIGTERM:\n{self.process.last_lines()}")
        return status

    def execute(self, arguments):
        """Runs a program beside it, as a container engine runs a health check; returns the status and the output."""
        outcome = subprocess.run(
            ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--net", "--root", "--wd", f"--setuid={self.image.user.split(':')[0]}",
             f"--setgid={self.image.user.split(':')[1]}", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
            env=self.image.environment,
        )
        return outcome.returncode, outcome.stdout

    def status(self):
        """What the kernel says of the program, by field."""
        with open(f"/proc/{self.pid}/status") as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def command(image, arguments=(), folders=(), files=None, isolated=False):
    """The command line that becomes the container.

    `folders` are empty ones that may be written; `files` are files below /mnt, their contents by name; an isolated one has
    no network but a loopback of its own.
    """
    specification = {
        "root": image.root, "user": image.user, "folders": list(folders), "files": files or {}, "isolated": isolated,
        "arguments": [*image.entrypoint, *(arguments or image.command)], "environment": image.environment,
    }
    return [
        "unshare", "--mount", "--pid", "--ipc", "--uts", *(["--net"] if isolated else []), "--fork", "--kill-child",
        sys.executable, os.path.abspath(__file__), json.dumps(specification),
    ]


def answer(image, arguments, timeout=60, **more):
    """Runs the image's program to its end; returns its status and its output."""
    outcome = subprocess.run(
        command(image, arguments, **more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=timeout, check=False,
    )
    return outcome.returncode, outcome.stdout


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def raise_loopback():
    """Starts the loopback device of a network of one's own."""
    with socket.socket() as control:
        request = struct.pack("16sh", b"lo", IFF_UP)
        fcntl.ioctl(control, SIOCSIFFLAGS, request.ljust(40, b"\0"))


def enter(specification):
    """Makes the container around this process, and becomes its program."""
    root = specification["root"]
    if specification["isolated"]:
        raise_loopback()
    mount("--make-rprivate", "/")
    # These mounts are this process's own: nobody else sees them, and they go with it.
    mount("-t", "tmpfs", "-o", "mode=755,size=1m", "tmpfs", "/mnt")
    place = "/mnt/root"
    os.mkdir(place)
    mount("--bind", root, place)
    mount("-t", "tmpfs", "-o", "mode=755,size=1m", "tmpfs", f"{place}/dev")
    for device in DEVICES:
        open(f"{place}/dev/{device}", "w").close()
        mount("--bind", f"/dev/{device}", f"{place}/dev/{device}")
    mount("-t", "proc", "proc", f"{place}/proc")
    for name in specification["folders"]:
        mount("-t", "tmpfs", "-o", "mode=1777,size=64m", "tmpfs", f"{place}{name}")
    # What a pod has from a ConfigMap.
    mount("-t", "tmpfs", "-o", "mode=755,size=1m", "tmpfs", f"{place}/mnt")
    for name, content in specification["files"].items():
        with open(f"{place}/mnt/{name}", "w") as file:
            file.write(content)
    mount("-o", "remount,ro", f"{place}/mnt")
    mount("-o", "remount,bind,ro", place)
    os.chroot(place)
    os.chdir("/")
    library = ctypes.CDLL(None, use_errno=True)
    with open("/proc/sys/kernel/cap_last_cap") as file:
        last = int(file.read())
    for capability in range(last + 1):
        library.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    user, group = (int(part) for part in specification["user"].split(":"))
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    if library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "new privileges cannot be forbidden")
    arguments = specification["arguments"]
    os.execve(arguments[0], arguments, specification["environment"])


if __name__ == "__main__":
    enter(json.loads(sys.argv[1]))
