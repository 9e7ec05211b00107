"""One measured run of the worker: from its first record to its last accepted and committed one."""

import os
import signal
import time
import urllib.request

import properties
from broker import free_ports
from processes import RunError

CONSUMED = "kusto_sink_records_consumed_total"


def consumed_records(port):
    """How many records the worker has received, or None while its endpoint does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
            text = response.read().decode()
    except OSError:
        return None
    return sum(
        int(float(line.rpartition(" ")[2]))
        for line in text.splitlines()
        if line.startswith((CONSUMED + "{", CONSUMED + " "))
    )


def measure(children, executable, workload, topic, group_suffix, load, programs, emulator, folder, extra=(), timeout=900):
    """Runs the worker over the whole topic and returns its figures.

    The clock starts with the last look that found no record consumed, and ends when the process is gone: once all is
    consumed it is asked to stop, whereupon it ingests what is open, commits and leaves. So the figures hold slightly more than
    the work asked for, never less, and the settings are the defaults: no flush interval is shortened to see the end.
    """
    name = f"bench-{group_suffix}"
    spill = os.path.join(folder, f"spill-{group_suffix}")
    os.makedirs(spill)
    file = os.path.join(folder, f"worker-{group_suffix}.properties")
    (port,) = free_ports(1)
    # What the worker must be told; everything else has its default.
    route = {"topic": topic, "table": workload.table, "format": workload.format}
    if workload.mapping:
        route["mapping"] = workload.mapping
    settings = properties.settings(name, programs.brokers, emulator, [route], workload.converter, spill, port)
    properties.write(file, settings | dict(extra))
    process = children.start(f"worker-{group_suffix}", [executable, "--config", file])
    deadline = time.monotonic() + timeout

    while True:
        at, cpu = time.monotonic(), process.cpu_seconds()
        consumed = consumed_records(port)
        if consumed:
            break
        start, start_cpu = at, cpu
        _check(process, deadline, "the worker consumes its first record")
        time.sleep(0.005)
    first_record = time.monotonic() - process.started

    while consumed < load["records"]:
        # Asks rarely while much is left, because answering takes the worker's own CPU time.
        rate = consumed / (time.monotonic() - start)
        time.sleep(min(1, max(0.01, (load["records"] - consumed) / rate / 2)))
        _check(process, deadline, f"the worker consumes {load['records']} records; it has {consumed}")
        consumed = consumed_records(port) or consumed

    # Records that found no room while their schema was fetched came twice and count twice, so the last may still be on
    # their way.
    before = None
    while _has_read_again(process) and consumed != before:
        before = consumed
        time.sleep(0.2)
        _check(process, deadline, "the worker has consumed the last records")
        consumed = consumed_records(port) or consumed

    peak = process.peak_rss_bytes() or 0
    threads = process.cpu_seconds_by_thread()
    stopped = time.monotonic()
    process.signal(signal.SIGTERM)
    while process.poll() is None:
        peak = max(peak, process.peak_rss_bytes() or 0)
        if time.monotonic() > min(deadline, stopped + 60):
            raise RunError(f"the worker did not stop within 60 s:\n{process.last_lines()}")
        time.sleep(0.005)
    end = time.monotonic()
    if process.poll() != 0:
        process.check_alive()

    # After the clock: did everything arrive, once, and was all of it committed?
    counted = emulator.count(workload.table)
    committed = programs.committed(topic, f"connect-{name}")
    _check_arrival(load, counted, committed)
    return {
        "seconds": end - start,
        "cpu_seconds": process.cpu_seconds_at_end - start_cpu,
        "process_cpu_seconds": process.cpu_seconds_at_end,
        "cpu_seconds_by_thread": threads,
        "peak_rss_bytes": peak,
        "first_record_seconds": first_record,
        "stop_seconds": end - stopped,
        "batches": counted["blobs"],
        "raw_bytes": counted["rawBytes"],
        "compressed_bytes": counted["storedBytes"],
    }


def _has_read_again(process):
    with open(process.log, errors="replace") as file:
        return "are fetched again" in file.read()


def _check(process, deadline, what):
    process.check_alive()
    if time.monotonic() > deadline:
        raise RunError(f"out of time before {what}:\n{process.last_lines()}")


def _check_arrival(load, counted, committed):
    problems = []
    if counted["rows"] != load["records"]:
        problems.append(f"{load['records']} records were produced and {counted['rows']} rows arrived")
    for name in ("failures", "wrongRawDataSizes"):
        if counted.get(name):
            problems.append(f"the emulator counts {counted[name]} {name}")
    if not committed["committed"] == committed["end"] == load["records"]:
        problems.append(f"offset {committed['committed']} of {committed['end']} is committed")
    if problems:
        raise RunError("the run does not count: " + "; ".join(problems))
