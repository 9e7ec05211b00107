"""What is wrong with the command itself."""

from mistake import DONE, SINK, Mistake

NO_CONFIGURATION = (
    "no configuration: name a file with --config FILE; kusto-sink-worker init makes one to start from"
)

MISTAKES = [
    Mistake("no configuration named", command="", says=NO_CONFIGURATION),
    Mistake("check without a configuration", command="check", says=NO_CONFIGURATION),
    Mistake(
        "option misspelled", SINK,
        command="--confg sink.properties",
        says="unknown option '--confg', did you mean '--config'? (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "command misspelled", SINK,
        command="chek --config sink.properties",
        says="unknown command 'chek', did you mean 'check'? (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "two commands", SINK,
        command="check health --config sink.properties",
        says="unexpected argument 'health' (see 'kusto-sink-worker check --help')",
    ),
    Mistake(
        "option without its value",
        command="--config",
        says="option --config needs a value: --config FILE (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "option of check for the sink", SINK,
        command="--config sink.properties --offline",
        says="option --offline goes with the command check (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "json for the sink", SINK,
        command="--config sink.properties --json",
        says="option --json goes with the commands check, sample and properties (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "option of health for check", SINK,
        command="check --config sink.properties --ready",
        says="option --ready goes with the command health (see 'kusto-sink-worker check --help')",
    ),
    Mistake(
        "flag with a value", SINK,
        command="check --config sink.properties --offline=true",
        says="option --offline takes no value (see 'kusto-sink-worker check --help')",
    ),
    Mistake(
        "references below a relative directory", SINK,
        command="--config sink.properties --references-below secrets",
        says="--references-below must be an absolute path, not secrets",
    ),
    Mistake(
        "health at an address that is none",
        command="health --address localhost",
        says="--address localhost: give an IP address and a port, such as 127.0.0.1:9404 or [::1]:9404",
    ),
    Mistake(
        "health where nothing runs",
        command="health --address @dead@",
        says="http://@dead@/healthz does not answer: Connection refused",
        code=1,
    ),
    Mistake(
        "file without its option", SINK,
        command="sink.properties",
        says="'sink.properties' is no command; give a file with --config sink.properties (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "file to check without its option", SINK,
        command="check sink.properties",
        says=(
            "unexpected argument 'sink.properties': give a file with --config sink.properties (see 'kusto-sink-worker "
            "check --help')"
        ),
    ),
    Mistake(
        "long option with one dash", SINK,
        command="-config sink.properties",
        says="unknown option '-config', did you mean '--config'? (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "option of other programs for a file", SINK,
        command="check -f sink.properties",
        says="unknown option '-f', did you mean '--config'? (see 'kusto-sink-worker check --help')",
    ),
    Mistake(
        "property as an option", SINK,
        command="--config sink.properties --log-level debug",
        says=(
            "log.level is a property: write log.level=… into a file and name it with --config FILE"
            " (see 'kusto-sink-worker --help')"
        ),
    ),
    Mistake(
        "property as Java takes it", SINK,
        command="--config sink.properties -Dtopics=orders",
        says=(
            "properties are no options: write them into a file and name it with --config FILE"
            " (see 'kusto-sink-worker --help')"
        ),
    ),
    Mistake(
        "print-config of a check", SINK,
        command="check --config sink.properties --print-config",
        says="option --print-config goes with the command run (see 'kusto-sink-worker check --help')",
    ),
    Mistake(
        "properties of no such name",
        command="properties flsh.size.byte",
        says="no property is called flsh.size.byte; did you mean flush.size.bytes?",
    ),
    Mistake(
        "starter file over a file", SINK,
        command="init --topic orders --output sink.properties",
        says="--output sink.properties: the file exists, and is left as it is",
    ),
    Mistake(
        "starter file for no topic",
        command="init --topic not/one",
        says="--topic must be a topic's name: letters, digits, dots, underscores and hyphens",
    ),
    Mistake(
        "print-config of nothing",
        command="--print-config",
        says=NO_CONFIGURATION,
    ),
    Mistake(
        "command that another program has", SINK,
        command="start --config sink.properties",
        says="unknown command 'start', did you mean 'run'? (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "validate instead of check", SINK,
        command="validate --config sink.properties",
        says="unknown command 'validate', did you mean 'check'? (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "file as an operand", SINK,
        command="sink.properties",
        says="'sink.properties' is no command; give a file with --config sink.properties (see 'kusto-sink-worker --help')",
    ),
    Mistake(
        "files as operands, as connect-standalone takes them", {"worker.properties": "", "sink.properties": SINK},
        command="worker.properties sink.properties",
        says=(
            "'worker.properties' is no command; give a file with --config worker.properties (see 'kusto-sink-worker "
            "--help')"
        ),
    ),
    Mistake(
        "check with the file as an operand", SINK,
        command="check sink.properties",
        says=(
            "unexpected argument 'sink.properties': give a file with --config sink.properties (see 'kusto-sink-worker "
            "check --help')"
        ),
    ),
    Mistake(
        "print-config with check", SINK,
        command="check --config sink.properties --print-config",
        says="option --print-config goes with the command run (see 'kusto-sink-worker check --help')",
    ),
    Mistake("help as a word", command="help", code=DONE),
]
