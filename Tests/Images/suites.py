"""Steps: the tests with a real broker, against the librdkafka that the image brings."""

import os
import re
import shutil
import subprocess

import broker
import debian
from planted import keep_file
from processes import RunError
from suite import Left, check, step

BUNDLE = "debug/kusto-sinkPackageTests.xctest"
# What librdkafka's versions differ in most: who reads what while members come and go, and where reading goes on; and that
# SCRAM works at Apache Kafka 4, which it does not with older ones.
CHOSEN = (
    r"^BrokerTests\.GroupTests|^KafkaTests\.MemberBrokerTests|^KafkaTests\.GroupMemberTests/(pauses|resumesAtTheEnd)\("
    r"|^KafkaTests\.CredentialRotationBrokerTests|^KafkaTests\.SignInBrokerTests/accepts\("
)
# Makes room for what is bound, and becomes a shell in the root.
SCRIPT = """
set -eu
root=$1; shift
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t tmpfs tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
  mkdir -p "$root$1"
  mount --bind "$1" "$root$1"
  mount -o remount,bind,ro "$root$1"
  shift
done
shift
exec chroot "$root" "$@"
"""


def runtime_folders(bundle):
    """The folders of Swift's libraries that the tests load."""
    output = debian.run(["ldd", bundle], "ldd")
    found = {os.path.dirname(os.path.realpath(path)) for path in re.findall(r"=> (/\S+) \(", output)}
    return sorted(folder for folder in found if "swift" in folder)


@step("tests with a real broker pass against the image's librdkafka")
def broker_tests(run):
    bundle = os.path.realpath(os.path.join(run.build_folder, BUNDLE))
    if not os.path.exists(bundle):
        raise Left("the tests are not built: run 'swift build --build-tests'")
    try:
        home = broker.check_home()
    except RunError as error:
        raise Left(str(error)) from None
    java = os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("java"))))
    folder = os.path.dirname(bundle)
    # Debian keeps a part of Java below /etc.
    places = [*runtime_folders(bundle), java, *(f"/etc/{name}" for name in os.listdir("/etc") if name.startswith("java-")),
              os.path.realpath(home), run.project, folder]
    root = debian.copy(run.worker.root, os.path.join(run.cache, "tests"))
    # Container runtimes write it; certificates of the tests are for this name.
    with open(os.path.join(root, "etc/hosts"), "w") as hosts:
        hosts.write("127.0.0.1 localhost\n")
    environment = {
        "PATH": f"{java}/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8",
        "KAFKA_HOME": os.path.realpath(home),
    }
    filters = ["--filter", "BrokerTests"] if run.options.all else ["--filter", CHOSEN]
    script = 'cd "$1" && shift && exec "$@"'
    command = [
        "unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", SCRIPT, "tests", root, *places, "--",
        "/bin/bash", "-c", script, "tests", run.project, bundle, "--testing-library", "swift-testing", "--no-parallel", *filters,
    ]
    log = os.path.join(run.folder, "tests.log")
    with open(log, "w") as output:
        status = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, timeout=3600, check=False
        ).returncode
    keep_file(log)
    with open(log, errors="replace") as file:
        lines = file.read().splitlines()
    for line in lines:
        if line.startswith(("✘", "✔ Test run", "✔ Suite")):
            run.say(f"  {line[:400]}")
    check(status == 0, f"status {status}; see {log}")
    check(any(re.match(r"✔ Test run with [1-9]", line) for line in lines), f"no test ran; see {log}")
