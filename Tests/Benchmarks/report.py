"""Figures from runs: rates, medians, goals, the table."""

import os
import statistics

MEBIBYTE = 1 << 20

# Figures that are passed on as they were measured.
EXTRAS = ("first_record_seconds", "stop_seconds", "batches", "cpu_seconds_by_thread", "fetching")

# What workloads have to reach: the figure, how it must compare, and with what.
GOALS = {
    "json-1KiB": [
        ("throughput, of the floor's", "throughput_ratio", ">=", 0.75),
        ("CPU per GB, of the floor's", "cpu_ratio", "<=", 1.3),
        ("peak RSS in MiB", "peak_rss_mebibytes", "<=", 72),
        ("start-up to the first record in s", "first_record_seconds", "<=", 1.0),
        ("floor with the nudge, of itself without", "nudge_ratio", ">=", 10),
        ("many partitions: more MiB", "many_extra_mebibytes", "<=", 24),
        ("many partitions: throughput, of that with few", "many_throughput_ratio", ">=", 0.8),
    ],
    "avro-avro": [
        ("throughput, of the floor's", "throughput_ratio", ">=", 0.5),
        ("throughput, of fastavro's alone", "fastavro_ratio", ">=", 5),
    ],
    "avro-json": [
        ("throughput, of the floor's", "throughput_ratio", ">=", 0.25),
        ("throughput, of fastavro's alone", "fastavro_ratio", ">=", 5),
    ],
}


def rates(run, load):
    """A run's figures per second, per gigabyte (10⁹ bytes of values) and so on."""
    return {
        "seconds": run["seconds"],
        "records_per_second": load["records"] / run["seconds"],
        "megabytes_per_second": load["payload_bytes"] / 1e6 / run["seconds"],
        "cpu_seconds_per_gigabyte": run["cpu_seconds"] / (load["payload_bytes"] / 1e9),
        "records_per_cpu_second": load["records"] / run["cpu_seconds"],
        "peak_rss_mebibytes": run["peak_rss_bytes"] / MEBIBYTE,
        "compression_ratio": run["raw_bytes"] / run["compressed_bytes"],
        **{key: run[key] for key in EXTRAS if key in run},
    }


def medians(figures):
    """Each figure's median over several runs; for the peak RSS the largest."""
    joined = {
        key: statistics.median(each[key] for each in figures)
        for key, first in figures[0].items()
        if isinstance(first, (int, float))
    }
    joined["peak_rss_mebibytes"] = max(each["peak_rss_mebibytes"] for each in figures)
    return joined


def judge(workload, figures):
    """The workload's goals with what was measured; a goal whose figure was not measured is left out."""
    judged = []
    for text, key, comparison, limit in GOALS.get(workload, []):
        if key not in figures:
            continue
        value = figures[key]
        is_met = value >= limit if comparison == ">=" else value <= limit
        judged.append({"goal": f"{text} {comparison} {limit}", "value": value, "met": is_met})
    return judged


def table(result):
    """One workload's result as text."""
    load = result["load"]
    lines = [
        "",
        f"{result['workload']}: {load['records']:,} records, {load['payload_bytes'] / 1e9:.2f} GB, "
        f"{load['partitions']} partitions, {len(result['pairs'])} pair(s)",
        f"{'':22}{'records/s':>12}{'MB/s':>9}{'CPU s/GB':>10}{'rec/CPU s':>12}{'RSS MiB':>9}{'ratio':>7}",
    ]
    rows = [("floor", result.get("floor")), ("worker", result.get("worker"))]
    if "floor_without_nudge" in result:
        rows.insert(1, ("floor, no nudge", result["floor_without_nudge"]))
    if "many" in result:
        rows += [(f"floor, {result['many']['partitions']}", result["many"].get("floor"))]
        rows += [(f"worker, {result['many']['partitions']}", result["many"].get("worker"))]
    for name, figures in rows:
        if figures:
            lines.append(
                f"{name:22}{figures['records_per_second']:12,.0f}{figures['megabytes_per_second']:9.1f}"
                f"{figures['cpu_seconds_per_gigabyte']:10.2f}{figures['records_per_cpu_second']:12,.0f}"
                f"{figures['peak_rss_mebibytes']:9.1f}{figures['compression_ratio']:7.2f}"
            )
    if result.get("fastavro"):
        lines.append(
            f"{'fastavro, decoding':22}{result['fastavro']['records_per_second']:12,.0f}"
            f"{result['fastavro']['megabytes_per_second']:9.1f}"
        )
    for name, key in (("throughput to the floor", "throughput_ratio"), ("CPU to the floor", "cpu_ratio")):
        if key in result["figures"]:
            each = ", ".join(f"{pair[key]:.2f}" for pair in result["pairs"])
            lines.append(f"{name}: median {result['figures'][key]:.2f} of {each}")
    for goal in result["goals"]:
        lines.append(f"  {'met   ' if goal['met'] else 'MISSED'}  {goal['goal']}: {goal['value']:.2f}")
    return "\n".join(lines)


def machine():
    """What the figures were measured on."""
    model = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": model, "processors": len(os.sched_getaffinity(0)), "memory_bytes": memory,
            "load_average_at_start": os.getloadavg()[0]}
