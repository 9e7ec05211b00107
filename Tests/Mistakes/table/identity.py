"""Who signs in at Azure Data Explorer."""

from mistake import Mistake, sink

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
]
