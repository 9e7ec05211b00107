"""Root file systems of Debian, made with debootstrap and kept under .build for a few days."""

import hashlib
import json
import os
import shutil
import subprocess
import time

from processes import RunError

# What a container's base image of Debian leaves out (its own dpkg configuration says so).
EXCLUDED = """\
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
"""
VARIANT = "minbase"
# For so long a root may be without Debian's newest fixes, as a base image that one has pulled.
DAYS = 3


def mirror():
    """The archive that this machine's apt takes Debian from."""
    if os.environ.get("DEBIAN_MIRROR"):
        return os.environ["DEBIAN_MIRROR"]
    outcome = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT) $(ORIGIN) $(LABEL)", "Identifier: Packages"],
        capture_output=True, text=True, check=False,
    )
    for line in outcome.stdout.splitlines():
        if line.split(" ", 1)[1:] == ["main Debian Debian"]:
            return line.split()[0]
    return "http://deb.debian.org/debian"


def run(command, what, **more):
    """Runs a command to its end; a failure is an error with its output."""
    outcome = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more
    )
    if outcome.returncode != 0:
        raise RunError(f"{what} failed with status {outcome.returncode}:\n{outcome.stdout[-3000:]}")
    return outcome.stdout


def is_fresh(root, recipe, now):
    """Whether a root is there that was made by this recipe, and not too long ago."""
    note = f"{root}.json"
    if not os.path.isdir(root) or not os.path.exists(note):
        return False
    with open(note) as file:
        made = json.load(file)
    return made["recipe"] == recipe and 0 <= now - made["time"] < DAYS * 86400


def base(release, folder):
    """The folder of a root of that release with nothing but what every Debian has; made when there is no fresh one."""
    root = os.path.join(folder, f"debian-{release}")
    recipe = hashlib.sha256("\n".join([release, VARIANT, mirror(), EXCLUDED]).encode()).hexdigest()
    if is_fresh(root, recipe, time.time()):
        return root
    parts = root + ".part"
    shutil.rmtree(parts, ignore_errors=True)
    os.makedirs(os.path.join(parts, "etc", "dpkg", "dpkg.cfg.d"))
    with open(os.path.join(parts, "etc", "dpkg", "dpkg.cfg.d", "docker"), "w") as file:
        file.write(EXCLUDED)
    run(["debootstrap", f"--variant={VARIANT}", release, parts, mirror()], f"debootstrap of {release}", timeout=600)
    # What debootstrap has downloaded and noted, which is in no container's base image either.
    for place in ("var/cache/apt", "var/lib/apt/lists", "var/log"):
        shutil.rmtree(os.path.join(parts, place))
        os.mkdir(os.path.join(parts, place))
    shutil.rmtree(root, ignore_errors=True)
    os.rename(parts, root)
    with open(f"{root}.json", "w") as file:
        json.dump({"recipe": recipe, "time": time.time()}, file)
    return root


def copy(origin, root):
    """A copy of a root, in the place of an older one."""
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(os.path.dirname(root), exist_ok=True)
    run(["cp", "--archive", "--reflink=auto", origin, root], f"the copy of {origin}")
    return root


def size(root):
    """The bytes of the files below a root, each counted once."""
    return int(run(["du", "--summarize", "--bytes", "--one-file-system", root], f"du {root}").split()[0])


def snapshot(root):
    """Every path below a root with what would change when it is written."""
    entries = {}
    for folder, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            entries[os.path.relpath(path, root)] = (status.st_size, status.st_mtime_ns, status.st_mode, status.st_uid)
    return entries
