"""Queries and commands with the official SDK."""

import pytest
from azure.kusto.data import ClientRequestProperties, KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoApiError, KustoServiceError, KustoThrottlingError

from conftest import DATABASE


@pytest.fixture
def filled(client, table):
    data = "1,b,1.5,2024-01-01,true\n2,a,2.5,2024-01-02,false\n3,a,,,\n"
    client.execute_mgmt(DATABASE, f".ingest inline into table {table} <|\n{data}")
    return table


def values(response):
    return [list(row) for row in response.primary_results[0]]


def test_count_take_and_where(client, filled):
    assert values(client.execute(DATABASE, f"{filled} | count")) == [[3]]
    assert len(values(client.execute(DATABASE, f"{filled} | take 2"))) == 2
    assert values(client.execute(DATABASE, f"{filled} | where name == 'a' and id > 2 | project id, name")) == [[3, "a"]]


def test_summarize_and_order(client, filled):
    query = f"{filled} | summarize n=count(), dcount(name), min(id), max(price) by name | order by name asc"
    assert values(client.execute(DATABASE, query)) == [["a", 2, 1, 2, 2.5], ["b", 1, 1, 1, 1.5]]


def test_version_1_of_the_query_protocol(client, filled):
    assert values(client.execute_mgmt(DATABASE, f".show table {filled} details"))[0][3] == 3


def test_permission_probe_answers_ok(client, table):
    properties = ClientRequestProperties()
    properties.set_option("validate_permissions", True)
    assert values(client.execute(DATABASE, f"{table} | count", properties)) == [["OK"]]


def test_mapping_probe(client, table):
    rows = values(client.execute_mgmt(DATABASE, f".show table {table} ingestion json mapping 'events'"))
    assert rows[0][:2] == ["events", "Json"]
    with pytest.raises(KustoApiError) as raised:
        client.execute_mgmt(DATABASE, f".show table {table} ingestion json mapping 'other'")
    error = raised.value.get_api_error()
    assert error.code == "BadRequest_MappingReferenceWasNotFound"
    assert error.permanent


def test_a_mapping_of_the_database_is_not_one_of_the_table(client, table):
    client.execute_mgmt(DATABASE, f".create-or-alter database {DATABASE} ingestion json mapping 'shared' '[{{\"column\":\"id\",\"path\":\"$.id\"}}]'")
    rows = values(client.execute_mgmt(DATABASE, f".show database {DATABASE} ingestion json mapping 'shared'"))
    assert rows[0][:2] == ["shared", "Json"]
    with pytest.raises(KustoApiError):
        client.execute_mgmt(DATABASE, f".show table {table} ingestion json mapping 'shared'")


def test_each_service_refuses_what_is_the_others(client, ingest_client, table):
    for wrong, command in [(client, ".get ingestion resources"), (ingest_client, ".show tables")]:
        with pytest.raises(KustoApiError) as raised:
            wrong.execute_mgmt(DATABASE, command)
        error = raised.value.get_api_error()
        assert error.type == "Kusto.Common.Svc.Exceptions.AdminCommandWrongEndpointException"
    with pytest.raises(KustoServiceError):
        ingest_client.execute(DATABASE, f"{table} | count")


def test_unknown_operator_is_a_clear_error(client, table):
    with pytest.raises(KustoApiError) as raised:
        client.execute(DATABASE, f"{table} | make-series x=count() on id")
    assert "make-series" in raised.value.get_api_error().description


def test_a_token_that_was_not_issued_is_refused(emulator, table):
    connection = KustoConnectionStringBuilder.with_aad_application_token_authentication(emulator.engine_url, "another")
    with KustoClient(connection) as client, pytest.raises(KustoServiceError):
        client.execute(DATABASE, f"{table} | count")


def test_throttling_is_an_error_of_its_own(client, emulator, table):
    emulator.control("POST", "faults", {"endpoint": "query", "kind": "throttle", "retryAfter": 1, "count": 1})
    with pytest.raises(KustoThrottlingError):
        client.execute(DATABASE, f"{table} | count")
    assert values(client.execute(DATABASE, f"{table} | count")) == [[0]]
