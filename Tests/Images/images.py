"""Images as folders: the steps of the Dockerfile's final stages carried out in a root of Debian."""

import copy
import dataclasses
import os
import shutil
import subprocess

import debian
from dockerfile import expanded
from processes import RunError

# The official images that a stage may begin with, and the release that each is made of.
ORIGINS = {"debian:trixie-slim": "trixie", "debian:bookworm-slim": "bookworm"}
CONTAINER_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


@dataclasses.dataclass
class Image:
    """A root and what the Dockerfile says beside its files."""

    root: str
    user: str = "0:0"
    entrypoint: list = dataclasses.field(default_factory=list)
    command: list = dataclasses.field(default_factory=list)
    health: list = dataclasses.field(default_factory=list)
    labels: dict = dataclasses.field(default_factory=dict)
    environment: dict = dataclasses.field(default_factory=lambda: dict(CONTAINER_ENVIRONMENT))
    volumes: list = dataclasses.field(default_factory=list)
    ports: list = dataclasses.field(default_factory=list)


class Builder:
    """Carries out the stages of a Dockerfile.

    What they copy from the stage `build` comes from the folder that `make stage` fills, since that stage does nothing
    else. The roots are in a folder of `name` below `folder`. `changes` replaces texts of instructions, for another release.
    """

    def __init__(self, dockerfile, name, folder, staged, arguments, changes=()):
        self.dockerfile, self.name, self.folder, self.staged = dockerfile, name, folder, staged
        self.arguments, self.changes = arguments, changes
        self._made = {}

    def build(self, target):
        """The image of a stage."""
        if target not in self._made:
            stage = self.dockerfile.stages[target]
            # An argument is known to the stage that names it.
            image, values = self._begin(stage), {}
            for instruction in stage.instructions:
                try:
                    self._carry_out(image, instruction, values)
                except RunError as error:
                    raise RunError(f"Dockerfile, line {instruction.line}, {instruction.name}: {error}") from None
            self._made[target] = image
        return self._made[target]

    def _begin(self, stage):
        """An image that is as the stage's origin leaves it."""
        origin = self._changed(stage.origin)
        if stage.origin in self.dockerfile.stages:
            image = copy.deepcopy(self.build(stage.origin))
            origin = image.root
        elif origin in ORIGINS:
            image, origin = Image(""), debian.base(ORIGINS[origin], self.folder)
        else:
            raise RunError(f"stage {stage.name} begins with {origin}, of which no root can be made here")
        image.root = debian.copy(origin, os.path.join(self.folder, self.name, stage.name))
        return image

    def _changed(self, text):
        for old, new in self.changes:
            text = text.replace(old, new)
        return text

    def _carry_out(self, image, instruction, values):
        instruction = dataclasses.replace(instruction, text=self._changed(instruction.text))
        told = dataclasses.replace(instruction, text=expanded(instruction.text, values | image.environment))
        match instruction.name:
            case "ARG":
                name, _, default = told.text.partition("=")
                values[name] = self.arguments.get(name, default)
            case "RUN":
                self._run(image, instruction.text, values)
            case "COPY":
                self._copy(image, told)
            case "ENV":
                image.environment |= told.pairs
            case "LABEL":
                image.labels |= told.pairs
            case "USER":
                image.user = told.text
            case "ENTRYPOINT":
                image.entrypoint, image.command = self._program(told), []
            case "CMD":
                image.command = self._program(told)
            case "HEALTHCHECK":
                kind, _, command = told.text.partition(" ")
                if kind != "CMD":
                    raise RunError(f"expected CMD, not {kind}")
                image.health = self._program(dataclasses.replace(told, text=command.strip()))
            case "VOLUME":
                image.volumes += told.words
            case "EXPOSE":
                image.ports += [int(word) for word in told.words]
            case _:
                raise RunError("this instruction is not carried out here")

    @staticmethod
    def _program(instruction):
        if not instruction.text.startswith("["):
            raise RunError("write it as a list, since the image needs no shell")
        return instruction.words

    def _run(self, image, command, values):
        if image.user not in ("0:0", "0", "root"):
            raise RunError(f"RUN as {image.user} is not carried out here")
        script = 'mount --bind /dev "$1/dev" && mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh -c "$2"'
        # The names that apt looks up.
        shutil.copy("/etc/resolv.conf", os.path.join(image.root, "etc", "resolv.conf"))
        debian.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", image.root, command],
            "the command", env=image.environment | values, timeout=900,
        )
        os.remove(os.path.join(image.root, "etc", "resolv.conf"))

    def _copy(self, image, instruction):
        *sources, target = instruction.words
        origin = instruction.options.get("from")
        for source in sources:
            if origin == "build" and source.startswith("/out/"):
                path = os.path.join(self.staged, source.removeprefix("/out/"))
            else:
                raise RunError(f"{source} from {origin or 'the context'} is not known here")
            if not os.path.exists(path):
                raise RunError(f"{path} is missing: run 'make stage'")
            place = os.path.join(image.root, target.lstrip("/"))
            os.makedirs(place if target.endswith("/") else os.path.dirname(place), exist_ok=True)
            # A folder's content is copied, not the folder.
            debian.run(["cp", "--recursive", "--no-target-directory", path, place], f"the copy of {source}")


def archive_size(root):
    """The bytes of the root as a compressed archive, which is what a registry sends."""
    packed = subprocess.Popen(
        ["tar", "--create", "--directory", root, "--one-file-system", "."], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    compressed = subprocess.Popen(["gzip", "-6"], stdin=packed.stdout, stdout=subprocess.PIPE)
    packed.stdout.close()
    total = 0
    while piece := compressed.stdout.read(1 << 20):
        total += len(piece)
    if packed.wait() not in (0, 1) or compressed.wait() != 0:
        raise RunError(f"{root} cannot be packed")
    return total
