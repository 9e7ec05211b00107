"""The examples of docs/kafka-security.md, and those that the connector's own documentation has, are taken as they are."""

import os
import re
import subprocess

import pytest

import properties
from processes import ROOT, executable
from ways import MODULES

# What the documentation leaves to the reader, so that the rest of it is in order.
MINIMAL = {
    "name": "examples", "topics": "events", "bootstrap.servers": "broker.example:9092",
    "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
    "kusto.ingestion.url": "https://ingest-help.kusto.windows.net", "kusto.query.url": "https://help.kusto.windows.net",
    "aad.auth.appid": "00000000-0000-0000-0000-000000000001", "aad.auth.appkey": "SECRET",
    "aad.auth.authority": "00000000-0000-0000-0000-000000000002",
    "kusto.tables.topics.mapping": '[{"topic":"events","db":"db","table":"T","format":"json"}]',
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
}


def documented():
    """The page's blocks of properties, by the heading above them and their number there."""
    with open(os.path.join(ROOT, "docs", "kafka-security.md")) as file:
        parts = re.split(r"^## (.*)\n", file.read(), flags=re.MULTILINE)
    return [
        pytest.param(block, id=f"{heading}-{number}")
        for heading, text in zip(parts[1::2], parts[2::2])
        for number, block in enumerate(re.findall(r"```properties\n(.*?)```", text, re.DOTALL), 1)
    ]


# The variables of the connector's documentation, sections 4.1 and 4.2, with a key, a secret and a principal in them.
CONFLUENT_CLOUD = {
    "CONNECT_CONNECTOR_CLIENT_CONFIG_OVERRIDE_POLICY": "All",
    "CONNECT_SASL_MECHANISM": "PLAIN",
    "CONNECT_SECURITY_PROTOCOL": "SASL_SSL",
    "CONNECT_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM": "https",
    "CONNECT_SASL_JAAS_CONFIG": f'{MODULES["PLAIN"]} required username="KEY" password="SECRET";',
}
HDINSIGHT = {
    "KAFKA_OPTS": "-Djava.security.krb5.conf=/etc/krb5.conf",
    "CONNECT_CONNECTOR_CLIENT_CONFIG_OVERRIDE_POLICY": "All",
    "CONNECT_SASL_MECHANISM": "GSSAPI",
    "CONNECT_SASL_KERBEROS_SERVICE_NAME": "kafka",
    "CONNECT_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "CONNECT_SASL_JAAS_CONFIG": f'{MODULES["GSSAPI"]} required useKeyTab=true storeKey=true '
    'keyTab="/etc/security/keytabs/kafka-client-hdi.keytab" principal="kusto@EXAMPLE.COM";',
}
JAAS_FILE = f"""\
KafkaClient {{
    {MODULES["GSSAPI"]} required
    useKeyTab=true
    storeKey=true
    keyTab="/etc/security/keytabs/kafka-client-hdi.keytab"
    principal="kusto@EXAMPLE.COM";
}};
"""


def ask(tmp_path, *arguments, text="", environment=None):
    """What the worker says of a configuration without connecting to anything: its exit code, its output, its complaints."""
    path = tmp_path / "sink.properties"
    properties.write(path, MINIMAL)
    with open(path, "a") as file:
        file.write(text)
    outcome = subprocess.run(
        [executable("kusto-sink-worker", "KUSTO_SINK_WORKER"), *arguments, "--config", path], capture_output=True, text=True, timeout=120, check=False,
        env=dict(os.environ) | (environment or {}),
    )
    assert "SECRET" not in outcome.stdout + outcome.stderr
    return outcome.returncode, outcome.stdout, outcome.stderr


@pytest.mark.parametrize("text", documented())
def test_what_we_document_is_read(tmp_path, text):
    status, shown, _ = ask(tmp_path, "--print-config", text=text)
    assert status == 0
    for name in re.findall(r"^([a-z.]+)=", text, re.MULTILINE):
        assert re.search(rf"^{re.escape(name)}=", shown, re.MULTILINE), f"{name} is not in {shown}"


@pytest.mark.parametrize("environment", [CONFLUENT_CLOUD, HDINSIGHT], ids=["confluent-cloud", "hdinsight"])
def test_the_variables_of_the_connector_are_in_order(tmp_path, environment):
    status, shown, complaints = ask(tmp_path, "--print-config", environment=environment)
    assert status == 0
    for variable, value in environment.items():
        if variable.startswith("CONNECT_"):
            name = variable.removeprefix("CONNECT_").lower().replace("_", ".")
            # Of a name that nothing here reads no value is shown.
            is_hidden = name in ("sasl.jaas.config", "connector.client.config.override.policy")
            assert f"\n{name}={'[hidden]' if is_hidden else value}\n" in shown
    status, said, complaints = ask(tmp_path, "check", "--offline", environment=environment)
    assert status == 0 and not complaints, said + complaints


def test_the_login_file_of_the_connector_is_in_order(tmp_path):
    path = tmp_path / "hdi-esp-jaas.conf"
    path.write_text(JAAS_FILE)
    environment = HDINSIGHT | {
        "KAFKA_OPTS": f"-Djava.security.krb5.conf=/etc/krb5.conf -Djava.security.auth.login.config={path}"
    }
    del environment["CONNECT_SASL_JAAS_CONFIG"]
    status, said, complaints = ask(tmp_path, "check", "--offline", environment=environment)
    assert status == 0 and not complaints, said + complaints
    # Without it nobody knows as whom to sign in.
    path.write_text("")
    status, _, complaints = ask(tmp_path, "check", "--offline", environment=environment)
    assert status == 64 and "java.security.auth.login.config" in complaints
