"""Steps: what the images hold and say of themselves."""

import dataclasses
import glob
import os
import subprocess

import debian
from container import answer
from images import archive_size
from suite import check, step

PROGRAMS = {"worker": "kusto-sink-worker", "operator": "kusto-sink-operator"}


@step("every image names the version, the commit and the librdkafka of its Debian")
def versions(run):
    for name, image in run.images.items():
        package = debian.run(
            ["chroot", image.root, "dpkg-query", "--show", "--showformat=${Version}", "librdkafka1"], "dpkg-query"
        )
        program = PROGRAMS[name.split()[0]]
        commit, _, state = run.options.revision.partition("-")
        commit = commit[:12] + (f"-{state}" if state else "")
        expected = f"{program} {run.options.version} (commit {commit}, librdkafka {package.split('-')[0]})\n"
        status, output = answer(image, ["--version"])
        check((status, output) == (0, expected), f"{name}: status {status}, {output!r} and not {expected!r}")
        run.say(f"  {name}: {output.strip()}")


@step("the images say what they are, whom they run as and how they are probed")
def descriptions(run):
    for name, image in (("worker", run.worker), ("operator", run.operator)):
        program = f"/usr/local/bin/{PROGRAMS[name]}"
        prefix = "org.opencontainers.image."
        labels = {key.removeprefix(prefix): value for key, value in image.labels.items() if key.startswith(prefix)}
        check(labels.keys() == {"title", "description", "version", "revision", "source", "licenses"}, f"{name}: labels {labels}")
        check(labels["title"] == PROGRAMS[name] and labels["licenses"] == "MIT", f"{name}: labels {labels}")
        check(labels["version"] == run.options.version, f"{name}: version {labels['version']}")
        check(labels["revision"] == run.options.revision, f"{name}: revision {labels['revision']}")
        check(image.user == "65532:65532", f"{name}: user {image.user}")
        check(image.entrypoint == [program], f"{name}: entry point {image.entrypoint}")
        check(image.health == [program, "health"], f"{name}: health check {image.health}")
    check(run.worker.volumes == ["/tmp"] and run.worker.ports == [9404], f"{run.worker.volumes}, {run.worker.ports}")
    check(not run.operator.volumes and run.operator.ports == [8080], f"{run.operator.volumes}, {run.operator.ports}")


@step("nothing in the images belongs to their user, and no lists of packages, documents or logs are left")
def tidiness(run):
    for name, image in (("worker", run.worker), ("operator", run.operator)):
        for path, (_, _, _, owner) in run.before[image.root].items():
            check(owner != 65532, f"{name}: {path} belongs to the user")
        for folder in ("var/lib/apt/lists", "var/log", "var/cache/apt"):
            check(not os.listdir(os.path.join(image.root, folder)), f"{name}: /{folder} is not empty")
        for package in ("libsimdjson14", "kusto-sink", "librdkafka1"):
            check(os.path.exists(os.path.join(image.root, "usr/share/doc", package, "copyright")), f"{name}: no licence of {package}")
        program = os.path.join(image.root, "usr/local/bin", PROGRAMS[name])
        symbols = subprocess.run(["nm", program], capture_output=True, text=True, check=False)
        check(not symbols.stdout, f"{name}: the program is not stripped")


@step("the worker's image gets tickets of Kerberos as its user, and the operator's has no part in it")
def kerberos(run):
    files = {"krb5.conf": "[realms]\nEXAMPLE.COM = {\n  kdc = 127.0.0.1:1\n}\n"}
    kinit, module = "/usr/bin/kinit", "usr/lib/*/sasl2/libgssapiv2.so"
    for name, image in run.images.items():
        modules = glob.glob(module, root_dir=image.root)
        if name.startswith("operator"):
            check(not modules and not os.path.lexists(f"{image.root}{kinit}"), f"{name}: Kerberos is in it")
            continue
        check(len(modules) == 1, f"{name}: modules of Cyrus SASL: {modules}")
        loaded = debian.run(["chroot", image.root, "ldd", f"/{modules[0]}"], "ldd")
        check("not found" not in loaded, f"{name}: {loaded}")
        place = image.environment | {"KRB5_CONFIG": "/mnt/krb5.conf"}
        program = dataclasses.replace(image, entrypoint=[kinit], environment=place)
        # Far enough to have read its configuration and to look for the realm's KDC, which is nowhere.
        status, output = answer(
            program, ["-k", "-t", "/mnt/none.keytab", "sink@EXAMPLE.COM"], folders=["/tmp"], files=files, isolated=True
        )
        wanted = "Cannot contact any KDC for realm 'EXAMPLE.COM'"
        check(status == 1 and wanted in output, f"{name}: kinit ends with {status}: {output}")


@step("sizes")
def sizes(run):
    origin = debian.base("trixie", run.cache)
    bare, packed = debian.size(origin), archive_size(origin)
    run.say(f"  Debian 13 alone: {bare / 1e6:.0f} MB, {packed / 1e6:.0f} MB compressed")
    for name, image in (("worker", run.worker), ("operator", run.operator)):
        size, sent = debian.size(image.root), archive_size(image.root)
        run.say(f"  {name}: {size / 1e6:.0f} MB, {sent / 1e6:.0f} MB compressed; "
                f"ours and the libraries {(size - bare) / 1e6:.0f} MB, {(sent - packed) / 1e6:.0f} MB compressed")
        # Debian's own part is not ours to bound; this notices that something large has come in.
        check(size - bare < 120e6, f"{name}: {(size - bare) / 1e6:.0f} MB on top of Debian")
