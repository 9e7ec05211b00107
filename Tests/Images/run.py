#!/usr/bin/env python3
"""Makes the images' root file systems by the Dockerfile's own steps, without a container engine, and runs worker and
operator in them. See README.md beside this file."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# What other tests share with this one.
sys.path[1:1] = [os.path.join(HERE, "..", "Harness"), os.path.join(HERE, "..", "Cluster")]

import suite
from dockerfile import Dockerfile
from images import Builder
from processes import Children, RunError, end_on_signals

# They register their steps, which run in this order.
import contents
import bill
import workers
import operators
import suites
import leftovers

STEP_MODULES = (contents, bill, workers, operators, suites, leftovers)
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
# What the steps must be able to do.
MOUNT = ["unshare", "--mount", "--pid", "--fork", "sh", "-c", "mount -t tmpfs tmpfs /mnt && mknod /mnt/null c 1 3"]
# The packages that have other names in Debian 12, and its release.
DEBIAN_12 = (("trixie", "bookworm"), ("t64", ""))


class Run:
    """One run: the Dockerfile, the images, and what the steps share."""

    def __init__(self, options, children, folder):
        self.options, self.children, self.folder = options, children, folder
        self.started = time.monotonic()
        self.project = ROOT
        self.build_folder = os.path.join(ROOT, ".build")
        self.dockerfile = Dockerfile(os.path.join(ROOT, "Dockerfile"))
        arguments = {"VERSION": options.version, "REVISION": options.revision, "SOURCE": options.source}
        self.cache, staged = os.path.join(self.build_folder, "images"), os.path.join(self.build_folder, "stage")
        os.makedirs(self.cache, exist_ok=True)
        self.worker, self.operator = self._build("debian-13", staged, arguments)
        # The same steps with Debian 12's names: the programs run there too.
        self.older_worker, self.older_operator = self._build("debian-12", staged, arguments, DEBIAN_12)
        self.before = {image.root: leftovers.snapshot(image.root) for image in self.images.values()}

    def _build(self, name, staged, arguments, changes=()):
        builder = Builder(self.dockerfile, name, self.cache, staged, arguments, changes)
        images = [builder.build(target) for target in ("worker", "operator")]
        self.say(f"the roots of {name} are made")
        return images

    @property
    def images(self):
        return {
            "worker": self.worker, "operator": self.operator,
            "worker on Debian 12": self.older_worker, "operator on Debian 12": self.older_operator,
        }

    def say(self, text):
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", flush=True)

    def tell_state(self):
        """Prints the last lines of what runs or ran."""
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(os.path.join(self.folder, name), errors="replace") as file:
                    print(f"---- {name}\n{''.join(file.readlines()[-15:])}", flush=True)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default="unknown", help="the version for the labels, as the Makefile has it")
    parser.add_argument("--revision", default="unknown", help="the commit for the labels and the programs")
    parser.add_argument("--source", default="", help="the source code's address for the labels")
    parser.add_argument("--all", action="store_true", help="every test with a real broker against the image's librdkafka")
    parser.add_argument("--only", metavar="STEP,…", help="only these steps, by the names of their functions")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs, also when all is well")
    options = parser.parse_args(arguments)
    names = [action.__name__ for _, action in suite.STEPS]
    for name in options.only.split(",") if options.only else []:
        if name not in names:
            parser.error(f"no step {name}; there are {', '.join(names)}")
    if os.geteuid() != 0:
        parser.error("root is needed for other users, mounts and namespaces")
    if subprocess.run(MOUNT, capture_output=True, check=False).returncode != 0:
        parser.error("root may not mount or make devices here, as in a container without the capability CAP_SYS_ADMIN")
    if shutil.which("debootstrap") is None:
        parser.error("debootstrap is missing: install it with apt-get install debootstrap")
    return options


def main(arguments):
    options = parse(arguments)
    end_on_signals()
    folder = tempfile.mkdtemp(prefix="kusto-sink-images-")
    outcome = 1
    try:
        with Children(folder) as children:
            run = Run(options, children, folder)
            passed, failed, left = suite.run_all(run, options.only.split(",") if options.only else None)
            run.say(f"{passed} passed, {failed} failed, {left} left out")
            outcome = 1 if failed else 0
    except RunError as error:
        print(error, file=sys.stderr)
        outcome = 2
    if outcome == 0 and not options.keep:
        shutil.rmtree(folder)
    else:
        print(f"logs are in {folder}")
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
