"""Signing in at Kafka, and the rights there."""

from mistake import SASL, SERVICE_AWAY, Mistake, route, sink

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


def sasl(changes="", user="sink", without=""):
    """The working configuration, signing in as this user, with changes."""
    return sink(_replace(SASL % user, changes, without))


def _replace(lines, changes, without):
    gone = {line.partition("=")[0] for line in changes.splitlines()} | set(without.split())
    return "".join(line for line in lines.splitlines(keepends=True) if line.partition("=")[0] not in gone) + changes


TLS = "bootstrap.servers=@tls@\nsecurity.protocol=SSL\n"
MISTAKES = [
    Mistake(
        "mechanism that the broker has not",
        sasl(f'sasl.mechanism=SCRAM-SHA-256\nsasl.jaas.config={SCRAM} required username="sink" password="@password@";'),
        says=(
            "bootstrap.servers=@sasl@: the brokers refuse the connection: broker @sasl@ does not sign in by "
            "SCRAM-SHA-256, but by PLAIN,SCRAM-SHA-512; set sasl.mechanism to one that the brokers have"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "mechanism that there is not", sasl("sasl.mechanism=SCRAM-SHA-1024"),
        says=(
            "Invalid value SCRAM-SHA-1024 for configuration sasl.mechanism: String must be one of: GSSAPI, PLAIN, "
            "SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER; did you mean SCRAM-SHA-512?"
        ),
    ),
    Mistake(
        "protocol that there is not", sasl("security.protocol=SASL_TLS"),
        says=(
            "Invalid value SASL_TLS for configuration security.protocol: String must be one of: PLAINTEXT, SSL, "
            "SASL_PLAINTEXT, SASL_SSL; did you mean SASL_SSL?"
        ),
    ),
    Mistake(
        "protocol with a hyphen", sasl("security.protocol=SASL-SSL"),
        says=(
            "Invalid value SASL-SSL for configuration security.protocol: String must be one of: PLAINTEXT, SSL, "
            "SASL_PLAINTEXT, SASL_SSL; did you mean SASL_SSL?"
        ),
        warns="sasl.jaas.config is not used: security.protocol is SASL-SSL",
    ),
    Mistake(
        "protocol forgotten", sasl(without="security.protocol"),
        is_slow=True,
        says=(
            "bootstrap.servers=@sasl@: the brokers …: broker @sasl@ ends the connection as soon as it is used: it may "
            "want the client to sign in on this port; set security.protocol to SASL_PLAINTEXT or SASL_SSL, and how to "
            "sign in"
        ),
        code=SERVICE_AWAY,
        warns="sasl.jaas.config is not used: security.protocol is PLAINTEXT",
    ),
    Mistake(
        "plain text to SASL", sink("bootstrap.servers=@sasl@"),
        is_slow=True,
        says=(
            "bootstrap.servers=@sasl@: the brokers …: broker @sasl@ ends the connection as soon as it is used: it may "
            "want the client to sign in on this port; set security.protocol to SASL_PLAINTEXT or SASL_SSL, and how to "
            "sign in"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "plain text to TLS", sink("bootstrap.servers=@tls@"),
        is_slow=True,
        says=(
            "bootstrap.servers=@tls@: the brokers …: broker @tls@ ends the connection at the first request: it may want "
            "TLS on this port; set security.protocol to SSL, or name a port without TLS"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "TLS to plain text",
        sink(
            "bootstrap.servers=@broker@\n"
            "security.protocol=SSL\n"
            "ssl.truststore.type=PEM\n"
            "ssl.truststore.location=@keys@/ca.crt"
        ),
        is_slow=True,
        says=(
            "bootstrap.servers=@broker@: the brokers …: broker @broker@ ends the connection when TLS begins: it may not "
            "speak TLS on this port; set security.protocol to PLAINTEXT, or name a port that speaks TLS"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "TLS without an authority", sink(TLS),
        says=(
            "bootstrap.servers=@tls@: the brokers refuse the connection: the certificate of broker @tls@ is refused: the "
            "authority that signed the certificate is not among those trusted; name the authority that signed it in "
            "ssl.truststore.location"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "TLS with another authority",
        sink(TLS + "ssl.truststore.type=PEM\nssl.truststore.location=@keys@/stranger.crt"),
        says=(
            "bootstrap.servers=@tls@: the brokers refuse the connection: the certificate of broker @tls@ is refused: the "
            "authority that signed the certificate is not among those trusted; name the authority that signed it in "
            "ssl.truststore.location"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "client's certificate that has expired",
        sink(
            "bootstrap.servers=@mutual@\n"
            "security.protocol=SSL\n"
            "ssl.truststore.type=PEM\n"
            "ssl.truststore.location=@keys@/ca.crt\n"
            "ssl.keystore.type=PEM\n"
            "ssl.keystore.location=@keys@/client-expired.pem"
        ),
        says=(
            "ssl.keystore.location: @keys@/client-expired.pem: the certificate of CN=client-expired is not valid since "
            "…, when it expired; put a new one there"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "authority that is not there", sink(TLS + "ssl.truststore.type=PEM\nssl.truststore.location=/etc/kafka/ca.crt"),
        says=(
            "ssl.truststore.location: /etc/kafka/ca.crt cannot be read: there is no such file…; mount it, or correct the "
            "path"
        ),
    ),
    Mistake(
        "librdkafka's authority that is not there", sink(TLS + "consumer.override.ssl.ca.location=/etc/kafka/ca.crt"),
        says=(
            "consumer.override.ssl.ca.location: /etc/kafka/ca.crt cannot be read: there is no such file…; mount it, or "
            "correct the path"
        ),
    ),
    Mistake(
        "JKS with a wrong password",
        sink(TLS + "ssl.truststore.location=@keys@/trust.jks\nssl.truststore.password=pl4nted-wrong-store"),
        says="ssl.truststore.location: @keys@/trust.jks: the store's password is wrong, or the store was changed or damaged",
    ),
    Mistake(
        "PKCS12 with a wrong password",
        sink(
            TLS + (
                "ssl.truststore.type=PKCS12\n"
                "ssl.truststore.location=@keys@/trust.p12\n"
                "ssl.truststore.password=pl4nted-wrong-store"
            ),
        ),
        says="ssl.truststore.location: @keys@/trust.p12: the store's password is wrong, or the store was changed or damaged",
    ),
    Mistake(
        "store of a type that there is not",
        sink(TLS + "ssl.truststore.type=BCFKS\nssl.truststore.location=@keys@/trust.p12"),
        says=(
            "Invalid value BCFKS for configuration ssl.truststore.type: stores of this type are not read; use PKCS12, "
            "JKS or PEM, and convert the store by keytool -importkeystore -srckeystore OLD -srcstoretype BCFKS "
            "-destkeystore NEW -deststoretype PKCS12"
        ),
    ),
    Mistake(
        "jaas without its semicolon", sasl(f'sasl.jaas.config={PLAIN} required username="sink" password="@password@"'),
        says="Invalid value [hidden] for configuration sasl.jaas.config: JAAS config entry not terminated by semi-colon",
    ),
    Mistake(
        "jaas without required", sasl(f'sasl.jaas.config={PLAIN} username="sink" password="@password@";'),
        says=(
            "Invalid value [hidden] for configuration sasl.jaas.config: Invalid login module control flag in JAAS "
            "config; expected required, requisite, sufficient or optional"
        ),
    ),
    Mistake(
        "jaas without a password", sasl(f'sasl.jaas.config={PLAIN} required username="sink";'),
        says=(
            "Invalid value [hidden] for configuration sasl.jaas.config: its login module needs the options username and "
            "password for PLAIN"
        ),
    ),
    Mistake(
        "jaas of another mechanism", sasl(f'sasl.jaas.config={SCRAM} required username="sink" password="@password@";'),
        says=(
            "Invalid value [hidden] for configuration sasl.jaas.config: its login module is for SCRAM-SHA-256 or "
            "SCRAM-SHA-512, and sasl.mechanism is PLAIN; set sasl.mechanism to SCRAM-SHA-256 or SCRAM-SHA-512, or use "
            "org.apache.kafka.common.security.plain.PlainLoginModule"
        ),
    ),
    Mistake(
        "jaas with an open quote", sasl(f'sasl.jaas.config={PLAIN} required username="sink" password="@password@;'),
        says=(
            "Invalid value [hidden] for configuration sasl.jaas.config: JAAS config cannot be read at character 123: a "
            "value in quotes is never closed"
        ),
    ),
    Mistake(
        "jaas forgotten", sasl(without="sasl.jaas.config"),
        says=(
            'Missing required configuration "sasl.jaas.config" which has no default value. sasl.mechanism=PLAIN needs a '
            "user and a password: set it, or both of sasl.username and .password"
        ),
    ),
    Mistake(
        "mechanism forgotten", sasl(without="sasl.mechanism"),
        says=(
            "Invalid value [hidden] for configuration sasl.jaas.config: its login module is for PLAIN, and "
            "sasl.mechanism is GSSAPI, since it is not set; set sasl.mechanism to PLAIN, or use "
            "com.sun.security.auth.module.Krb5LoginModule"
        ),
    ),
    Mistake(
        "password without a user", sasl("sasl.password=@password@", without="sasl.jaas.config"),
        says=(
            'Missing required configuration "sasl.username" which has no default value. sasl.mechanism=PLAIN needs a '
            "user and a password: set it, or both of sasl.username and .password"
        ),
    ),
    Mistake(
        "password that is wrong", sasl(f'sasl.jaas.config={PLAIN} required username="sink" password="pl4nted-wrong";'),
        says=(
            "bootstrap.servers=@sasl@: the brokers refuse the connection: broker @sasl@ refuses the user and the "
            "password (PLAIN), it says: Authentication failed: Invalid username or password; check sasl.jaas.config"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "user that is unknown", sasl(user="nobody"),
        says=(
            "bootstrap.servers=@sasl@: the brokers refuse the connection: broker @sasl@ refuses the user and the "
            "password (PLAIN), it says: Authentication failed: Invalid username or password; check sasl.jaas.config"
        ),
        code=SERVICE_AWAY,
        never="will be tried again",
    ),
    Mistake(
        "SASL to plain text", sink((SASL % "sink").replace("@sasl@", "@broker@")),
        is_slow=True,
        says=(
            "bootstrap.servers=@broker@: the brokers refuse the connection: broker @broker@ signs nobody in on this "
            "port, and the client begins with PLAIN; set security.protocol to PLAINTEXT, or name a port on which the "
            "brokers sign clients in"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "client's certificate forgotten",
        sink(
            "bootstrap.servers=@mutual@\n"
            "security.protocol=SSL\n"
            "ssl.truststore.type=PEM\n"
            "ssl.truststore.location=@keys@/ca.crt"
        ),
        says=(
            "bootstrap.servers=@mutual@: the brokers refuse the connection: broker @mutual@ wants a certificate of the "
            "client, and the client has none; set ssl.keystore.location"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "topic without a right", sasl(user="no-topic"),
        says=(
            "topics: topic orders at @sasl@: the brokers refuse the request: topic orders: the brokers do not give this "
            "user the right to it (TOPIC_AUTHORIZATION_FAILED); grant the user the right to describe and read; for "
            "instance with: kafka-acls --bootstrap-server @sasl@ --add --allow-principal 'User:<the username in "
            "sasl.jaas.config>' --operation Read --topic orders"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "another topic without a right", sasl("topics=in-denied\n" + route(topic="in-denied")),
        says=(
            "topics: topic in-denied at @sasl@: the brokers refuse the request: topic in-denied: the brokers do not give "
            "this user the right to it (TOPIC_AUTHORIZATION_FAILED); grant the user the right to describe and read; for "
            "instance with: kafka-acls --bootstrap-server @sasl@ --add --allow-principal 'User:<the username in "
            "sasl.jaas.config>' --operation Read --topic in-denied"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "group without a right", sasl(user="no-group"),
        says=(
            "group.id: group connect-orders at @sasl@: the brokers refuse to let the user join: the brokers do not give "
            "this user the right to it (GROUP_AUTHORIZATION_FAILED); grant the user the right with: kafka-acls "
            "--bootstrap-server @sasl@ --add --allow-principal 'User:<the username in sasl.jaas.config>' --operation "
            "Read --group connect-orders"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "group of a name that has no right", sasl("consumer.override.group.id=orders-eu"),
        says=(
            "group.id: group orders-eu at @sasl@: the brokers refuse to let the user join: the brokers do not give this "
            "user the right to it (GROUP_AUTHORIZATION_FAILED); grant the user the right with: kafka-acls "
            "--bootstrap-server @sasl@ --add --allow-principal 'User:<the username in sasl.jaas.config>' --operation "
            "Read --group orders-eu"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "two rights missing", sasl("topics=in-denied\n" + route(topic="in-denied"), user="no-group"),
        says=(
            (
                "topics: topic in-denied at @sasl@: the brokers refuse the request: topic in-denied: the brokers do "
                "not give this user the right to it (TOPIC_AUTHORIZATION_FAILED); grant the user the right to describe "
                "and read; for instance with: kafka-acls --bootstrap-server @sasl@ --add --allow-principal 'User:<the "
                "username in sasl.jaas.config>' --operation Read --topic in-denied"
            ),
            (
                "group.id: group connect-orders at @sasl@: the brokers refuse to let the user join: the brokers do not "
                "give this user the right to it (GROUP_AUTHORIZATION_FAILED); grant the user the right with: "
                "kafka-acls --bootstrap-server @sasl@ --add --allow-principal 'User:<the username in "
                "sasl.jaas.config>' --operation Read --group connect-orders"
            ),
        ),
        code=SERVICE_AWAY,
    ),
]
