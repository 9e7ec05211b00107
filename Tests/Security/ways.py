"""The ways in which a sink signs in, with the right credential: properties as the connector's users write them."""

import dataclasses
import typing

from kerberos import REALM

MODULES = {
    "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "GSSAPI": "com.sun.security.auth.module.Krb5LoginModule",
    "OAUTHBEARER": "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
}
OAUTH_HANDLER = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"


def jaas(mechanism, **options):
    """A JAAS entry."""
    quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in options.items()}
    return f"{MODULES[mechanism]} required " + " ".join(f'{name}="{value}"' for name, value in quoted.items()) + ";"


def sasl(mechanism, listener="SASLPLAIN", **more):
    """The properties that each way by SASL has."""
    protocol = "SASL_SSL" if listener == "SASLTLS" else "SASL_PLAINTEXT"
    found = {"security.protocol": protocol, "sasl.mechanism": mechanism}
    return found | {name.replace("__", "."): value for name, value in more.items()}


def trust(rig, kind):
    """The authority of the brokers, from a file of a kind."""
    files = {"PEM": "ca.crt", "PKCS12": "trust.p12", "JKS": "trust.jks"}
    found = {"ssl.truststore.location": rig.keys.file(files[kind]), "ssl.truststore.type": kind}
    return found | ({} if kind == "PEM" else {"ssl.truststore.password": rig.keys.store_password})


def plain(rig, password=None, user="sink"):
    return {"sasl.jaas.config": jaas("PLAIN", username=user, password=password or rig.kafka.password)}


def scram(rig, mechanism, password=None):
    return {"sasl.jaas.config": jaas(mechanism, username="sink", password=password or rig.scram_password)}


def keytab(rig, name="sink.keytab", principal="sink", configured=True):
    found = {
        "sasl.kerberos.service.name": "kafka",
        "sasl.jaas.config": jaas(
            "GSSAPI", useKeyTab="true", storeKey="true", keyTab=rig.realm.file(name), principal=f"{principal}@{REALM}"
        ),
    }
    return found | ({"java.security.krb5.conf": rig.realm.configuration} if configured else {})


def ticket_cache(rig):
    return {
        "sasl.kerberos.service.name": "kafka", "java.security.krb5.conf": rig.realm.configuration,
        "sasl.jaas.config": jaas("GSSAPI", useTicketCache="true", ticketCache=rig.realm.tickets("given-tickets")),
    }


def oauth(rig, secret=None, path="/token", client="sink"):
    """As Kafka's clients have written it since 2.x: the credential in the JAAS entry."""
    return {
        "sasl.login.callback.handler.class": OAUTH_HANDLER, "sasl.oauthbearer.token.endpoint.url": rig.provider.url(path),
        "sasl.jaas.config": jaas("OAUTHBEARER", clientId=client, clientSecret=secret or rig.oauth_secret, scope="kafka"),
    }


def oauth_properties(rig):
    """As Kafka's clients write it since 4.1: the credential in properties."""
    return {
        "sasl.login.callback.handler.class": OAUTH_HANDLER, "sasl.oauthbearer.token.endpoint.url": rig.provider.url("/token"),
        "sasl.jaas.config": MODULES["OAUTHBEARER"] + " required;",
        "sasl.oauthbearer.client.credentials.client.id": "sink",
        "sasl.oauthbearer.client.credentials.client.secret": rig.oauth_secret, "sasl.oauthbearer.scope": "kafka",
    }


def identity(rig, kind, name="sink-mutual"):
    """A client's certificate and key, from a store of a kind."""
    keys = rig.keys
    store = {"ssl.keystore.password": keys.store_password}
    if kind == "PEM":
        return {"ssl.keystore.type": "PEM", "ssl.keystore.location": keys.file(f"{name}.pem")}
    if kind == "PEM text":
        return {
            "ssl.keystore.type": "PEM", "ssl.keystore.certificate.chain": keys.text(f"{name}.crt"),
            "ssl.keystore.key": keys.text(f"{name}.key.encrypted"), "ssl.key.password": keys.key_password,
        }
    if kind == "PKCS12":
        return store | {"ssl.keystore.type": "PKCS12", "ssl.keystore.location": keys.file(f"{name}.p12")}
    if kind == "PKCS12 of Java":
        return store | {"ssl.keystore.type": "PKCS12", "ssl.keystore.location": keys.file(f"{name}.java.p12")}
    # Its type is what Java takes when none is told.
    return store | {"ssl.keystore.location": keys.file(f"{name}.jks"), "ssl.key.password": keys.key_password}


