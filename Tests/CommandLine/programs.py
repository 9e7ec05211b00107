"""Runs the programs, in a pipe or on a terminal."""

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import termios

from processes import executable

NAMES = ("kusto-sink-worker", "kusto-sink-operator", "kusto-emulator", "kusto-sink-demo")
# Machines that build and test at the same time are slow.
PATIENCE = 120


def path(name):
    """Where a program is."""
    return executable(name, name.upper().replace("-", "_"))


def printed(name, *arguments):
    """What a program prints in a pipe."""
    return subprocess.run(
        [path(name), *arguments], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout


def on_terminal(columns, name, *arguments, **environment):
    """What a program prints on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    variables |= {"TERM": "xterm", **environment}
    child = subprocess.Popen(
        [path(name), *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=variables
    )
    os.close(theirs)
    output = b""
    # Linux tells the end of a terminal as an error of input.
    with contextlib.suppress(OSError):
        while block := os.read(ours, 65536):
            output += block
    os.close(ours)
    assert child.wait(PATIENCE) == 0
    return output.decode().replace("\r\n", "\n")
