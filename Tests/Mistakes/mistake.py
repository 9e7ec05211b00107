"""One mistake that somebody makes in a hurry, and what the programs have to say about it."""

import dataclasses
import re

# The exit codes of docs/errors.md.
DONE, USAGE, SERVICE_AWAY, INTERNAL = 0, 64, 69, 70

# A configuration that works: what a user has before the mistake. `@…@` are the places of `places.py`.
SINK = """\
name=orders
connector.class=com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
topics=orders
tasks.max=1
bootstrap.servers=@broker@
kusto.ingestion.url=@ingestion@
kusto.query.url=@query@
aad.auth.authority=contoso.example
aad.auth.appid=11111111-0000-0000-0000-000000000001
aad.auth.appkey=${env:AAD_APPKEY}
kusto.tables.topics.mapping=[{'topic': 'orders', 'db': 'shop', 'table': 'Orders', 'format': 'json', 'mapping': 'OrdersMapping'}]
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
value.converter.schemas.enable=false
metrics.address=127.0.0.1:0
tempdir.path=@folder@
startup.timeout.ms=150000
"""

# How long a service is waited for that stays away; and what a library needs that finds out late what is wrong.
BRIEFLY, LONGER = "startup.timeout.ms=4000\n", "startup.timeout.ms=20000\n"

# The lines by which a user of the secured listener signs in; `%s` is the user's name.
SASL = """\
bootstrap.servers=@sasl@
security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="%s" password="@password@";
"""


def sink(changes="", without=""):
    """The working configuration with these lines in place of those of the same names, and without some names."""
    gone = {*without.split(), *(_name(line) for line in changes.splitlines() if not line.startswith((" ", "\t")))}
    kept = "".join(line for line in SINK.splitlines(keepends=True) if _name(line) not in gone)
    return kept + (changes if not changes or changes.endswith("\n") else changes + "\n")


def mapping(text):
    """The line that says which topics go into which tables."""
    return "kusto.tables.topics.mapping=" + text


def route(**changes):
    """The working route with these members, or without those that are None."""
    members = {"topic": "orders", "db": "shop", "table": "Orders", "format": "json", "mapping": "OrdersMapping"} | changes
    return mapping("[{" + ", ".join(f"'{name}': '{value}'" for name, value in members.items() if value is not None) + "}]")


def _name(line):
    return re.split(r"[=:]", line, maxsplit=1)[0].strip()


@dataclasses.dataclass(frozen=True)
class Mistake:
    """What was done, and what must be said about it.

    In `says`, `warns`, `prints` and `options` `…` stands for any text and `@…@` for a place. A sentence is a whole one.
    """

    name: str
    # The files, by name, as a user has written them; a text alone is `sink.properties`.
    files: dict | str | bytes = dataclasses.field(default_factory=dict)
    # The problems, all of them.
    says: tuple | str = ()
    code: int = USAGE
    # What is warned of beside them; more may be.
    warns: tuple | str = ()
    # What stands behind the program's name; None for `check` and for the sink itself, which must agree.
    command: str | None = None
    # The configuration's options for these two.
    options: str = "--config sink.properties"
    program: str = "kusto-sink-worker"
    environment: dict = dataclasses.field(default_factory=dict)
    # Words that must stand in no output, beside those that never may.
    never: tuple | str = ()
    # Whether the library takes its time to find it out, so that it begins early.
    is_slow: bool = False

    def __str__(self):
        return self.name

    @property
    def texts(self):
        return self.files if isinstance(self.files, dict) else {"sink.properties": self.files}

    def all(self, field):
        value = getattr(self, field)
        return (value,) if isinstance(value, str) else value
