import Secrets
import SinkConfiguration

extension FuzzTarget {
    /// A text of `sasl.jaas.config`.
    static let jaas = FuzzTarget(name: "jaas") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(JAASEntry.Fault) {
            let entry = try JAASEntry(parsing: text)
            let again = try? JAASEntry(parsing: jaasText(of: entry))
            require(again == entry, "written again, an entry is another")
            require("\(entry.options)".contains("s3cret") == false, "a secret is shown")
        } catch {
            // Faults are sentences of ours, whatever is in the text.
            require(error.message.hasSuffix(".") == false && !error.message.contains("s3cret"), error.message)
            require(error.message.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 }, error.message)
        }
    }
}

/// The text of an entry, with all in quotes.
private func jaasText(of entry: JAASEntry) -> String {
    let options = entry.options.map { "\n\(quoted($0.key)) = \(quoted($0.value.reveal()))" }.joined()
    return "\(quoted(entry.module)) required\(options);"
}

private func quoted(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": scalars.append(contentsOf: ["\\", scalar])
        case "\n": scalars.append(contentsOf: ["\\", "n"])
        case "\r": scalars.append(contentsOf: ["\\", "r"])
        default: scalars.append(scalar)
        }
    }
    return "\"\(String(scalars))\""
}
