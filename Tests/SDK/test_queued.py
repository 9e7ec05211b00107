"""Queued ingestion with the official SDK: upload, message, ingestion, status queues."""

import io
import json
import uuid

import pytest
from azure.kusto.data.data_format import DataFormat, IngestionMappingKind
from azure.kusto.ingest import (
    ColumnMapping,
    FileDescriptor,
    IngestionProperties,
    QueuedIngestClient,
    ReportLevel,
    StreamDescriptor,
)
from azure.kusto.ingest.status import KustoIngestStatusQueues

from conftest import DATABASE, wait_for

CSV = '1,plain,1.5,2024-01-02T03:04:05Z,true,"{""a"": [1, 2]}"\n2,"with ""quotes"", comma and\nline",,,,\n'
DOCUMENTS = [
    {"id": 1, "full name": "Ada", "price": {"amount": 1.25}, "ts": 1700000000000, "flags": [True, False], "tags": {"k": ["v"]}},
    {"id": 2, "full name": "Grace"},
]


def check_csv_rows(rows):
    assert [row["id"] for row in rows] == [1, 2]
    assert rows[0]["name"] == "plain"
    assert rows[0]["price"] == 1.5
    assert rows[0]["at"].isoformat() == "2024-01-02T03:04:05+00:00"
    assert rows[0]["ok"] is True
    assert rows[0]["tags"] == {"a": [1, 2]}
    assert rows[1]["name"] == 'with "quotes", comma and\nline'
    assert [rows[1][name] for name in ("price", "at", "ok", "tags")] == [None, None, None, None]


def check_json_rows(rows):
    assert [row["id"] for row in rows] == [1, 2]
    assert [row["name"] for row in rows] == ["Ada", "Grace"]
    assert rows[0]["price"] == 1.25
    assert rows[0]["at"].isoformat() == "2023-11-14T22:13:20+00:00"
    assert rows[0]["ok"] is True
    assert rows[0]["tags"] == {"k": ["v"]}
    assert rows[1]["tags"] is None


@pytest.fixture
def ingest(ingest_connection):
    with QueuedIngestClient(ingest_connection) as client:
        yield client


def json_lines():
    return "".join(json.dumps(document) + "\n" for document in DOCUMENTS)


def test_csv_from_a_stream(ingest, emulator, table, rows):
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(CSV.encode())), properties)
    wait_for(lambda: len(rows()) == 2, 60, "two rows")
    check_csv_rows(rows())


def test_csv_from_a_file_with_its_size(ingest, emulator, table, rows, tmp_path):
    before = emulator.state()["ingestion"]
    file = tmp_path / "data.csv"
    file.write_text(CSV)
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    ingest.ingest_from_file(FileDescriptor(str(file), file.stat().st_size), properties)
    wait_for(lambda: len(rows()) == 2, 60, "two rows")
    check_csv_rows(rows())
    assert emulator.state()["ingestion"]["wrongRawDataSizes"] == before["wrongRawDataSizes"]


@pytest.mark.parametrize("data_format", [DataFormat.JSON, DataFormat.MULTIJSON])
def test_json_with_a_mapping_reference(ingest, table, rows, data_format):
    properties = IngestionProperties(
        DATABASE, table, data_format=data_format, ingestion_mapping_reference="events", ingestion_mapping_kind=IngestionMappingKind.JSON
    )
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(json_lines().encode())), properties)
    wait_for(lambda: len(rows()) == 2, 60, "two rows")
    check_json_rows(rows())


def test_json_with_an_inline_mapping(ingest, table, rows):
    mapping = [ColumnMapping("id", "long", path="$.id"), ColumnMapping("name", "string", path="$['full name']")]
    properties = IngestionProperties(
        DATABASE, table, data_format=DataFormat.MULTIJSON, column_mappings=mapping, ingestion_mapping_kind=IngestionMappingKind.JSON
    )
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(json.dumps(DOCUMENTS).encode())), properties)
    wait_for(lambda: len(rows()) == 2, 60, "two rows")
    assert [row["name"] for row in rows()] == ["Ada", "Grace"]
    assert [row["price"] for row in rows()] == [None, None]


def test_header_is_skipped(ingest, table, rows):
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV, ignore_first_record=True)
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"id,name\n7,x\n")), properties)
    wait_for(lambda: len(rows()) == 1, 60, "one row")
    assert rows()[0]["id"] == 7


def test_ingest_by_tag_makes_the_second_copy_a_no_op(ingest, emulator, table, rows):
    properties = IngestionProperties(
        DATABASE, table, data_format=DataFormat.CSV, ingest_by_tags=["batch-1"], ingest_if_not_exists=["batch-1"]
    )
    for _ in range(2):
        ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n")), properties)
        emulator.wait_until_idle()
    assert len(rows()) == 1


def test_status_queues_report_success_and_failure(ingest, table):
    statuses = KustoIngestStatusQueues(ingest)
    good, bad = uuid.uuid4(), uuid.uuid4()
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV, report_level=ReportLevel.FailuresAndSuccesses)
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n"), source_id=good), properties)
    missing = IngestionProperties(DATABASE, "NoSuchTable", data_format=DataFormat.CSV, report_level=ReportLevel.FailuresAndSuccesses)
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n"), source_id=bad), missing)

    successes = wait_for(lambda: [s for s in statuses.success.pop(5) if s.IngestionSourceId == str(good)], 60, "a success")
    assert successes[0].Table == table
    failures = wait_for(lambda: [f for f in statuses.failure.pop(5) if f.IngestionSourceId == str(bad)], 60, "a failure")
    assert failures[0].ErrorCode == "BadRequest_TableNotExist"
    assert failures[0].FailureStatus == "Permanent"
    assert statuses.failure.is_empty()


def test_message_that_is_delivered_twice_duplicates_rows(ingest, emulator, table, rows):
    emulator.control("POST", "faults", {"endpoint": "ingestion", "kind": "duplicate", "count": 1})
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n")), properties)
    wait_for(lambda: len(rows()) == 2, 60, "two copies")


def test_throttled_resource_commands_are_retried_by_the_sdk(ingest_connection, emulator, table, rows):
    emulator.control("POST", "faults", {"endpoint": "management", "contains": "identity token", "kind": "throttle", "count": 1})
    with QueuedIngestClient(ingest_connection) as ingest:
        properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
        ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n")), properties)
    wait_for(lambda: len(rows()) == 1, 60, "a row")
    assert emulator.control("GET", "faults") == []


def test_refused_queue_is_replaced_by_another(ingest, emulator, table, rows):
    emulator.control("POST", "faults", {"endpoint": "queue", "method": "POST", "kind": "answer", "status": 403, "count": 1})
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n")), properties)
    wait_for(lambda: len(rows()) == 1, 60, "a row")
