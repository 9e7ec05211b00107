package import Secrets

/// The one entry of a `sasl.jaas.config`: which login module signs in, and with what.
///
/// The grammar is that of Kafka's `JaasConfig`: `Class flag key=value … ;`, read as Java's `StreamTokenizer` does. Values
/// stand in double or single quotes, in which a backslash escapes, or are words of letters, digits, `.`, `-`, `_` and `$`
/// that do not begin with a digit. A `/` outside of quotes begins a comment, so paths need quotes.
package struct JAASEntry: Sendable, Hashable {
    /// Why a text is no such entry; the message never quotes it, since it holds passwords.
    package struct Fault: Error, Sendable, Hashable {
        /// One sentence.
        package let message: String
    }

    /// The Java class of the login module.
    package let module: String
    /// The options by name.
    package let options: [String: Secret]

    /// Reads an entry.
    /// - Throws: ``Fault`` with Kafka's sentence.
    package init(parsing text: String) throws(Fault) {
        var tokens = JAASTokens(text)
        guard case .word(let module)? = try tokens.next() else {
            throw Fault(message: "Login module not specified in JAAS config")
        }
        try self.init(module, rest: &tokens)
        guard try tokens.next() == nil else {
            throw Fault(message: "JAAS config property contains more than one login module, should be 1 module")
        }
    }

    /// Reads what follows the class, to the semicolon.
    init(_ module: String, rest tokens: inout JAASTokens) throws(Fault) {
        guard case .word(let flag)? = try tokens.next() else {
            throw Fault(message: "Login module control flag not specified in JAAS config")
        }
        guard ["required", "requisite", "sufficient", "optional"].contains(flag.lowercased()) else {
            throw Fault(
                message:
                    "Invalid login module control flag in JAAS config; expected required, requisite, sufficient or "
                    + "optional"
            )
        }
        var options: [String: Secret] = [:]
        var number = 0
        reading: while true {
            switch try tokens.next() {
            case .end?: break reading
            case .word(let key)?:
                number += 1
                guard case .equals? = try tokens.next(), case .word(let value)? = try tokens.next() else {
                    // What stands where a key belongs may be the rest of a password with a blank in it.
                    throw Fault(message: "Value not specified for key number \(number) in JAAS config")
                }
                options[key] = Secret(value)
            default: throw Fault(message: "JAAS config entry not terminated by semi-colon")
            }
        }
        self.module = module
        self.options = options
    }
}
