#!/usr/bin/env python3
"""Container images without a registry and without a builder, from the executables and this machine's Debian packages.

An image has three layers: the shared libraries that the executables load and the few files that the C library asks
for; the authorities whose certificates are trusted; the executable. The archive is one that `docker load`,
`ctr images import`, `kind load image-archive` and their like take. The same files give the same bytes, and an image's
tag follows from its content, so a node never runs an older one.
"""

import argparse
import dataclasses
import hashlib
import io
import json
import os
import platform
import re
import stat
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

from processes import RunError

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAMS = ("kusto-sink-worker", "kusto-sink-operator")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
AUTHORITIES = "etc/ssl/certs/ca-certificates.crt"
# By number, so that Kubernetes can see that it is not root.
USER = "65532"
FILES = {
    "etc/passwd": f"root:x:0:0:root:/root:/usr/sbin/nologin\nkusto-sink:x:{USER}:{USER}::/nonexistent:/usr/sbin/nologin\n",
    "etc/group": f"root:x:0:\nkusto-sink:x:{USER}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


@dataclasses.dataclass(frozen=True)
class Image:
    """One image of an archive."""

    name: str
    config: bytes
    layers: list


class Layer:
    """A layer as the bytes of a tar archive, made only of names, contents and modes."""

    def __init__(self, files, folders=(), links=None):
        modes = {"tmp": 0o1777}
        names = set(folders)
        links = links or {}
        for name in [*files, *folders, *links]:
            while name := os.path.dirname(name):
                names.add(name)
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name in sorted(names):
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode = tarfile.DIRTYPE, modes.get(name, 0o755)
                archive.addfile(entry)
            for name, (mode, content) in sorted(files.items()):
                entry = tarfile.TarInfo(name)
                entry.mode, entry.size = mode, len(content)
                archive.addfile(entry, io.BytesIO(content))
            for name, target in sorted(links.items()):
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode, entry.linkname = tarfile.SYMTYPE, 0o777, target
                archive.addfile(entry)
        self.content = buffer.getvalue()
        self.digest = hashlib.sha256(self.content).hexdigest()


def libraries(executables):
    """The shared libraries that the executables load, as files beside the C library; the loader at its own place.

    The loader looks there without being told, so the libraries of Swift's toolchain need no path of their own.
    """
    found, loaders = {}, set()
    for executable in executables:
        outcome = subprocess.run(["ldd", executable], capture_output=True, text=True, check=False)
        if outcome.returncode != 0 or "not found" in outcome.stdout:
            raise RunError(f"{executable} does not find its libraries; run 'make deps':\n{outcome.stdout}{outcome.stderr}")
        for line in outcome.stdout.splitlines():
            if library := re.match(r"\s*(\S+) => (/\S+) \(", line):
                found[library[1]] = library[2]
            elif loader := re.match(r"\s*(/\S+) \(", line):
                loaders.add(loader[1])
    folder = os.path.dirname(found["libc.so.6"])
    places = {os.path.join(folder, name): path for name, path in found.items()} | {path: path for path in loaders}
    return {place.lstrip("/"): (0o755, read(path)) for place, path in places.items()}


def whole(root):
    """A root file system as one layer; devices and the like are left out, as is who owns what."""
    files, folders, links = {}, [], {}
    for folder, _, _ in os.walk(root):
        for entry in os.scandir(folder):
            name = os.path.relpath(entry.path, root)
            if entry.is_symlink():
                links[name] = os.readlink(entry.path)
            elif entry.is_dir():
                folders.append(name)
            elif entry.is_file():
                files[name] = (stat.S_IMODE(entry.stat().st_mode), read(entry.path))
    return Layer(files, folders, links)


def stripped(executable):
    """The executable without what only a debugger reads."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "stripped")
        outcome = subprocess.run(
            ["strip", "--strip-debug", "-o", output, executable], capture_output=True, text=True, check=False
        )
        if outcome.returncode != 0:
            raise RunError(f"strip fails for {executable}: {outcome.stderr}")
        return read(output)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def make(folder, trust=(), roots=None):
    """The images of the executables in `folder`, by program; they trust the authorities of the PEM files `trust` too.

    With `roots`, a folder that Tests/Images/run.py has filled, they are the shipped ones instead.
    """
    executables = {program: os.path.join(folder, program) for program in PROGRAMS}
    for path in executables.values():
        if not os.access(path, os.X_OK):
            raise RunError(f"{path} is missing: run 'make build', or 'make release' for the release build")
    architecture = ARCHITECTURES.get(platform.machine())
    if architecture is None:
        raise RunError(f"images for {platform.machine()} are not made here")
    if roots:
        places = {program: os.path.join(roots, program.removeprefix("kusto-sink-")) for program in PROGRAMS}
        for place in places.values():
            if not os.path.isdir(place):
                raise RunError(f"{place} is missing: run 'make images-test', which makes the images' roots")
        bases = {program: [whole(place)] for program, place in places.items()}
    else:
        files = {name: (0o644, text.encode()) for name, text in FILES.items()}
        base = Layer(files | libraries(executables.values()), folders=["tmp"])
        bases = {
            program: [base, Layer({f"usr/local/bin/{program}": (0o755, stripped(executable))})]
            for program, executable in executables.items()
        }
    system = os.path.join("/", AUTHORITIES)
    if not os.path.exists(system):
        raise RunError(f"{system} is missing: install the package ca-certificates")
    bundle = Layer({AUTHORITIES: (0o644, b"\n".join(read(path) for path in [system, *trust]))})
    images = {}
    for program in PROGRAMS:
        place = f"usr/local/bin/{program}"
        layers = [*bases[program], bundle]
        config = json.dumps({
            "architecture": architecture,
            "os": "linux",
            "config": {"User": f"{USER}:{USER}", "Entrypoint": [f"/{place}"], "Env": ["PATH=/usr/local/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.digest}" for layer in layers]},
            "history": [{"created": "1970-01-01T00:00:00Z"} for _ in layers],
        }, sort_keys=True).encode()
        tag = hashlib.sha256(config).hexdigest()[:12]
        images[program] = Image(f"localhost/{program}:{tag}", config, layers)
    return images


def write(images, path):
    """Writes the images into one archive, each layer once."""
    contents, manifest = {}, []
    for image in images:
        config = f"{hashlib.sha256(image.config).hexdigest()}.json"
        contents[config] = image.config
        for layer in image.layers:
            contents[f"{layer.digest}/layer.tar"] = layer.content
        manifest.append({
            "Config": config, "RepoTags": [image.name], "Layers": [f"{layer.digest}/layer.tar" for layer in image.layers],
        })
    contents["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.mode, entry.size = 0o644, len(content)
            archive.addfile(entry, io.BytesIO(content))


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", choices=("debug", "release"), default="debug", help="whose executables (debug)")
    parser.add_argument("--trust", metavar="FILE", action="append", default=[], help="PEM certificates of further authorities")
    parser.add_argument("output", metavar="ARCHIVE")
    options = parser.parse_args(arguments)
    try:
        images = make(os.path.join(ROOT, ".build", options.build), options.trust)
        write(images.values(), options.output)
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    for image in images.values():
        print(image.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
