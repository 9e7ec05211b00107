"""Commands for Azure Data Explorer: sent to the emulator, or checked where it has nothing of the kind."""

import re

ROLES = ("admins", "ingestors", "monitors", "unrestrictedviewers", "users", "viewers")
ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# The emulator has no roles that could be given: `--application` and `--deny-ingest` say who may do what.
APPLICATION = f"'aadapp={ID};{ID}'"
ASSIGNMENT = re.compile(rf"\.add (?:database|table) \w+ (?P<role>\w+) \({APPLICATION}(?:, *{APPLICATION})*\)(?: '[^']*')?")


def commands(text):
    """The commands of a block: each begins with a dot on a line of its own."""
    return [each.strip() for each in re.split(r"(?m)^(?=\.)", text) if each.strip()]


def check_assignment(command):
    """Fails when a command that gives a role is none that Kusto takes."""
    found = ASSIGNMENT.fullmatch(command)
    assert found, f"not a command that gives applications a role: {command}"
    assert found["role"] in ROLES, f"there is no role {found['role']}: {command}"


def execute(adx, text, database="shop"):
    """Lets the emulator execute the commands of a block; a refusal fails the test."""
    for command in commands(text):
        if command.startswith(".add "):
            check_assignment(command)
        else:
            answer = ask(adx, "mgmt", command, database)
            assert answer["Tables"], command


def ask(adx, kind, text, database="shop"):
    """What the emulator answers to a command or a query, as Kusto's first version of the protocol has it."""
    body, headers = {"db": database, "csl": text}, {"Authorization": f"Bearer {adx.token}"}
    return adx.ask("POST", f"{adx.query_url}/v1/rest/{kind}", body, headers=headers)
