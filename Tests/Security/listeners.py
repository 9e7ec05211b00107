"""One real Kafka with a listener for each way of being reached, and with an authorizer."""

import secrets
import threading

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import (
    AdminClient, NewTopic, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion,
)

import kerberos
import tokens
from acls import Grants
from broker import free_ports
from kafka import Kafka, silent
from processes import RunError, wait_until

# name: security protocol, the broker's certificate, further lines of its configuration.
LISTENERS = {
    "SASLPLAIN": ("SASL_PLAINTEXT", None, ""),
    "SASLTLS": ("SASL_SSL", "server", ""),
    # Ends each connection after this time, so that clients have to sign in again.
    "ROTATING": ("SASL_PLAINTEXT", None, "connections.max.reauth.ms=4000\n"),
    "TLS": ("SSL", "server", "ssl.client.auth=none\n"),
    "MUTUAL": ("SSL", "server", "ssl.client.auth=required\nssl.truststore.type=PEM\nssl.truststore.location={ca}\n"),
    "EXPIRED": ("SSL", "server-expired", ""),
    "ELSEWHERE": ("SSL", "server-elsewhere", ""),
    "UNTRUSTED": ("SSL", "server-untrusted", ""),
}
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI", "OAUTHBEARER")

SASL = """\
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,GSSAPI,OAUTHBEARER
plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required {users};
scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
gssapi.sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true \
keyTab="{keytab}" principal="kafka/127.0.0.1@{realm}";
sasl.kerberos.service.name=kafka
oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
oauthbearer.sasl.server.callback.handler.class=\
org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler
oauthbearer.sasl.oauthbearer.jwks.endpoint.url={keys}
oauthbearer.sasl.oauthbearer.expected.audience={audience}
oauthbearer.sasl.oauthbearer.expected.issuer={issuer}
"""

AUTHORIZER = """\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
"""


class SecuredBroker(Grants, Kafka):
    """The broker; who comes by `PLAINTEXT`, or by TLS without a certificate, is `ANONYMOUS` and may do everything."""

    def __init__(self, children, folder, keys, realm, provider, users):
        """`users` are those who sign in by PLAIN, all with one password."""
        self.ports = dict(zip(LISTENERS, free_ports(len(LISTENERS))))
        # As brokers take it in a JAAS entry, where it needs quoting in both senses.
        self.password = f"pl4nted-plain-{secrets.token_hex(8)};='$"
        self._keys = keys
        self._sasl = SASL.format(
            users=" ".join(f'user_{name}="{self.password}"' for name in users), keytab=realm.file("broker.keytab"), realm=kerberos.REALM, keys=provider.url("/keys"),
            audience=tokens.AUDIENCE, issuer=tokens.ISSUER,
        )
        options = (
            f"-Djava.security.krb5.conf={realm.configuration} -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls="
            f"{provider.url('/keys')}"
        )
        super().__init__(children, folder, extra=self._configuration, environment={"KAFKA_OPTS": options})
        self._producer = Producer(
            {"bootstrap.servers": self.address, "enable.idempotence": True, "log_level": 0}, logger=silent()
        )
        self._writing = threading.Lock()

    def _configuration(self, address, controller):
        """What stands in its configuration, after what it has without security."""
        names = [("PLAINTEXT", address)] + [(name, f"127.0.0.1:{port}") for name, port in self.ports.items()]
        lines = [
            "listeners=" + ",".join(f"{name}://{at}" for name, at in names + [("CONTROLLER", controller)]),
            "advertised.listeners=" + ",".join(f"{name}://{at}" for name, at in names),
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT," + ",".join(
                f"{name}:{protocol}" for name, (protocol, _, _) in LISTENERS.items()
            ),
        ]
        for name, (protocol, certificate, more) in LISTENERS.items():
            text = more.format(ca=self._keys.file("ca.crt"))
            if protocol.startswith("SASL"):
                text += self._sasl
            if certificate:
                text += f"ssl.keystore.type=PEM\nssl.keystore.location={self._keys.file(certificate + '.pem')}\n"
            lines += [f"listener.name.{name.lower()}.{line}" for line in text.splitlines()]
        return "\n".join(lines) + "\n" + AUTHORIZER

    def at(self, listener):
        """The address of a listener."""
        return f"127.0.0.1:{self.ports[listener]}"

    def write(self, topic, values):
        """Writes records and waits until the broker has them."""
        refused = []
        with self._writing:
            for value in values:
                self._producer.produce(topic, value, on_delivery=lambda error, _: error and refused.append(error))
            if self._producer.flush(60):
                raise RunError(f"not all records of {topic} were acknowledged")
        if refused:
            raise RunError(f"records of {topic} were refused: {refused[0]}")

    # What an administrator does

    def create_all(self, names):
        """Makes topics of one partition, all in one request."""
        for answer in self.admin.create_topics([NewTopic(name, 1, 1) for name in names], request_timeout=60).values():
            answer.result(90)

    def set_password(self, user, password, mechanisms=("SCRAM-SHA-256", "SCRAM-SHA-512")):
        """Gives a user of SCRAM another password; connections that there are go on."""
        kinds = {"SCRAM-SHA-256": ScramMechanism.SCRAM_SHA_256, "SCRAM-SHA-512": ScramMechanism.SCRAM_SHA_512}
        # One request takes one of them.
        for mechanism in mechanisms:
            change = UserScramCredentialUpsertion(user, ScramCredentialInfo(kinds[mechanism], 4096), password.encode())
            for answer in self.admin.alter_user_scram_credentials([change]).values():
                answer.result(60)
        # The controller has it; the broker follows, after what it has to do for new topics.
        for mechanism in mechanisms:
            wait_until(lambda: self._lets_in(user, password, mechanism), f"{user} can sign in by {mechanism}", 120, 0.1)

    def _lets_in(self, user, password, mechanism):
        client = AdminClient({
            "bootstrap.servers": self.at("SASLPLAIN"), "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism,
            "sasl.username": user, "sasl.password": password, "log_level": 0,
        }, logger=silent())
        try:
            return bool(client.list_topics(timeout=5).brokers)
        except KafkaException:
            return False
