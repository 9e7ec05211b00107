/// What the forms of the reference say about a property besides its paragraph.
extension PropertyDefinition {
    /// The first sentence of its paragraph.
    var firstSentence: String {
        guard let end = documentation.firstRange(of: ". ") else { return documentation }
        return String(documentation[..<end.lowerBound]) + "."
    }

    /// The first sentence, or where that is long, what stands before its first colon or semicolon.
    var shortSentence: String {
        let sentence = firstSentence
        guard sentence.count > 120 else { return sentence }
        let ends = [": ", "; ", ", by ", ", as ", ", which "].compactMap { sentence.firstRange(of: $0)?.lowerBound }
        guard let end = ends.filter({ $0 > sentence.index(sentence.startIndex, offsetBy: 15) }).min() else {
            return sentence
        }
        return sentence[..<end] + "."
    }

    /// What its numbers count, as its name says; nil when they are no amounts.
    var unit: String? {
        if name.hasSuffix(".ms") { return "milliseconds" }
        if name.hasSuffix(".bytes") { return "bytes" }
        return name.hasSuffix(".kbytes") ? "KiB" : nil
    }

    /// A line of a configuration file with its example; nil when there is none.
    var exampleLine: String? {
        example.map { name.hasSuffix("*") ? "\(name.dropLast())\($0)" : "\(name)=\($0)" }
    }

    /// Whether it does what it says, when it does not.
    var note: String? {
        switch status {
        case .supported: nil
        case .ignored: "Accepted and ignored."
        case .refused: "An error when set."
        }
    }
}
