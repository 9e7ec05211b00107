"""Who signs in at Azure Data Explorer."""

from mistake import BRIEFLY, SERVICE_AWAY, Mistake, sink

NO_APP = "aad.auth.authority aad.auth.appid aad.auth.appkey"
MISTAKES = [
    Mistake(
        "secret forgotten", sink(without="aad.auth.appkey"),
        says=(
            'Missing required configuration "aad.auth.appkey" which has no default value. aad.auth.strategy=application '
            "needs it"
        ),
    ),
    Mistake(
        "secret empty", sink("aad.auth.appkey="),
        says=(
            'Missing required configuration "aad.auth.appkey" which has no default value. aad.auth.strategy=application '
            "needs it"
        ),
    ),
    Mistake(
        "application forgotten", sink(without="aad.auth.appid"),
        says=(
            'Missing required configuration "aad.auth.appid" which has no default value. aad.auth.strategy=application '
            "needs it"
        ),
    ),
    Mistake(
        "tenant forgotten", sink(without="aad.auth.authority"),
        says=(
            'Missing required configuration "aad.auth.authority" which has no default value. '
            "aad.auth.strategy=application needs it"
        ),
    ),
    Mistake(
        "nothing of the identity", sink(without=NO_APP),
        says=(
            (
                'Missing required configuration "aad.auth.appid" which has no default value. '
                "aad.auth.strategy=application needs it"
            ),
            (
                'Missing required configuration "aad.auth.authority" which has no default value. '
                "aad.auth.strategy=application needs it"
            ),
            (
                'Missing required configuration "aad.auth.appkey" which has no default value. '
                "aad.auth.strategy=application needs it"
            ),
        ),
    ),
    Mistake(
        "strategy that there is not", sink("aad.auth.strategy=service_principal"),
        says=(
            "Invalid value service_principal for configuration aad.auth.strategy: String must be one of: application, "
            "managed_identity, workload_identity, az_dev_token…"
        ),
    ),
    Mistake(
        "application without a role", sink("aad.auth.appid=11111111-0000-0000-0000-000000000003"),
        says=(
            "aadapp=11111111-0000-0000-0000-000000000003;contoso.example may not ingest into table Orders of database "
            "shop; grant it with .add database ['shop'] ingestors "
            "('aadapp=11111111-0000-0000-0000-000000000003;contoso.example')"
        ),
    ),
    Mistake(
        "token forgotten", sink("aad.auth.strategy=az_dev_token", NO_APP),
        says=(
            'Missing required configuration "aad.auth.accesstoken" which has no default value. '
            "aad.auth.strategy=az_dev_token needs it"
        ),
    ),
    Mistake(
        "secret that is wrong", sink("aad.auth.appkey=pl4nted-wrong-secret"),
        says=(
            "kusto.ingestion.url=@ingestion@: token from @ingestion@/contoso.example/oauth2/v2.0/token: status 401: the "
            "credential is refused (invalid_client, AADSTS7000215: the client secret is wrong: it must be the secret's "
            "value, not its id); write the value of a secret into aad.auth.appkey; this makes another one: az ad app "
            "credential reset --id 11111111-0000-0000-0000-000000000001 --append"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "secret's id instead of its value", sink("aad.auth.appkey=22222222-0000-0000-0000-000000000009"),
        says=(
            "kusto.ingestion.url=@ingestion@: token from @ingestion@/contoso.example/oauth2/v2.0/token: status 401: the "
            "credential is refused (invalid_client, AADSTS7000215: the client secret is wrong: it must be the secret's "
            "value, not its id); write the value of a secret into aad.auth.appkey; this makes another one: az ad app "
            "credential reset --id 11111111-0000-0000-0000-000000000001 --append"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "secret that has expired", sink("aad.auth.appid=11111111-0000-0000-0000-000000000002"),
        says=(
            "kusto.ingestion.url=@ingestion@: token from @ingestion@/contoso.example/oauth2/v2.0/token: status 401: the "
            "credential is refused (invalid_client, AADSTS7000222: the client secret has expired); write the value of a "
            "secret into aad.auth.appkey; this makes another one: az ad app credential reset --id "
            "11111111-0000-0000-0000-000000000002 --append"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "application that is unknown", sink("aad.auth.appid=11111111-0000-0000-0000-00000000dead"),
        says=(
            "kusto.ingestion.url=@ingestion@: token from @ingestion@/contoso.example/oauth2/v2.0/token: status 400: the "
            "credential is refused (unauthorized_client, AADSTS700016: the application does not exist in the tenant); "
            "correct aad.auth.appid, which is the application's (client) id, or aad.auth.authority if the application is "
            "one of another tenant"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "application by its name", sink("aad.auth.appid=orders-sink"),
        says=(
            "kusto.ingestion.url=@ingestion@: token from @ingestion@/contoso.example/oauth2/v2.0/token: status 400: the "
            "credential is refused (unauthorized_client, AADSTS700016: the application does not exist in the tenant); "
            "correct aad.auth.appid, which is the application's (client) id, or aad.auth.authority if the application is "
            "one of another tenant"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "tenant that is unknown", sink("aad.auth.authority=fabrikam.example"),
        says=(
            "kusto.ingestion.url=@ingestion@: token from @ingestion@/fabrikam.example/oauth2/v2.0/token: status 400: the "
            "credential is refused (invalid_request, AADSTS90002: the tenant does not exist); correct "
            "aad.auth.authority, which is the tenant's id"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "token that is none", sink("aad.auth.strategy=az_dev_token\naad.auth.accesstoken=pl4nted-not-a-token", NO_APP),
        says=(
            "kusto.ingestion.url=@ingestion@: resources at @ingestion@/v1/rest/mgmt: the credential is refused (401): "
            "Unauthorized: the request carries no bearer token that is good here; check aad.auth.* and that the "
            "application exists"
        ),
        code=SERVICE_AWAY,
        warns="aad.auth.strategy=az_dev_token is for development: the token is never renewed",
        never="will be tried again",
    ),
    Mistake(
        "workload identity outside of Kubernetes", sink("aad.auth.strategy=workload_identity", NO_APP),
        says=(
            "workload identity: AZURE_CLIENT_ID is not set; label the pod azure.workload.identity/use=true and annotate "
            "its service account"
        ),
    ),
    Mistake(
        "workload identity whose token is not mounted", sink("aad.auth.strategy=workload_identity", NO_APP),
        environment={"AZURE_CLIENT_ID": "a", "AZURE_TENANT_ID": "contoso.example", "AZURE_FEDERATED_TOKEN_FILE": "@folder@/token"},
        says=(
            "workload identity: the file of AZURE_FEDERATED_TOKEN_FILE, @folder@/token, cannot be read…; check that the "
            "service account's token is projected into the pod"
        ),
        never="will be tried again",
    ),
    Mistake(
        "managed identity outside of Azure", sink(BRIEFLY + "aad.auth.strategy=managed_identity", NO_APP),
        environment={"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://@dead@"},
        says=(
            "kusto.ingestion.url=@ingestion@: no success within 4 s (startup.timeout.ms): GET "
            "http://@dead@/metadata/identity/oauth2/token: cannot connect; check host and port, that the server runs, "
            "and that no firewall is in the way; a managed identity needs a machine of Azure, whose metadata service the "
            "pod's network policy allows"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "certificate that is not there", sink("aad.auth.appcert.location=/etc/adx/cert.pem", "aad.auth.appkey"),
        says=(
            "the certificate's file /etc/adx/cert.pem cannot be read…; check aad.auth.authority, aad.auth.appid, "
            "aad.auth.appcert.location and aad.auth.appcert.password"
        ),
        never="will be tried again",
    ),
    Mistake(
        "tenant as a URL", sink("aad.auth.authority=https://login.microsoftonline.com/contoso.example"),
        says=(
            "sink.properties:17: Invalid value https://login.microsoftonline.com/contoso.example for configuration "
            "aad.auth.authority: write the tenant alone, as its id or its domain, without a URL"
        ),
    ),
]
