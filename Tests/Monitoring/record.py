#!/usr/bin/env python3
"""Plays scenarios with real workers and operators and writes what they tell about themselves into recordings/."""

import argparse
import concurrent.futures
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
# What other tests share with this one.
sys.path[:0] = [os.path.join(HERE, "..", "Harness"), os.path.join(HERE, "..", "Cluster")]

import operator_scenarios
import worker_scenarios
from kafka import Kafka
from processes import Children, RunError, end_on_signals
from recording import Recording
from rules import Rules
from stage import Stage

PROGRAMS = ("kusto-sink-worker", "kusto-sink-operator", "kusto-emulator")


def title(scenario):
    return scenario.__name__.replace("_", "-")


def record_worker(scenario, children, folder, programs, kafka):
    """Plays one scenario of workers; returns its recording."""
    stage = Stage(title(scenario), children, folder, programs, kafka)
    with stage.recorder:
        scenario(stage)
    return stage.recorder.recording()


def keep(scenario, recording, whole):
    if scenario.__name__ not in whole:
        recording = recording.only(Rules().metrics())
    recording.save(Recording.path(title(scenario)))
    print(f"{title(scenario)}: {recording.scrapes} scrapes", flush=True)


def record_workers(scenarios, options, folder, programs):
    """Plays scenarios of workers, a few at a time; returns those that failed."""
    failed = []
    with Children(folder) as children, concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        kafka = Kafka(children, os.path.join(folder, "kafka"))
        asked = {
            pool.submit(record_worker, each, children, folder, programs, kafka): each for each in scenarios
        }
        for future in concurrent.futures.as_completed(asked):
            try:
                keep(asked[future], future.result(), worker_scenarios.WHOLE)
            except RunError as error:
                failed.append(title(asked[future]))
                print(f"{failed[-1]} could not be recorded: {error}", file=sys.stderr)
    return failed


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="which (all)")
    parser.add_argument("--build", choices=("debug", "release"), default="debug", help="whose executables (debug)")
    parser.add_argument("--programs", help="the folder of the executables, instead of --build")
    parser.add_argument("--parallel", type=int, default=5, help="how many scenarios are played at a time (5)")
    options = parser.parse_args(arguments)
    base = options.programs or os.path.join(ROOT, ".build", options.build)
    programs = {name: os.path.join(base, name) for name in PROGRAMS}
    for path in programs.values():
        if not os.access(path, os.X_OK):
            parser.error(f"{path} is missing: run 'make {'release' if options.build == 'release' else 'build'}'")
    known = {title(each): each for each in worker_scenarios.ALL + operator_scenarios.ALL}
    if unknown := set(options.scenarios) - known.keys():
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    chosen = [known[name] for name in options.scenarios] or list(known.values())
    workers = [each for each in chosen if each in worker_scenarios.ALL]
    operators = [each for each in chosen if each in operator_scenarios.ALL]
    end_on_signals()
    folder = tempfile.mkdtemp(prefix="kusto-sink-monitoring-")
    failed = []
    try:
        if workers:
            failed += record_workers(workers, options, folder, programs)
        if operators:
            for scenario, recording in operator_scenarios.record(operators, folder, programs):
                keep(scenario, recording, operator_scenarios.WHOLE)
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
