"""Converters and schema registries."""

from mistake import BRIEFLY, SERVICE_AWAY, Mistake, sink

AVRO = "value.converter=io.confluent.connect.avro.AvroConverter\n"
NO_JSON = "value.converter.schemas.enable"
MISTAKES = [
    Mistake(
        "value converter forgotten", sink(without="value.converter value.converter.schemas.enable"),
        says='Missing required configuration "value.converter" which has no default value.…',
    ),
    Mistake(
        "registry forgotten", sink(AVRO, NO_JSON),
        says=(
            'Missing required configuration "value.converter.schema.registry.url" which has no default value. '
            "io.confluent.connect.avro.AvroConverter needs it"
        ),
    ),
    Mistake(
        "registry that is a web server",
        sink(AVRO + BRIEFLY + "value.converter.schema.registry.url=http://@web@", NO_JSON),
        says=(
            "no success within 4 s (startup.timeout.ms): cannot fetch any schema: http://@web@ answered 404; check that "
            "value.converter.schema.registry.url leads to a schema registry, with its whole path"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "credentials without their source",
        sink(
            BRIEFLY + AVRO + "value.converter.schema.registry.url=http://@web@\nvalue.converter.basic.auth.user.info=user",
            NO_JSON,
        ),
        says=(
            "no success within 4 s (startup.timeout.ms): cannot fetch any schema: http://@web@ answered 404; check that "
            "value.converter.schema.registry.url leads to a schema registry, with its whole path"
        ),
        code=SERVICE_AWAY,
        warns=(
            "value.converter.basic.auth.user.info is not used: set value.converter.basic.auth.credentials.source to "
            "USER_INFO to sign in with it"
        ),
    ),
    Mistake(
        "credentials without a colon",
        sink(
            AVRO + (
                "value.converter.schema.registry.url=http://@web@\n"
                "value.converter.basic.auth.credentials.source=USER_INFO\n"
                "value.converter.basic.auth.user.info=user"
            ),
            NO_JSON,
        ),
        says="value.converter.basic.auth.user.info must be user:password; there is no colon in it",
    ),
    Mistake(
        "source of credentials that there is not",
        sink(
            AVRO + (
                "value.converter.schema.registry.url=http://@web@\n"
                "value.converter.basic.auth.credentials.source=PASSWORD\n"
                "value.converter.basic.auth.user.info=user:word"
            ),
            NO_JSON,
        ),
        says=(
            "Invalid value PASSWORD for configuration value.converter.basic.auth.credentials.source: String must be one "
            "of: URL, USER_INFO, SASL_INHERIT"
        ),
    ),
    Mistake(
        "trust store of the registry that is not there",
        sink(
            AVRO + (
                "value.converter.schema.registry.url=https://@web@\n"
                "value.converter.schema.registry.ssl.truststore.location=/etc/trust.jks"
            ),
            NO_JSON,
        ),
        says=(
            "value.converter.schema.registry.ssl.truststore.location: /etc/trust.jks cannot be read: there is no such "
            "file…; mount it, or correct the path"
        ),
    ),
    Mistake(
        "subject strategy of one's own",
        sink(
            AVRO + (
                "value.converter.schema.registry.url=http://@web@\n"
                "value.converter.value.subject.name.strategy=com.example.Strategy"
            ),
            NO_JSON,
        ),
        says=(
            "Invalid value com.example.Strategy for configuration value.converter.value.subject.name.strategy: Class "
            "must be one of: io.confluent.kafka.serializers.subject.TopicNameStrategy, "
            "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy, "
            "io.confluent.kafka.serializers.subject.RecordNameStrategy, "
            "io.confluent.kafka.serializers.subject.AssociatedNameStrategy"
        ),
    ),
    Mistake(
        "charset that there is not",
        sink(
            (
                "value.converter=org.apache.kafka.connect.storage.StringConverter\n"
                "value.converter.converter.encoding=UTF8X"
            ),
            NO_JSON,
        ),
        says=(
            "Invalid value UTF8X for configuration value.converter.converter.encoding: Unsupported encoding UTF8X; use "
            "one of UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE, UTF-16LE, windows-1252"
        ),
    ),
    Mistake(
        "registry that is a broker",
        sink(BRIEFLY + AVRO + "value.converter.schema.registry.url=http://@broker@", NO_JSON),
        says=(
            "no success within 4 s (startup.timeout.ms): cannot fetch any schema: GET http://@broker@/schemas/ids/0: the "
            "server ends the connection without an answer; check that this is a port for HTTP, and that it does not want "
            "https://"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "registry that is down", sink(BRIEFLY + AVRO + "value.converter.schema.registry.url=http://@dead@", NO_JSON),
        says=(
            "no success within 4 s (startup.timeout.ms): cannot fetch any schema: GET http://@dead@/schemas/ids/0: "
            "cannot connect; check host and port, that the server runs, and that no firewall is in the way"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "registry with an unknown name",
        sink(BRIEFLY + AVRO + "value.converter.schema.registry.url=http://registry.invalid:8081", NO_JSON),
        says=(
            "no success within 4 s (startup.timeout.ms): cannot fetch any schema: GET "
            "http://registry.invalid:8081/schemas/ids/0: the name registry.invalid does not resolve; check the host's "
            "name and this machine's DNS"
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "registry that wants a password",
        sink(AVRO + "value.converter.schema.registry.url=http://@web@/locked", NO_JSON),
        says="cannot fetch any schema: http://@web@/locked answered 401; check the user and password in schema.registry.url",
        code=SERVICE_AWAY,
    ),
    Mistake(
        "registry with https at http",
        sink(BRIEFLY + AVRO + "value.converter.schema.registry.url=https://@web@", NO_JSON),
        says=(
            "no success within 4 s (startup.timeout.ms): cannot fetch any schema: GET https://@web@/schemas/ids/0: the "
            "server does not speak TLS on this port; write http://, or name the port that speaks TLS; check the "
            "properties that begin with value.converter.schema.registry.ssl."
        ),
        code=SERVICE_AWAY,
    ),
    Mistake(
        "registry without the prefix", sink(AVRO + "schema.registry.url=http://@web@", NO_JSON),
        says=(
            'Missing required configuration "value.converter.schema.registry.url" which has no default value. '
            "io.confluent.connect.avro.AvroConverter needs it; schema.registry.url in sink.properties:17 may be meant"
        ),
        warns=(
            "sink.properties:17: schema.registry.url is not a property of this sink and is ignored; did you mean "
            "value.converter.schema.registry.url?"
        ),
    ),
]
