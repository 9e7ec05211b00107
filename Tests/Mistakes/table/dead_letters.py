"""Dead-letter topics and what happens with errors."""

from mistake import Mistake, sink

DLQ = "errors.tolerance=all\nerrors.deadletterqueue.topic.name=orders-errors\n"
MISTAKES = [
    Mistake(
        "dead-letter topic is consumed", sink("errors.tolerance=all\nerrors.deadletterqueue.topic.name=orders"),
        says=(
            "Invalid value orders for configuration errors.deadletterqueue.topic.name: the dead-letter topic is among "
            "the topics consumed; its records would come back for ever"
        ),
    ),
    Mistake(
        "dead-letter topic is in the regex", sink("topics.regex=orders.*\n" + DLQ, "topics"),
        says=(
            "Invalid value orders-errors for configuration errors.deadletterqueue.topic.name: the dead-letter topic is "
            "among the topics consumed; its records would come back for ever"
        ),
    ),
    Mistake(
        "more replicas than brokers", sink("errors.tolerance=all\nerrors.deadletterqueue.topic.name=orders-new-errors"),
        says=(
            "errors.deadletterqueue.topic.name: topic orders-new-errors at @broker@ cannot be created with 3 replicas: "
            "cannot create topic orders-new-errors: Unable to replicate the partition 3 time(s): The target replication "
            "factor of 3 cannot be reached because only 1 broker(s) are registered. (INVALID_REPLICATION_FACTOR); set "
            "errors.deadletterqueue.topic.replication.factor to at most the number of brokers, or to -1 for their default"
        ),
    ),
    Mistake(
        "misc topic without brokers", sink("misc.deadletterqueue.topic.name=orders-letters"),
        says=(
            "To enable Miscellaneous Dead-Letter Queue configuration please configure both "
            "misc.deadletterqueue.bootstrap.servers and misc.deadletterqueue.topic.name; "
            "misc.deadletterqueue.bootstrap.servers is missing"
        ),
        warns=(
            "misc.deadletterqueue.topic.name is never written to, since behavior.on.error is fail; set "
            "behavior.on.error=log to send records there and go on"
        ),
    ),
    Mistake(
        "misc brokers without a topic", sink("misc.deadletterqueue.bootstrap.servers=@broker@"),
        says=(
            "To enable Miscellaneous Dead-Letter Queue configuration please configure both "
            "misc.deadletterqueue.bootstrap.servers and misc.deadletterqueue.topic.name; misc.deadletterqueue.topic.name "
            "is missing"
        ),
    ),
    Mistake(
        "misc brokers without a port",
        sink("misc.deadletterqueue.bootstrap.servers=broker\nmisc.deadletterqueue.topic.name=orders-letters"),
        says=(
            "Invalid value broker for configuration misc.deadletterqueue.bootstrap.servers: Invalid url in "
            "bootstrap.servers: broker; the port is missing: write host:port, such as broker:9092"
        ),
        warns=(
            "misc.deadletterqueue.topic.name is never written to, since behavior.on.error is fail; set "
            "behavior.on.error=log to send records there and go on"
        ),
    ),
    Mistake(
        "dead-letter topic with an illegal name",
        sink("errors.tolerance=all\nerrors.deadletterqueue.topic.name=orders errors"),
        says=(
            "Invalid value orders errors for configuration errors.deadletterqueue.topic.name: must be a valid topic "
            "name: 1 to 249 letters, digits, '.', '_' and '-'"
        ),
    ),
    Mistake(
        "misc topic that there is not",
        sink("misc.deadletterqueue.bootstrap.servers=@broker@\nmisc.deadletterqueue.topic.name=orders-misc"),
        says="misc.deadletterqueue.topic.name: topic orders-misc at @broker@ does not exist; create it or correct the name",
        warns=(
            "misc.deadletterqueue.topic.name is never written to, since behavior.on.error is fail; set "
            "behavior.on.error=log to send records there and go on"
        ),
    ),
]
