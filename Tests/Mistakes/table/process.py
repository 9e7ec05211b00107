"""The machine: directories, ports, memory."""

from mistake import Mistake, sink

MISTAKES = [
    Mistake(
        "port that is taken", sink("metrics.address=@taken@"),
        says=(
            "metrics.address: cannot listen on @taken@: another process has the port; stop it or choose another port, or "
            "set metrics.address=off"
        ),
    ),
    Mistake(
        "port alone", sink("metrics.address=9404"),
        says=(
            "Invalid value 9404 for configuration metrics.address: must be host:port, such as 0.0.0.0:9404 or "
            "[::1]:9404, or off"
        ),
    ),
    Mistake(
        "address with a scheme", sink("metrics.address=http://localhost:9404"),
        says=(
            "Invalid value http://localhost:9404 for configuration metrics.address: must be host:port, such as "
            "0.0.0.0:9404 or [::1]:9404, or off"
        ),
    ),
    Mistake(
        "address that is not this machine's", sink("metrics.address=192.0.2.1:9404"),
        says=(
            "metrics.address: cannot listen on 192.0.2.1:9404: Cannot assign requested address; name an address of this "
            "machine, or set metrics.address=off"
        ),
    ),
    Mistake(
        "port below 1024 too large", sink("metrics.address=0.0.0.0:94040"),
        says=(
            "Invalid value 0.0.0.0:94040 for configuration metrics.address: must be host:port, such as 0.0.0.0:9404 or "
            "[::1]:9404, or off"
        ),
    ),
    Mistake(
        "directory that is not there", sink("tempdir.path=@folder@/spool"),
        says=(
            "tempdir.path=@folder@/spool cannot be written: No such file or directory; name a directory that exists and "
            "that this user may write"
        ),
    ),
    Mistake(
        "directory that is a file", {"sink.properties": sink("tempdir.path=@folder@/spool"), "spool": ""},
        says=(
            "tempdir.path=@folder@/spool cannot be written: Not a directory; name a directory that exists and that this "
            "user may write"
        ),
    ),
    Mistake(
        "relative directory", sink("tempdir.path=spool"),
        says="Invalid value spool for configuration tempdir.path: must be an absolute path",
    ),
    Mistake(
        "compression that there is not", sink("compression.type=zstd"),
        says="Invalid value zstd for configuration compression.type: String must be one of: isal, zlib…",
    ),
    Mistake(
        "compression level out of range", sink("compression.level=42"),
        says="Invalid value 42 for configuration compression.level: Value must be …",
    ),
    Mistake(
        "drain without end", sink("shutdown.drain.ms=-1"),
        says="Invalid value -1 for configuration shutdown.drain.ms: Value must be …",
    ),
    Mistake(
        "environment's variable with a mistake", sink(without="tasks.max"),
        environment={"CONNECT_TASKS_MAX": "two"},
        says="Invalid value two for configuration tasks.max: Not a number of type INT",
    ),
    Mistake(
        "port and directory and topic",
        sink(
            "metrics.address=@taken@\n"
            "tempdir.path=@folder@/spool\n"
            "topics=order\n"
            "kusto.tables.topics.mapping=[{'topic': 'order', 'db': 'shop', 'table': 'Order', 'format': 'json'}]"
        ),
        says=(
            "topics: topic order does not exist at @broker@; create it or correct the name",
            "kusto.tables.topics.mapping: table Order does not exist in database shop; create it or correct the name",
            (
                "tempdir.path=@folder@/spool cannot be written: No such file or directory; name a directory that "
                "exists and that this user may write"
            ),
            (
                "metrics.address: cannot listen on @taken@: another process has the port; stop it or choose another "
                "port, or set metrics.address=off"
            ),
        ),
    ),
    Mistake(
        "timeout of the start with a unit", sink("startup.timeout.ms=30s"),
        says=(
            "sink.properties:17: Invalid value 30s for configuration startup.timeout.ms: Not a number of type LONG; "
            "write 30000, in milliseconds, for 30s"
        ),
    ),
]
