import Secrets
import SinkConfiguration
import Testing

@Suite("A JAAS entry")
struct JAASEntryTests {
    @Test(
        "is read as Java reads it",
        arguments: [
            ("a.B required username=\"u\" password='p';", ["username": "u", "password": "p"]),
            ("a.B REQUIRED x=\"a\\\"b\\\\c\\n\\101\" y='\"';", ["x": "a\"b\\c\nA", "y": "\""]),
            ("a.B optional // all of it\n x=w1-2.z /* and */ y=$_q ; ", ["x": "w1-2.z", "y": "$_q"]),
            ("\n a.B\n sufficient\n;", [:]),
            ("a.B requisite user=\"ключ ${x}\";", ["user": "ключ ${x}"]),
        ] as [(String, [String: String])]
    )
    func good(text: String, options: [String: String]) throws {
        let entry = try JAASEntry(parsing: text)
        #expect(entry.module == "a.B")
        #expect(entry.options.mapValues { $0.reveal() } == options)
    }

    @Test(
        "says what is wrong in Kafka's words, without what is written there",
        arguments: [
            ("", "Login module not specified in JAAS config"),
            ("a.B", "Login module control flag not specified in JAAS config"),
            ("a.B s3cret;", "Invalid login module control flag in JAAS config"),
            ("a.B required user", "Value not specified for key number 1 in JAAS config"),
            ("a.B required user=;", "Value not specified for key number 1 in JAAS config"),
            ("a.B required user=\"u\"", "JAAS config entry not terminated by semi-colon"),
            ("a.B required; c.D required;", "more than one login module"),
            ("a.B required password=1s3cret;", "must stand in quotes"),
            ("a.B required keyTab=/etc/s3cret;", "Value not specified for key number 1 in"),
            ("a.B required password=my s3cret;", "Value not specified for key number 2 in"),
            ("a.B required password=\"my\"s3cret;", "Value not specified for key number 2 in"),
            ("a.B required password=\"s3cret", "never closed"),
            ("a.B required /* s3cret", "never closed"),
            ("a.B required password=#s3cret;", "must stand in quotes"),
        ]
    )
    func bad(text: String, sentence: String) {
        let fault = #expect(throws: JAASEntry.Fault.self) { try JAASEntry(parsing: text) }
        #expect(fault?.message.contains(sentence) == true, "\(fault?.message ?? "")")
        #expect(fault?.message.contains("s3cret") == false)
    }
}
