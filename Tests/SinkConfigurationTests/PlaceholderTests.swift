import Identity
import Secrets
import Testing

@testable import SinkConfiguration

/// Values that nobody has filled in end as "the secret is wrong" at a service unless they are told of first.
@Suite("Values that still hold a placeholder")
struct PlaceholderTests {
    @Test(
        "are problems of their property, once each",
        arguments: [
            ("aad.auth.authority", "<tenant id>", "still holds the placeholder <tenant id>"),
            ("aad.auth.appid", "<application-id>", "still holds the placeholder <application-id>"),
            ("aad.auth.appkey", "<application secret>", "still holds the placeholder <application secret>"),
            ("aad.auth.appkey", "[hidden]", "still holds the placeholder [hidden]"),
            ("aad.auth.appkey", "{{ .Values.appkey }}", "still holds the placeholder {{ .Values.appkey }}"),
            ("aad.auth.appkey", "__APP_KEY__", "still holds the placeholder __APP_KEY__"),
            ("aad.auth.appkey", "<my old dog>", "looks like a placeholder that was left"),
            ("aad.auth.appkey", "${hunter2}", "is written like a variable of a shell, which nothing replaces"),
            (
                "aad.auth.appkey", "${AAD_APPKEY}",
                "holds ${AAD_APPKEY}, which nothing replaces: write ${env:AAD_APPKEY} for"
            ),
            ("aad.auth.appkey", "$AAD_APPKEY", "holds $AAD_APPKEY, which nothing replaces: write ${env:AAD_APPKEY}"),
            ("aad.auth.appkey", "%AAD_APPKEY%", "holds %AAD_APPKEY%, which nothing replaces: write ${env:AAD_APPKEY}"),
            ("name", "sink-${STAGE}", "holds ${STAGE}, which nothing replaces: write ${env:STAGE} for"),
            ("topics", "{{ .Values.topic }}", "still holds the placeholder {{ .Values.topic }}"),
            ("bootstrap.servers", "<broker>:9092", "still holds the placeholder <broker>"),
            ("bootstrap.servers", "${BROKERS}", "holds ${BROKERS}, which nothing replaces"),
            ("kusto.ingestion.url", "https://ingest-<cluster>.<region>.kusto.windows.net", "the placeholder <cluster>"),
            ("aad.auth.authority", "your-tenant-id", "still holds the placeholder your-tenant-id"),
            ("aad.auth.appid", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "still holds the placeholder xxxxxxxx"),
            ("aad.auth.appid", "CHANGEME", "still holds the placeholder CHANGEME"),
            ("flush.size.bytes", "${SIZE}", "holds ${SIZE}, which nothing replaces"),
            ("consumer.override.client.rack", "${ZONE}", "holds ${ZONE}, which nothing replaces"),
        ]
    )
    func told(name: String, value: String, sentence: String) {
        let found = problems([name: value])
        #expect(found.count == 1 && found[0].contains(sentence) && found[0].hasPrefix("\(name) "), "\(found)")
    }

