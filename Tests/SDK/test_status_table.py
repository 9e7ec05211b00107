"""Rows of the status table with Azure's own client of table storage, which is not the worker's."""

import uuid

import pytest
from azure.core import MatchConditions
from azure.core.credentials import AzureSasCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import TableClient, UpdateMode

from conftest import DATABASE


@pytest.fixture
def status_table(ingest_client):
    """A client of the first status table that Data Management names."""
    resources = ingest_client.execute_mgmt("NetDefaultDB", ".get ingestion resources").primary_results[0]
    url = next(row["StorageRoot"] for row in resources if row["ResourceTypeName"] == "IngestionsStatusTable")
    base, signature = url.split("?")
    endpoint, name = base.rsplit("/", 1)
    with TableClient(endpoint, name, credential=AzureSasCredential(signature)) as client:
        yield client


@pytest.fixture
def partition():
    """The key of a partition that nobody else uses, with what needs care in filters and paths."""
    return f"it's {uuid.uuid4().hex}, ä"


def entity(partition, row, **more):
    """A row as a client of ADX makes it before it queues a blob."""
    source = uuid.uuid4()
    return {"PartitionKey": partition, "RowKey": row, "Status": "Pending", "IngestionSourceId": source, "Database": DATABASE, **more}


def test_a_row_is_inserted_once_and_read_back(status_table, partition):
    status_table.create_entity(entity(partition, "r", KafkaRanges="orders-3:5-9"))
    with pytest.raises(ResourceExistsError):
        status_table.create_entity(entity(partition, "r"))
    row = status_table.get_entity(partition, "r")
    assert (row["Status"], row["KafkaRanges"]) == ("Pending", "orders-3:5-9")


def test_a_merge_keeps_what_others_wrote_and_a_replacement_does_not(status_table, partition):
    status_table.create_entity(entity(partition, "r", KafkaRanges="orders-3:5-9"))
    status_table.update_entity({"PartitionKey": partition, "RowKey": "r", "Status": "Failed"}, mode=UpdateMode.MERGE)
    row = status_table.get_entity(partition, "r")
    assert (row["Status"], row["KafkaRanges"]) == ("Failed", "orders-3:5-9")
    status_table.upsert_entity({"PartitionKey": partition, "RowKey": "r", "Status": "Queued"}, mode=UpdateMode.REPLACE)
    assert "KafkaRanges" not in status_table.get_entity(partition, "r")
    with pytest.raises(ResourceNotFoundError):
        status_table.update_entity({"PartitionKey": partition, "RowKey": "absent", "Status": "Failed"}, mode=UpdateMode.MERGE)


def test_queries_have_filters_and_pages(status_table, partition):
    for number in range(7):
        status_table.create_entity(entity(partition, f"r{number}", Status="Failed" if number % 2 else "Succeeded"))
    status_table.create_entity(entity(f"{partition} of another", "r0"))
    query = "PartitionKey eq @partition and Status ne 'Pending'"
    pages = [[row["RowKey"] for row in page] for page in status_table.query_entities(query, parameters={"partition": partition}, results_per_page=3).by_page()]
    assert pages == [["r0", "r1", "r2"], ["r3", "r4", "r5"], ["r6"]]
    failed = status_table.query_entities("PartitionKey eq @p and Status eq @s", parameters={"p": partition, "s": "Failed"}, select=["RowKey"])
    assert [dict(row) for row in failed] == [{"RowKey": "r1"}, {"RowKey": "r3"}, {"RowKey": "r5"}]
    with pytest.raises(HttpResponseError):
        list(status_table.query_entities("Status eq"))


def test_a_row_is_removed_once(status_table, partition):
    status_table.create_entity(entity(partition, "r"))
    status_table.delete_entity(partition, "r")
    with pytest.raises(ResourceNotFoundError):
        status_table.get_entity(partition, "r")
    assert not list(status_table.query_entities("PartitionKey eq @p", parameters={"p": partition}))


def test_a_row_is_removed_as_it_was_read_or_not_at_all(status_table, partition):
    status_table.create_entity(entity(partition, "r"))
    old = status_table.get_entity(partition, "r")
    status_table.update_entity({"PartitionKey": partition, "RowKey": "r", "Status": "Failed"}, mode=UpdateMode.MERGE)
    with pytest.raises(ResourceModifiedError):
        status_table.delete_entity(old, etag=old.metadata["etag"], match_condition=MatchConditions.IfNotModified)
    [new] = status_table.query_entities("PartitionKey eq @p", parameters={"p": partition})
    assert new["Status"] == "Failed"
    status_table.delete_entity(new, etag=new.metadata["etag"], match_condition=MatchConditions.IfNotModified)
    with pytest.raises(ResourceNotFoundError):
        status_table.get_entity(partition, "r")
