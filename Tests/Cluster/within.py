#!/usr/bin/env python3
"""Runs a command on an API server: that of TEST_KUBECONFIG, or one of its own without nodes.

The command finds its path in KUBECONFIG and in TEST_KUBECONFIG. What it leaves on a server that goes on, under names
that were free before, is removed.
"""

import os
import shutil
import subprocess
import sys
import tempfile

# What other tests share with this one.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

from kubernetes import GIVEN, Cluster, given
from processes import RunError, end_on_signals


def run(command, kubectl):
    """Runs the command; returns its exit status."""
    environment = dict(os.environ, **{name: kubectl.kubeconfig for name in ("KUBECONFIG", GIVEN)})
    return subprocess.run(command, env=environment, check=False).returncode


def run_on_given(command, kubectl):
    """Runs the command on a server that goes on, and removes what it leaves."""
    try:
        return run(command, kubectl)
    finally:
        if made := kubectl.made():
            kubectl.run("delete", "--ignore-not-found", *made, timeout=300)


def main(command):
    if not command:
        print(f"usage: {sys.argv[0]} COMMAND…", file=sys.stderr)
        return 64
    end_on_signals()
    folder = tempfile.mkdtemp(prefix="kusto-sink-cluster-")
    try:
        if kubectl := given():
            return run_on_given(command, kubectl)
        with Cluster(folder, has_node=False) as cluster:
            return run(command, cluster.kubectl)
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