    @Test("In a JAAS entry an option that is nothing else counts")
    func jaas() {
        let entry =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"${KAFKA_PASSWORD}\";"
        let found = problems(["security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.jaas.config": entry])
        #expect(
            found.count == 1 && found[0].contains("write ${env:KAFKA_PASSWORD} for the environment variable"),
            "\(found)"
        )
    }

    @Test(
        "A secret may be almost anything, and one more dollar sign makes text of what would be a reference",
        arguments: [
            ("pa$$w0rd", nil), ("<a>", nil), ("a<b c>d", nil), ("x${NAME}y", nil), ("$5", nil), ("$Connection", nil),
            ("100%", nil), ("{{", nil), ("xxxx", nil), ("changeme", nil), ("$${NAME}", "${NAME}"),
            ("$${vault:x}", "${vault:x}"), ("a$${env:B}c", "a${env:B}c"),
        ] as [(String, String?)]
    )
    func meant(value: String, secret: String?) throws {
        let set = PropertySet(minimal.merging(["aad.auth.appkey": value]) { $1 })
        let application = EntraApplication(tenantID: "tenant", clientID: "client")
        let expected = Credential.clientSecret(application, RotatedSecret(Secret(secret ?? value)))
        #expect(try SinkSettings(set).kusto.credential == expected)
        // Whoever reads the properties anew, such as a worker that takes what the operator renders, gets the same.
        let again = set.rereading(environment: [:], within: .below(["/nowhere"]))
        #expect(try SinkSettings(again).kusto.credential == expected)
        #expect(
            try SinkSettings(PropertySet(minimal.merging(["aad.auth.appkey": value]) { $1 }, references: .keep)).kusto
                .credential == expected
        )
    }

    @Test("What other properties may hold stays as it is")
    func harmless() throws {
        _ = try settings(["sasl.username": "$ConnectionString", "consumer.override.client.rack": "a-b", "name": "x"])
        #expect(problems(["topics": nil, "topics.regex": "orders<x>"]) == [])
    }

    @Test("What nothing reads may be left over, and is only a warning")
    func leftovers() throws {
        let left = [
            "aad.auth.strategy": "managed_identity", "aad.auth.authority": "<tenant id>", "aad.auth.appid": "<client>",
            "aad.auth.appkey": "${KEY}",
        ]
        #expect(problems(left).allSatisfy { !$0.contains("placeholder") && !$0.contains("nothing replaces") })
        #expect(problems(["value.converter.schema.registry.url": "<registry>"]) == [])
    }

    @Test("No secret that looks like a placeholder is shown, nor a password in a URL")
    func secretsStayHidden() {
        for value in ["${hunter2}", "<my hunter dog>", "{{hunter}}", "__HUNTER__", "%HUNTER%", "$HUN_TER"] {
            let found = problems(["aad.auth.appkey": value])
            #expect(found.count == 1 && !found[0].lowercased().contains("hun"), "\(found)")
        }
        #expect(problems(["proxy.host": "http://u:<hunter>@p"]).allSatisfy { !$0.contains("hunter") })
    }

    @Test("Names that look like placeholders and belong to topics and groups are taken")
    func topicsInUnderscores() {
        #expect(problems(["consumer.override.group.id": "__X__"]) == [])
    }

    @Test("Quotes in the name of a group are its own, as they were the connector's")
    func quotedGroups() throws {
        let found = try settings(["name": "\"orders\""])
        #expect(found.warnings.contains { $0.contains("the consumer group is another one") }, "\(found.warnings)")
        #expect(found.consumer["group.id"] == "connect-\"orders\"")
    }

    @Test("Quotes around a value are told, since they are part of it")
    func quotes() throws {
        for name in ["bootstrap.servers", "topics", "kusto.ingestion.url", "value.converter", "log.level"] {
            let found = problems([name: "\"\(minimal[name] ?? "info")\""])
            #expect(found == ["\(name): the quotes (\") around the value are part of it; remove them"], "\(found)")
        }
        let warnings = try settings(["aad.auth.appkey": "'hunter2'"]).warnings
        #expect(
            warnings == [
                "aad.auth.appkey: the quotes (') around the value are part of it; remove them, unless they belong to the secret"
            ]
        )
    }

    @Test(
        "A name of an older release, or one that is nearly right, is named beside what is missing",
        arguments: [
            ("kusto.tables.topics_mapping", "kusto.tables.topics.mapping"), ("kusto.auth.appid", "aad.auth.appid"),
            ("kusto.auth.appkey", "aad.auth.appkey"), ("kusto.auth.authority", "aad.auth.authority"),
            ("kusto.tables.topics.maping", "kusto.tables.topics.mapping"), ("Topics", "topics"), ("topic", "topics"),
            ("bootstrap_servers", "bootstrap.servers"), ("CONNECT_BOOTSTRAP_SERVERS", "bootstrap.servers"),
            ("AAD.AUTH.APPID", "aad.auth.appid"), ("kusto.ingest.url", "kusto.ingestion.url"),
        ]
    )
    func olderNames(written: String, meant: String) throws {
        var values = minimal
        values[written] = values.removeValue(forKey: meant)
        let error = #expect(throws: ConfigurationError.self) { try SinkSettings(PropertySet(values)) }
        #expect(
            error?.problems.count == 1 && error?.problems.first?.message.hasSuffix("\(written) may be meant") == true,
            "\(error?.message ?? "")"
        )
        #expect(error?.warnings.contains { $0.hasPrefix("\(written) is ") && $0.contains(meant) } == true)
    }

    @Test("Older names that are no property's are ignored with what to write instead")
    func removed() throws {
        let warnings = try settings([
            "aad.auth.managedidentity.enabled": "true", "kusto.sink.flush_size": "1", "dlq.topic.name": "x",
        ]).warnings
        #expect(
            warnings == [
                "aad.auth.managedidentity.enabled is a name of an older release and is ignored; use aad.auth.strategy=managed_identity",
                "dlq.topic.name is a name of an older release and is ignored; use misc.deadletterqueue.*",
                "kusto.sink.flush_size is a name of an older release and is ignored; use flush.size.bytes",
            ]
        )
    }

    @Test("Properties of something else are told as what they are")
    func foreign() {
        let worker = ["bootstrap.servers": "b:1", "group.id": "g", "plugin.path": "/x"].map {
            WrittenProperty($0.key, $0.value, PropertyOrigin(source: "worker.properties", line: 1, isFile: true))
        }
        let error = #expect(throws: ConfigurationError.self) {
            try SinkSettings(PropertySet(worker, environment: [:], references: .keep))
        }
        #expect(
            error?.problems.map(\.message) == [
                "worker.properties is the file of a Connect worker alone; name the connector's file, too: --config worker.properties --config CONNECTOR-FILE"
            ]
        )
        let other = PropertySet([
            "name": "n", "topics": "t", "connector.class": "io.confluent.connect.s3.S3SinkConnector", "s3.region": "x",
        ])
        let told = #expect(throws: ConfigurationError.self) { try SinkSettings(other) }
        #expect(told?.problems.count == 1 && told?.message.contains("the configuration of another connector") == true)
    }
}
