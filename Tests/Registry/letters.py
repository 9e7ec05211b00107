"""What dead letters have to say."""

SINK_TASK = "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkTask"


def check_letter(letter, record):
    """The key, the value, the headers and the timestamp are the record's, byte for byte; more headers may follow."""
    kept = letter.headers[: len(record.headers)]
    assert (letter.key, letter.value, kept, letter.timestamp) == record.content


def errors_context(sink, topic, offset, stage, converter, partition=0):
    """The headers of Connect that say what became of a record that could not be converted."""
    return {
        "topic": topic, "partition": str(partition), "offset": str(offset), "connector.name": sink.name, "task.id": "0",
        "stage": stage, "class.name": converter, "exception.class.name": "org.apache.kafka.connect.errors.DataException",
    }


def misc_context(sink, topic, offset, is_permanent, partition=0):
    """The headers of Connect on a record that ADX did not take, with the classes that the connector would name."""
    name = "IngestionClientException" if is_permanent else "IngestionServiceException"
    return {
        "topic": topic, "partition": str(partition), "offset": str(offset), "connector.name": sink.name,
        "task.id": "0", "stage": "TASK_PUT", "class.name": SINK_TASK,
        "exception.class.name": f"com.microsoft.azure.kusto.ingest.exceptions.{name}",
    }


def check_ingestion(letter, record, database, table, is_permanent):
    """Our own headers say what ADX said of the batch."""
    found = {
        name.removeprefix("kusto_sink."): text.decode()
        for name, text in letter.headers[len(record.headers):] if name.startswith("kusto_sink.")
    }
    assert set(found) == {"database", "table", "error.code", "error.permanent", "batch.id", "attempts"}, found
    assert (found["database"], found["table"]) == (database, table)
    assert found["error.permanent"] == ("true" if is_permanent else "false")
    assert found["error.code"] and found["batch.id"] and int(found["attempts"]) >= 1


def check_context(letter, record, context):
    """The headers after the record's own are Connect's, with what it would say, and no data of the record."""
    found = dict(letter.headers[len(record.headers):])
    for name, text in context.items():
        assert found.get(f"__connect.errors.{name}") == text.encode(), f"__connect.errors.{name} is not {text}: {found}"
    for name in ("exception.class.name", "exception.message", "exception.stacktrace"):
        assert found.get(f"__connect.errors.{name}"), f"__connect.errors.{name} is missing: {found}"
