import Secrets
import SinkConfiguration

extension FuzzTarget {
    /// A text of `sasl.jaas.config`, which is also read as a file of JAAS.
    static let jaas = FuzzTarget(name: "jaas") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        checkFile(text)
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

/// Reads a text as a file, and as the only section of one.
private func checkFile(_ text: String) {
    for file in [text, "KafkaClient { \(text) };"] {
        do throws(JAASEntry.Fault) {
            let entry = try JAASFile(parsing: file).client()
            let again = try? JAASFile(parsing: "KafkaClient { \(jaasText(of: entry)) };").client()
            require(again == entry, "written again, a file's entry is another")
        } catch {
            require(!error.message.contains("s3cret"), error.message)
            require(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 }, error.message)
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
