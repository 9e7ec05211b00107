"""Azure's own libraries get tokens of the emulator: what it checks and answers is what they send and read."""

import hashlib
import ssl

import msal
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError, ManagedIdentityCredential
from azure.kusto.data import KustoClient, KustoConnectionStringBuilder

from conftest import DATABASE, running_emulator

APPLICATION, IDENTITY = "22222222-2222-3333-4444-555555555555", "33333333-2222-3333-4444-555555555555"
TENANT = "00000000-1111-2222-3333-444444444444"
RESOURCE_ID = "/subscriptions/0/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/sink"
SCOPE = "https://kusto.kusto.windows.net/.default"


@pytest.fixture(scope="module")
def entra(certificate, tmp_path_factory):
    """An emulator over HTTPS that knows an application by a certificate, and one tenant."""
    file, key = certificate
    arguments = ["--certificate", file, "--key", key, "--application-certificate", f"{APPLICATION}={file}", "--tenant", TENANT]
    with running_emulator(tmp_path_factory.mktemp("entra"), *map(str, arguments)) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """An emulator with one identity that was assigned to the machine."""
    arguments = ["--machine-identity", f"{IDENTITY},principal,{RESOURCE_ID}", "--machine-secret", "header"]
    with running_emulator(tmp_path_factory.mktemp("machine"), *arguments) as emulator:
        yield emulator


def thumbprint(file):
    return hashlib.sha1(ssl.PEM_cert_to_DER_cert(file.read_text())).hexdigest().upper()


def test_a_certificate_queries(entra, trusted, certificate):
    file, key = certificate
    connection = KustoConnectionStringBuilder.with_aad_application_certificate_authentication(
        entra.engine_url, APPLICATION, key.read_text(), thumbprint(file), TENANT
    )
    with KustoClient(connection) as client:
        assert list(client.execute(DATABASE, "print 1").primary_results[0])[0][0] == 1


def acquired(emulator, credential):
    """What msal gets for an application with a credential."""
    client = msal.ConfidentialClientApplication(
        APPLICATION, authority=f"{emulator.engine_url}/{TENANT}", client_credential=credential, instance_discovery=False
    )
    return client.acquire_token_for_client([SCOPE])


def test_an_assertion_is_taken_whichever_digest_names_the_certificate(entra, trusted, certificate):
    file, key = certificate
    for name in [{"thumbprint": thumbprint(file)}, {"public_certificate": file.read_text()}]:
        answer = acquired(entra, {"private_key": key.read_text(), **name})
        assert "access_token" in answer, answer


def test_an_assertion_that_names_another_certificate_is_refused_by_number(entra, trusted, certificate):
    answer = acquired(entra, {"private_key": certificate[1].read_text(), "thumbprint": "00" * 20})
    assert answer["error"] == "invalid_client" and answer["error_codes"] == [700027]


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"client_id": IDENTITY},
        {"identity_config": {"object_id": "principal"}},
        {"identity_config": {"resource_id": RESOURCE_ID}},
    ],
)
@pytest.mark.parametrize("place", ["metadata service", "App Service"])
def test_a_managed_identity_gets_a_token_that_the_cluster_takes(machine, monkeypatch, place, named):
    if place == "App Service":
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{machine.ingestion_url}/machine/app-service/token")
        monkeypatch.setenv("IDENTITY_HEADER", "header")
    else:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.ingestion_url)
    token = ManagedIdentityCredential(**named).get_token(SCOPE).token
    connection = KustoConnectionStringBuilder.with_aad_application_token_authentication(machine.engine_url, token)
    with KustoClient(connection) as client:
        assert list(client.execute(DATABASE, "print 1").primary_results[0])[0][0] == 1


def test_another_identity_is_not_there(machine, monkeypatch):
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.ingestion_url)
    with pytest.raises((CredentialUnavailableError, ClientAuthenticationError)):
        ManagedIdentityCredential(client_id="other").get_token(SCOPE)