@dataclasses.dataclass(frozen=True)
class Way:
    """A listener, and how properties for it come about; `queue` are those of the misc queue when it has its own."""

    name: str
    listener: str
    properties: typing.Callable
    queue: typing.Callable | None = None
    environment: typing.Callable | None = None

    def __str__(self):
        return self.name


SSL = {"security.protocol": "SSL"}
WAYS = [
    Way("plain", "SASLPLAIN", lambda rig: sasl("PLAIN") | plain(rig)),
    Way("plain-tls-pem", "SASLTLS", lambda rig: sasl("PLAIN", "SASLTLS") | plain(rig) | trust(rig, "PEM")),
    Way("scram256", "SASLPLAIN", lambda rig: sasl("SCRAM-SHA-256") | scram(rig, "SCRAM-SHA-256")),
    Way("scram256-tls-p12", "SASLTLS",
        lambda rig: sasl("SCRAM-SHA-256", "SASLTLS") | scram(rig, "SCRAM-SHA-256") | trust(rig, "PKCS12")),
    Way("scram512-names", "SASLPLAIN",
        lambda rig: sasl("SCRAM-SHA-512", sasl__username="sink", sasl__password=rig.scram_password)),
    Way("scram512-tls-jks", "SASLTLS",
        lambda rig: sasl("SCRAM-SHA-512", "SASLTLS") | scram(rig, "SCRAM-SHA-512") | trust(rig, "JKS")),
    Way("gssapi-environment", "SASLPLAIN", lambda rig: sasl("GSSAPI") | keytab(rig, configured=False),
        environment=lambda rig: {"KRB5_CONFIG": rig.realm.configuration}),
    Way("gssapi-keytab", "SASLPLAIN", lambda rig: sasl("GSSAPI") | keytab(rig)),
    Way("gssapi-tls-cache", "SASLTLS", lambda rig: sasl("GSSAPI", "SASLTLS") | ticket_cache(rig) | trust(rig, "PEM")),
    Way("oauth", "SASLPLAIN", lambda rig: sasl("OAUTHBEARER") | oauth(rig)),
    Way("oauth-tls-properties", "SASLTLS",
        lambda rig: sasl("OAUTHBEARER", "SASLTLS") | oauth_properties(rig) | trust(rig, "PKCS12")),
    Way("tls-pem", "TLS", lambda rig: SSL | trust(rig, "PEM")),
    Way("tls-p12", "TLS", lambda rig: SSL | trust(rig, "PKCS12")),
    Way("tls-jks", "TLS", lambda rig: SSL | trust(rig, "JKS")),
    Way("mutual-pem", "MUTUAL", lambda rig: SSL | trust(rig, "PEM") | identity(rig, "PEM")),
    Way("mutual-pem-text", "MUTUAL", lambda rig: SSL | trust(rig, "PEM") | identity(rig, "PEM text")),
    Way("mutual-p12", "MUTUAL", lambda rig: SSL | trust(rig, "PKCS12") | identity(rig, "PKCS12")),
    Way("mutual-p12-java", "MUTUAL", lambda rig: SSL | trust(rig, "JKS") | identity(rig, "PKCS12 of Java")),
    Way("mutual-jks", "MUTUAL", lambda rig: SSL | trust(rig, "JKS") | identity(rig, "JKS")),
    # The misc queue is at brokers of its own, where nothing of the consumer's counts.
    Way("queue-mutual", "SASLPLAIN", lambda rig: sasl("SCRAM-SHA-512") | scram(rig, "SCRAM-SHA-512"),
        queue=lambda rig: ("MUTUAL", SSL | trust(rig, "PKCS12") | identity(rig, "JKS"))),
    Way("queue-plain", "MUTUAL", lambda rig: SSL | trust(rig, "PEM") | identity(rig, "PKCS12"),
        queue=lambda rig: ("SASLPLAIN", sasl("PLAIN") | plain(rig))),
    # As a Connect worker has it: without prefix for all clients, other values for the consumer.
    Way("consumer-override", "SASLPLAIN", lambda rig: {
        f"consumer.override.{name}": value for name, value in (sasl("SCRAM-SHA-256") | scram(rig, "SCRAM-SHA-256")).items()
    }),
]
