#!/usr/bin/env python3
"""Runs a command with KUBECONFIG set to an API server: that of the caller's KUBECONFIG, or one of its own without nodes."""

import os
import shutil
import subprocess
import sys
import tempfile

# What other tests share with this one.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

from kubernetes import Cluster
from processes import RunError, end_on_signals


def main(command):
    if not command:
        print(f"usage: {sys.argv[0]} COMMAND…", file=sys.stderr)
        return 64
    if os.environ.get("KUBECONFIG"):
        return subprocess.run(command, check=False).returncode
    end_on_signals()
    folder = tempfile.mkdtemp(prefix="kusto-sink-cluster-")
    try:
        with Cluster(folder, has_node=False) as cluster:
            environment = dict(os.environ, KUBECONFIG=cluster.kubectl.kubeconfig)
            return subprocess.run(command, env=environment, check=False).returncode
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
