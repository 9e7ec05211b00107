"""Shell blocks: which commands they have, and a folder in which they run as a user would run them."""

import os
import re
import shlex
import subprocess

from pages import ROOT

TOKEN = re.compile(
    r"""
    (?P<blank>(?:\\\n|[ \t])+)
    | (?P<comment>\#[^\n]*)
    | (?P<redirection>\d?(?:>>|>&|<<<|[<>]))
    | (?P<end>\n|;;|;|&&|\|\||\||&|\(|\))
    | (?P<word>(?:
        \\. | '[^']*' | "(?:\\.|\$\([^()]*\)|[^"\\])*" | \$\((?:[^()]|\([^()]*\))*\) | [^\s;|&()<>'"\\]
      )+)
    """,
    re.VERBOSE | re.DOTALL,
)
SUBSTITUTION = re.compile(r"\$\(((?:[^()]|\([^()]*\))*)\)")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
# What begins or ends a compound command, and what then follows is a command.
WORDS = {"do", "done", "then", "else", "fi", "if", "while", "until", "!", "{", "}", "time"}
BUILTINS = {"cd", "echo", "exit", "export", "printf", "read", "set", "trap", "true", "umask", "unset", "wait"}
LANGUAGES = ("bash", "sh")


def commands(text):
    """The simple commands of a text, each as words, also those in substitutions; assignments before them are left out."""
    words, is_target, position = [], False, 0
    for found in TOKEN.finditer(text):
        if found.start() != position:
            raise ValueError(f"what is this: {text[position:found.start()]!r}")
        position = found.end()
        if found["redirection"]:
            is_target = True
        elif found["end"]:
            yield from simple(words)
            words = []
        elif word := found["word"]:
            for inner in SUBSTITUTION.findall(re.sub(r"'[^']*'", "", word) if '"' not in word else word):
                yield from commands(inner)
            if not is_target:
                words.append(word)
            is_target = False
    yield from simple(words)


def simple(words):
    while words and (words[0] in WORDS or ASSIGNMENT.match(words[0])):
        words = words[1:]
    if words and words[0] not in ("for", "case"):
        yield ["".join(shlex.split(word)) for word in words]


def programs(block):
    """The names of the programs that a block runs, without the shell's own commands."""
    return {words[0] for words in commands(block.text)} - BUILTINS


def environment(folder, path, **others):
    """The environment of a user whose home is a folder: little of ours."""
    ours = ("LANG", "LC_ALL", "TMPDIR", "JAVA_HOME", "KUSTO_SINK_KEPT")
    kept = {name: os.environ[name] for name in ours if name in os.environ}
    # For `read` a person types, and for curl the servers of the examples have other addresses.
    return {**kept, "HOME": str(folder), "CURL_HOME": str(folder), "PATH": f"{path}:{os.environ['PATH']}", **others}


def run(text, folder, environment, typed="", timeout=120):
    """Runs a text in a folder by bash, which ends at the first command that fails; returns status, output and errors."""
    outcome = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment, input=typed, capture_output=True, text=True,
        timeout=timeout, check=False,
    )
    return outcome.returncode, outcome.stdout, outcome.stderr


def executable(program, build):
    """The path of one of our programs in the build."""
    path = ROOT / ".build" / build / program
    assert os.access(path, os.X_OK), f"{path} is missing: run 'make {'release' if build == 'release' else 'build'}'"
    return path


def write_program(folder, name, text):
    """Writes a script that takes the place of a program, into a folder of the PATH."""
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write("#!/usr/bin/env bash\nset -euo pipefail\n" + "".join(f"{each.strip()}\n" for each in text.splitlines()))
    os.chmod(path, 0o755)


def glance(program):
    """A script for a program that prints a line once it is ready and then goes on until somebody ends it.

    A person reads the line and opens another terminal; here it is ended then.
    """
    return f'''
        exec 3< <(exec {program} "$@")
        program=$!
        read -r line <&3 && kill "$program" && printf '%s\\n' "$line"'''
