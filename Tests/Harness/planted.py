"""The secrets of all tests, each with a mark that stands nowhere else, and where what programs write is kept.

Whatever the programs print, the scan at the end of `Tests/run` looks through it for the mark (`Tests/Secrecy/scan.py`).
A new secret of a test has a line here, or at least the mark in it.
"""

import os
import shutil

MARK = "pl4nted"

# What it is the secret of, and the secret.
PLANTED = {
    "the first application of the cluster tests": f"{MARK}-first-application",
    "the second application of the cluster tests": f"{MARK}-second-application",
    "an application with a wrong secret": f"{MARK}-but-not-the-right-one",
    "the application of the torture": f"{MARK}-torture",
    "the application of the mistakes": f"{MARK}-of-the-mistakes",
    "the application of the tests of monitoring": f"{MARK}-monitoring",
    "the application of the tests of the documentation": f"{MARK}-documentation",
    # What must be encoded somewhere is in these.
    "the application of the tests with Azure's SDK": f"{MARK}-s3cret/+=",
    "the schema registry's password": f"{MARK}-p%ss:w0rd/+",
    "the schema registry's token": f"{MARK}-t0ken.of-the~tests",
    "the schema registry's key store": f"{MARK}-store-pass",
    "the schema registry's key": f"{MARK}-key-pass",
    "a record that is skipped": f"{MARK}-in-a-record",
    # Tests in Swift have these themselves: BrokerTests/SinkHarness, WorkerTests/SecrecyTests.
    "the application of the tests with a broker": f"{MARK}-s3cret-value",
    "another secret than that of the tests with a broker": f"{MARK}-wr0ng-value",
}


def keep(name, text):
    """Adds what a program has said to what the scan reads; does nothing when no scan follows."""
    if folder := os.environ.get("KUSTO_SINK_KEPT"):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{name}-{os.getpid()}.txt"), "a") as file:
            file.write(text + "\n")


def keep_file(path):
    """Likewise for a file, under its own name."""
    if (folder := os.environ.get("KUSTO_SINK_KEPT")) and os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        stem, suffix = os.path.splitext(os.path.basename(path))
        with open(path, "rb") as origin, open(os.path.join(folder, f"{stem}-{os.getpid()}{suffix}"), "ab") as copy:
            shutil.copyfileobj(origin, copy)
