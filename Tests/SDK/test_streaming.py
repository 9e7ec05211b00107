"""Streaming and managed streaming ingestion with the official SDK."""

import io
import json
import uuid

import pytest
from azure.kusto.data.data_format import DataFormat, IngestionMappingKind
from azure.kusto.data.exceptions import KustoApiError
from azure.kusto.ingest import (
    BlobDescriptor,
    IngestionProperties,
    KustoStreamingIngestClient,
    ManagedStreamingIngestClient,
    StreamDescriptor,
)
from azure.storage.blob import ContainerClient

from conftest import DATABASE, wait_for


@pytest.fixture
def streaming(connection):
    with KustoStreamingIngestClient(connection) as client:
        yield client


@pytest.fixture
def managed(connection, ingest_connection):
    with ManagedStreamingIngestClient(connection, ingest_connection) as client:
        yield client


def test_csv_is_there_when_the_call_returns(streaming, table, rows):
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    streaming.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n2,b\n")), properties)
    assert [row["name"] for row in rows()] == ["a", "b"]


def test_json_with_a_mapping(streaming, table, rows):
    properties = IngestionProperties(
        DATABASE, table, data_format=DataFormat.JSON, ingestion_mapping_reference="events", ingestion_mapping_kind=IngestionMappingKind.JSON
    )
    document = json.dumps({"id": 5, "full name": "Ada", "price": {"amount": 2}}).encode()
    streaming.ingest_from_stream(StreamDescriptor(io.BytesIO(document)), properties)
    assert [(row["id"], row["name"], row["price"]) for row in rows()] == [(5, "Ada", 2.0)]


def test_table_without_the_policy_is_refused(streaming, client, table):
    client.execute_mgmt(DATABASE, f".delete table {table} policy streamingingestion")
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    with pytest.raises(KustoApiError) as raised:
        streaming.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n")), properties)
    assert raised.value.get_api_error().permanent


def test_managed_streams_what_is_small(managed, emulator, table, rows):
    before = emulator.state()["ingestion"]["streamed"]
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    managed.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n")), properties)
    assert len(rows()) == 1
    assert emulator.state()["ingestion"]["streamed"] == before + 1


def test_managed_falls_back_to_the_queue(managed, emulator, table, rows):
    emulator.control("POST", "faults", {"endpoint": "streaming", "kind": "answer", "status": 503, "count": 3})
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    managed.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n"), source_id=uuid.uuid4()), properties)
    wait_for(lambda: len(rows()) == 1, 60, "the row that was queued")
    assert emulator.control("GET", "faults") == []


def test_managed_streams_a_blob_by_its_uri(managed, ingest_client, emulator, table, rows):
    before = emulator.state()["ingestion"]["streamed"]
    resources = ingest_client.execute_mgmt(DATABASE, ".get ingestion resources").primary_results[0]
    container = next(row["StorageRoot"] for row in resources if row["ResourceTypeName"] == "TempStorage")
    blob = ContainerClient.from_container_url(container).upload_blob(f"{uuid.uuid4()}.csv", b"1,a\n")
    properties = IngestionProperties(DATABASE, table, data_format=DataFormat.CSV)
    managed.ingest_from_blob(BlobDescriptor(blob.url, 4), properties)
    assert len(rows()) == 1
    assert emulator.state()["ingestion"]["streamed"] == before + 1
