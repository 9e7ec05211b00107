import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("What an input of migrate is read as")
struct MigrationReadingTests {
    private static let settings = """
        name: conn
        connector.class: KustoSinkConnector
        topics: orders
        aad.auth.authority: 0123
        aad.auth.appid: 1e3
        flush.size.bytes: 2000
        kusto.tables.topics.mapping: [{"topic":"orders","db":"d","table":"t"}]

        """

    private static func connector(_ name: String, _ text: String) throws -> [String: String] {
        try #require(try MigrationSources([MigrationInput(name: name, text: text)]).connectors.first).config
    }

    @Test("Properties with colons are properties, by their name or without one", arguments: ["a.properties", "-", "a"])
    func colons(name: String) throws {
        let config = try Self.connector(name, Self.settings)
        #expect(config["aad.auth.authority"] == "0123" && config["aad.auth.appid"] == "1e3")
        #expect(config["kusto.tables.topics.mapping"] == "[{\"topic\":\"orders\",\"db\":\"d\",\"table\":\"t\"}]")
    }

    @Test("A file of properties is one, whatever it begins with")
    func named() throws {
        let config = try Self.connector("x.PROPERTIES", "{a=b\nconnector.class=KustoSink\nq: {b: c}\n")
        #expect(config["{a"] == "b" && config["q"] == "{b: c}")
    }

    @Test("A flat map with quotes is YAML, and so is one of a file that is called so")
    func flatYAML() throws {
        let text = "topics: orders\nconnector.class: KustoSink\nkusto.tables.topics.mapping: '[]'\n"
        #expect(try Self.connector("a", text)["kusto.tables.topics.mapping"] == "[]")
        let block = "connector.class: KustoSink\ntopics: |-\n  orders\n"
        #expect(try Self.connector("standard input", block)["topics"] == "orders")
        #expect(try Self.connector("a.yml", "connector.class: KustoSink\ntasks.max: 2 # two\n")["tasks.max"] == "2")
    }

    private static let environment = """
        # Connect's image
        export CONNECT_BOOTSTRAP_SERVERS="b:9092"
          export\tCONNECT_VALUE_CONVERTER=org.apache.kafka.connect.json.JsonConverter  # JSON
        CONNECT_GROUP_ID=connect-cluster
        CONNECT_A='x "\\" y'
        CONNECT_B="x \\"y\\" \\d"
        CONNECT_C="-----BEGIN
        -----END" # both
        CONNECT_D="open
        CONNECT_E=
        CONNECT_F=a#b=c\\d
        no variable
        OTHER=1
        """

    @Test("A file of variables loses its quotes and each export", arguments: ["a.env", "worker", ".ENV"])
    func variables(name: String) throws {
        let input = MigrationInput(name: name, text: Self.environment)
        let properties = try #require(try MigrationSources([input]).workers.first).properties
        let expected = [
            "bootstrap.servers": "b:9092", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "group.id": "connect-cluster", "a": "x \"\\\" y", "b": "x \"y\" \\d", "c": "-----BEGIN\n-----END",
            "d": "\"open", "e": "", "f": "a#b=c\\d", "OTHER": "1",
        ]
        #expect(properties == expected)
    }

    @Test("Lines end as they do elsewhere, and what is no variable is passed over")
    func lines() {
        let variables = EnvironmentFile.parse("A=1\r\nB='2'\r\n\r\n=3\r\nC")
        #expect(variables.map(\.name) == ["A", "B", ""] && variables.map(\.value) == ["1", "2", "3"])
        #expect(EnvironmentFile.parse("").isEmpty && !EnvironmentFile.isPresent(in: ""))
        #expect(!EnvironmentFile.isPresent(in: "connector.class=x\nCONNECT_A=b"))
    }
}
