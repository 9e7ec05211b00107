#!/usr/bin/env python3
"""Takes the place of programs that cannot do their work in a test: what asks Azure or a container engine.

Called by the name of such a program, it checks what can be checked without them, that the command and its options are
some that the program has, and prints what the program would print. A command that is not in its table is an error.
"""

import io
import os
import sys
import tarfile

ZERO = "00000000-0000-0000-0000-000000000000"
# By program and command its options, as its documentation lists them; `=` after an option that takes a value, which may
# stand after a blank, too. What follows the arrow is printed.
KNOWN = {
    "az": {
        "account get-access-token": ("--resource= --scope= --tenant=", "token"),
        "account show": ("", ZERO),
        "ad app create": ("--display-name=", ZERO),
        "ad app credential reset": ("--id= --append --years= --display-name= --cert= --create-cert --end-date=", "secret"),
        "ad app federated-credential create": ("--id= --parameters=", ""),
        "ad sp create": ("--id=", ""),
        "ad sp create-for-rbac": ("--name= -n= --display-name= --role= --scopes= --years= --create-cert --cert=", "secret"),
        "ad sp show": ("--id=", ZERO),
        "aks show": ("--resource-group= -g= --name= -n=", "https://issuer.example/"),
        "identity create": ("--resource-group= -g= --name= -n= --location= -l=", ZERO),
        "identity federated-credential create": (
            "--resource-group= -g= --identity-name= --name= -n= --issuer= --subject= --audiences=", ""
        ),
        "identity show": ("--resource-group= -g= --name= -n=", ZERO),
        "kusto database-principal-assignment create": (
            "--resource-group= -g= --cluster-name= --database-name= --principal-assignment-name= -n= --principal-id= "
            "--principal-type= --role= --tenant-id=", "",
        ),
        "login": ("--use-device-code --tenant= --service-principal --username= --password= --identity", ""),
        "vm identity assign": ("--resource-group= -g= --name= -n= --identities=", ""),
    },
    "docker": {
        "build": ("--target= -t= --build-arg= --file= -f=", ""),
        "image ls": ("--filter=", ""),
        "load": ("--input= -i=", ""),
        "push": ("", ""),
        "run": (
            "--rm -v= -e= -d --name= --read-only --tmpfs= --cap-drop= --security-opt= --stop-timeout= --restart= -p= "
            "--network= --user= --memory= --cpus=", "",
        ),
        "save": ("--output= -o=", "images"),
        "tag": ("", ""),
    },
    "kind": {
        "create cluster": ("--name= --image= --config=", ""),
        "load docker-image": ("--name= -n= --nodes=", ""),
        "load image-archive": ("--name= -n= --nodes=", ""),
    },
    "podman": {
        "build": ("--format= --target= -t= --build-arg= --file= -f=", ""),
        "create": ("", "0123456789ab"),
        "export": ("--output= -o=", "root"),
        "pull": ("", ""),
        "run": ("--rm -v= -e= -d --name= --read-only --tmpfs= -p=", ""),
    },
}
GENERAL = {"az": "--query= --output= -o= --only-show-errors", "docker": "", "kind": "", "podman": ""}


def main(program, words):
    known = KNOWN[program]
    length = next((count for count in (4, 3, 2, 1) if " ".join(words[:count]) in known), None)
    if length is None:
        return f"{program}: '{' '.join(words)}' is none of the commands that Tests/Documentation/standins.py has"
    command = " ".join(words[:length])
    options, printed = known[command]
    if problem := wrong(words[length:], f"{options} {GENERAL[program]}".split()):
        return f"{program} {command}: {problem}"
    if printed == "root":
        sys.stdout.buffer.write(root())
    elif printed:
        print(printed)
    return None


def wrong(words, options):
    """What is wrong with the words after a command, or nothing."""
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            # The image; what follows is for the program in it.
            if "--cap-drop=" in options:
                break
            continue
        name, joined, _ = word.partition("=")
        if f"{name}=" in options:
            if not joined:
                if not left or left[0].startswith("-"):
                    return f"{name} needs a value"
                left.pop(0)
                # Options such as --identities take several.
        elif name not in options or joined:
            return f"there is no option {word}"
    return None


def root():
    """The archive of an image's root, with as little as it can have."""
    content = {
        "etc/os-release": 'ID=debian\nVERSION_ID="13"\n',
        "var/lib/dpkg/status": (
            "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: 2.41-12\n\n"
        ),
    }
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        for name, text in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return output.getvalue()


if __name__ == "__main__":
    # A pipe behind it may be closed early.
    sys.exit(main(os.path.basename(sys.argv[0]), sys.argv[1:]))
