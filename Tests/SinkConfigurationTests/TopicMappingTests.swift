import Converters
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Topics and tables")
struct TopicMappingTests {
    static let name = "kusto.tables.topics.mapping"

    func mapping(_ text: String, topics: String = "a") -> Result<[TopicMapping], ConfigurationError> {
        do throws(ConfigurationError) {
            return .success(try settings([Self.name: text, "topics": topics]).mappings)
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "Strings stand in single or double quotes",
        arguments: [
            "[{'topic':'a','db':'d','table':'t','format':'json','mapping':'m','streaming':false}]",
            #"[{"topic":"a","db":"d","table":"t","format":"JSON","mapping":"m"}]"#,
            #" [ { 'topic' : "a", "db" :'d','table':'t' , 'format':'Json','mapping':'m','streaming':'false'} ] "#,
            #"[{'\u0074opic':'a','db':'d','table':'t','format':'json','mapping':'m'}]"#,
        ]
    )
    func quotes(text: String) throws {
        let expected = TopicMapping(
            topic: "a",
            database: "d",
            table: "t",
            format: .json,
            mapping: "m",
            isStreaming: false
        )
        #expect(try mapping(text).get() == [expected])
    }

    @Test(
        "Quotes inside strings are kept",
        arguments: [
            (#"'a"b'"#, #""a\"b""#), (#"'a\'b'"#, #""a'b""#), (#""a'b""#, #""a'b""#), (#"'a\\'"#, #""a\\""#),
            (#"'\"'"#, #""\"""#),
            (#"{'a':'}'}"#, #"{"a":"}"}"#), (#""a\'b""#, #""a'b""#), (#"'é'"#, #""é""#),
        ]
    )
    func normalization(text: String, json: String) { #expect(SingleQuotedJSON.normalized(text) == json) }

    @Test(
        "Nothing else is loosened",
        arguments: [
            "[{topic:'a','db':'d','table':'t'}]", "[{'topic':'a','db':'d','table':'t',}]",
            "[{'topic':'a','db':'d','table':'t'},]",
            "[{'topic':'a','db':'d','table':'t'}] // x", "[{'topic':'a','db':'d','table':'t'}",
            "[{'topic':'a\",'db':'d','table':'t'}]",
            "'topic'", "{'topic':'a','db':'d','table':'t'}", "[]", "[1]", "x",
            "[{'topic':'a','db':'d','table':'t'}] []", "[{'topic':'a",
        ]
    )
    func malformed(text: String) {
        guard case .failure(let error) = mapping(text) else {
            Issue.record("accepted")
            return
        }
        #expect(error.problems.allSatisfy { $0.subject == Self.name })
        #expect(error.problems.count == 1)
    }

    @Test(
        "Every rule of an entry has its sentence",
        arguments: [
            ("{'db':'d','table':'t'}", "'topic' must be provided for each mapping"),
            ("{'topic':'','db':'d','table':'t'}", "'topic' must be provided for each mapping"),
            ("{'topic':'a','table':'t'}", "'db' must be provided for each mapping"),
            ("{'topic':'a','db':'d'}", "'table' must be provided for each mapping"),
            (
                "{'topic':'a','db':'d d','table':'t'}",
                "'db' contains invalid characters: 'd d'. Only alphanumeric characters, underscores, hyphens, and dots are allowed."
            ),
            ("{'topic':'a','db':'d','table':'t|x'}", "'table' contains invalid characters"),
            ("{'topic':'a','db':'d','table':'t','mapping':'m\"'}", "'mapping' contains invalid characters"),
            ("{'topic':'a','db':['d'],'table':'t'}", "'db' must be a string"),
            ("{'topic':'a','database':'d','table':'t'}", "unknown key 'database'; did you mean 'db'?"),
            ("{'topic':'a','db':'d','tabel':'t'}", "unknown key 'tabel'; did you mean 'table'?"),
            (
                "{'topic':'a','db':'d','table':'t','mappingName':'m'}",
                "unknown key 'mappingName'; did you mean 'mapping'?"
            ),
            ("{'topic':'a','db':'<database>','table':'t'}", "'db' still holds the placeholder <database>"),
            ("{'topic':'a','db':'d','table':'t','format':'jsno'}", "did you mean json?"),
            ("{'topic':'a','db':'d','table':'t','format':'jsonl'}", "did you mean json?"),
            ("{'topic':'a','db':'d','table':'t','streaming':'tRUE'}", "'streaming' must be true or false"),
            ("{'topic':'a','db':'d','table':'t','streaming':1.5}", "'streaming' must be true or false"),
            ("{'topic':'a','db':'d','table':'t','streaming':[]}", "'streaming' must be true or false"),
            (
                "{'topic':'a','db':'d','table':'\(String(repeating: "t", count: 1025))'}",
                "'table' is longer than the 1024"
            ),
            ("{'topic':'a','db':'d','table':\"T'] | x\"}", "'table' contains invalid characters"),
            ("{'topic':'a','db':'d','table':'Ü'}", "'table' contains invalid characters"),
            ("{'topic':'a','db':'d','table':'t','format':'xml'}", "unknown 'format' \"xml\""),
            ("{'topic':'a','db':'d','table':'t','format':7}", "unknown 'format' 7"),
            ("{'topic':'a','db':'d','table':'t','Table':'t'}", "unknown key 'Table'"),
            ("{'topic':'a','db':'d','table':'t','streaming':'yes'}", "'streaming' must be true or false"),
            (
                "{'topic':'a','db':'d','table':'t','format':'json','streaming':true}",
                "streaming ingestion of the format json needs a 'mapping'"
            ),
            ("{'topic':'a','db':'d','table':'t','format':'avro','streaming':true}", "needs a 'mapping'"),
            ("{'topic':'a b','db':'d','table':'t'}", "'topic' is not a valid topic name"),
        ]
    )
    func rules(entry: String, sentence: String) {
        guard case .failure(let error) = mapping("[\(entry)]") else {
            Issue.record("accepted")
            return
        }
        #expect(error.problems.count == 1)
        #expect(error.message.contains(sentence), "\(error.message)")
    }

    @Test(
        "Texts, numbers and Booleans are taken for each other as the connector's reader takes them",
        arguments: [
            ("'streaming':'False'", false), ("'streaming':'TRUE'", true), ("'streaming':\"true\"", true),
            ("'streaming':''", false), ("'streaming':' '", false), ("'streaming':0", false), ("'streaming':1", true),
            ("'streaming':-1", true), ("'streaming':null", false), ("'streaming':'null'", false),
        ]
    )
    func streaming(member: String, isStreaming: Bool) throws {
        let found = try mapping("[{'topic':'a','db':'d','table':'t','mapping':'m',\(member)}]").get()
        #expect(found.map(\.isStreaming) == [isStreaming])
    }

    @Test("A name that is written as a number is that number's text")
    func numericNames() throws {
        let found = try mapping("[{'topic':7,'db':1,'table':2.5,'mapping':true,'format':'csv'}]", topics: "7").get()
        #expect(found.map(\.topic) == ["7"] && found.map(\.database) == ["1"])
        #expect(found.map(\.table) == ["2.5"] && found.map(\.mapping) == ["true"])
    }

    /// A file of properties with a mapping over several lines.
    private func told(_ mapping: String) throws -> [String] {
        let text = "name=n\n\nkusto.tables.topics.mapping=\(mapping)\ntopics=a\n"
        var written = try ConfigurationFile.properties(in: text, path: "s.properties")
        for (name, value) in minimal where !written.contains(where: { $0.name == name }) {
            written.append(WrittenProperty(name, value, PropertyOrigin(source: "memory")))
        }
        do throws(ConfigurationError) {
            _ = try SinkSettings(PropertySet(written, environment: [:], references: .resolve(within: .anywhere)))
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(
        "A mistake over several lines is told with its line, and a line that was to go on",
        arguments: [
            ("[\\\n {'topic':'a',\\\n  'db' 'd'}]", "s.properties:5: ", "expected a colon"),
            ("[{'topic':'a','db':'d','table':'t'},\\\n {'topic':'b';}]", "s.properties:4: ", " here"),
            ("[{'to\"pic':'a'},\\\n{'a':1,}]", "s.properties:4: ", " here"),
            (
                "[\n {'topic':'a'}]", "s.properties:3: ",
                "the value ends unfinished at the end of line 3: a line goes on"
            ),
            (
                "[\\\n {'topic':'a',\n 'db':'d'}]", "s.properties:4: ",
                "at the end of line 4: a line goes on in the next one"
            ),
            (
                "[\\\n {'topic':'a',\\ \n 'db':'d'}]", "s.properties:4: ",
                "line 4: its \\ has a blank behind it, which must go"
            ),
            ("[{'topic':'a' 'db':'d'}]", "s.properties:3: ", " at character 15"),
            ("[{“topic”:'a'}]", "s.properties:3: ", "quotes must be ' or \", not typographic ones"),
            ("{'topic':'a','db':'d','table':'t'}", "s.properties:3: ", "put the object between [ and ]"),
        ]
    )
    func lines(mapping: String, place: String, sentence: String) throws {
        let found = try told(mapping)
        #expect(found.count == 1 && found[0].hasPrefix(place) && found[0].contains(sentence), "\(found)")
        #expect(found.first?.contains("'d'") == false && found.first?.contains("line 1, byte") == false)
    }

    @Test("Several wrong entries are all named, and a topic may be mapped only once")
    func several() {
        let text =
            "[{'topic':'a','db':'d','table':'t'},{'topic':'a','db':'d','table':'u'},{'topic':'b','db':'!','table':'!'}]"
        guard case .failure(let error) = mapping(text) else {
            Issue.record("accepted")
            return
        }
        #expect(error.problems.count == 3)
        #expect(error.message.contains("topic \"a\": the topic is mapped twice"))
    }

    @Test(
        "Every format has its name at ingestion and its kind of mapping",
        arguments: zip(
            [
                "json", "singlejson", "multijson", "csv", "tsv", "scsv", "sohsv", "psv", "txt", "tsve", "raw", "avro",
                "apacheavro", "parquet", "orc", "sstream", "w3clogfile",
            ],
            [
                ("multijson", "Json"), ("multijson", "Json"), ("multijson", "Json"), ("csv", "Csv"), ("tsv", "Csv"),
                ("scsv", "Csv"), ("sohsv", "Csv"),
                ("psv", "Csv"), ("txt", "Csv"), ("tsve", "Csv"), ("raw", "Csv"), ("avro", "Avro"),
                ("apacheavro", "ApacheAvro"), ("parquet", "Parquet"),
                ("orc", "Orc"), ("sstream", "SStream"), ("w3clogfile", "W3CLogFile"),
            ]
        )
    )
    func formats(format: String, expected: (String, String)) throws {
        let text = "[{'topic':'a','db':'d','table':'t','format':'\(format.uppercased())'}]"
        let changes = [Self.name: text, "topics": "a", "value.converter": "ByteArrayConverter"]
        let mapping = try #require(settings(changes).mappings.first)
        #expect(mapping.format.ingestionName == expected.0)
        #expect(mapping.format.mappingKind == expected.1)
    }

    @Test("Without a format it is csv")
    func defaultFormat() throws {
        #expect(try mapping("[{'topic':'a','db':'d','table':'t'}]").get().first?.format == .csv)
    }

    @Test("A topic without an entry is an error, an entry without its topic a warning")
    func coverage() throws {
        let text = "[{'topic':'a','db':'d','table':'t'},{'topic':'c','db':'d','table':'t'}]"
        let found = problems([Self.name: text, "topics": "a,b"])
        #expect(found.count == 1)
        #expect(
            found.first?.contains(
                "Kusto Sink has no ingestion props mapped for the topic: b. please check your configuration"
            ) == true
        )
        #expect(try settings([Self.name: text, "topics": "a"]).warnings.count == 1)
    }

    @Test("Exactly one of topics and topics.regex")
    func exclusive() {
        #expect(
            problems(["topics.regex": "or.*"]) == [
                "topics and topics.regex are mutually exclusive options, but both are set."
            ]
        )
        #expect(problems(["topics": nil]) == ["Must configure one of topics or topics.regex"])
        #expect(problems(["topics": " , "]).first == "Must configure one of topics or topics.regex")
        #expect(problems(["topics": "orders,a/b"]).first?.contains("'a/b' is not a valid topic name") == true)
    }
}
