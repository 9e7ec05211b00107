internal import Secrets

/// A file of JAAS (`java.security.auth.login.config`): `Name { Class flag key=value … ; … };`, as often as needed.
///
/// Read as Java's `sun.security.provider.ConfigFile` does, but for system properties in `${…}`, which are not there.
package struct JAASFile: Sendable, Hashable {
    /// The entries by the name of their section, in the order in which they are written.
    package let sections: [String: [JAASEntry]]

    /// Reads a file's text.
    /// - Throws: ``JAASEntry/Fault``, which quotes nothing of the file.
    package init(parsing text: String) throws(JAASEntry.Fault) {
        var tokens = JAASTokens(text, hasBraces: true)
        var sections: [String: [JAASEntry]] = [:]
        while let token = try tokens.next() {
            let number = sections.count + 1
            guard case .word(let name) = token, case .open? = try tokens.next() else {
                throw JAASEntry.Fault(message: "section \(number) of the JAAS file must begin with a name and {")
            }
            var entries: [JAASEntry] = []
            reading: while true {
                switch try tokens.next() {
                case .close?: break reading
                case .word(let module)?: entries.append(try JAASEntry(module, rest: &tokens))
                default: throw JAASEntry.Fault(message: "section \(number) of the JAAS file is never closed with }")
                }
            }
            guard case .end? = try tokens.next() else {
                throw JAASEntry.Fault(message: "section \(number) of the JAAS file does not end in };")
            }
            guard sections.updateValue(entries, forKey: name) == nil else {
                throw JAASEntry.Fault(message: "section \(number) of the JAAS file has the name of an earlier one")
            }
        }
        self.sections = sections
    }

    /// The entry by which Kafka's clients sign in.
    /// - Throws: ``JAASEntry/Fault`` when there is none, or when there is no way to say which is meant.
    package func client() throws(JAASEntry.Fault) -> JAASEntry {
        guard let entries = sections["KafkaClient"] else {
            throw JAASEntry.Fault(message: "the JAAS file has no section KafkaClient")
        }
        guard entries.count == 1, let entry = entries.first else {
            throw JAASEntry.Fault(message: "the JAAS file's section KafkaClient must have one login module")
        }
        guard !entry.options.values.contains(where: { $0.reveal().contains("${") }) else {
            throw JAASEntry.Fault(
                message:
                    "the JAAS file's section KafkaClient has ${…}; system properties of Java are not there, write them out"
            )
        }
        return entry
    }
}
