"""The official SDK over HTTPS, logging in with a service principal as it does in production."""

import io

import pytest
import requests
from azure.kusto.data import KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.data_format import DataFormat
from azure.kusto.data.exceptions import KustoAuthenticationError
from azure.kusto.ingest import IngestionProperties, QueuedIngestClient, StreamDescriptor

from conftest import DATABASE, running_emulator, wait_for
from planted import PLANTED

APPLICATION, SECRET = "11111111-2222-3333-4444-555555555555", PLANTED["the application of the tests with Azure's SDK"]
TENANT = "00000000-1111-2222-3333-444444444444"


@pytest.fixture(scope="module")
def secure(certificate, tmp_path_factory):
    file, key = certificate
    arguments = ["--certificate", file, "--key", key, "--application", f"{APPLICATION}={SECRET}"]
    with running_emulator(tmp_path_factory.mktemp("secure"), *map(str, arguments)) as emulator:
        yield emulator


def connection(url, secret=SECRET):
    return KustoConnectionStringBuilder.with_aad_application_key_authentication(url, APPLICATION, secret, TENANT)


def test_a_service_principal_queries_and_ingests(secure, trusted):
    assert secure.engine_url.startswith("https://") and secure.ingestion_url.startswith("https://")
    with KustoClient(connection(secure.engine_url)) as client, QueuedIngestClient(connection(secure.ingestion_url)) as ingest:
        client.execute_mgmt(DATABASE, ".create table Secure (id:long, name:string)")
        properties = IngestionProperties(DATABASE, "Secure", data_format=DataFormat.CSV)
        ingest.ingest_from_stream(StreamDescriptor(io.BytesIO(b"1,a\n2,b\n")), properties)

        def rows():
            return [list(row) for row in client.execute(DATABASE, "Secure | order by id asc").primary_results[0]]

        assert wait_for(lambda: rows() if len(rows()) == 2 else None, 60, "two rows") == [[1, "a"], [2, "b"]]
        access = client.execute_mgmt(
            DATABASE,
            f".show principal access with (principal='aadapp={APPLICATION};{TENANT}', accesstype='ingest', "
            f"database='{DATABASE}', table='Secure')",
        )
        assert list(access.primary_results[0])[0][3] is True


def test_a_wrong_secret_is_refused(secure, trusted):
    with KustoClient(connection(secure.engine_url, "wrong")) as client, pytest.raises(KustoAuthenticationError) as raised:
        client.execute(DATABASE, "print 1")
    assert "AADSTS7000215" in str(raised.value)


def test_an_unknown_certificate_is_refused(secure):
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure.engine_url}/v1/rest/auth/metadata", timeout=20)
