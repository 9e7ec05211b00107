/// One step through a YAML stream, copied out of libyaml's memory.
struct YAMLEvent {
    /// What was met.
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
        case alias(String)
        /// `isPlain` tells whether the schema decides the type, as for text without quotes.
        case scalar(String, tag: String?, isPlain: Bool)
        case sequenceStart(tag: String?)
        case mappingStart(tag: String?)
    }

    /// What was met.
    let kind: Kind
    /// The anchor that names the node for later aliases.
    var anchor: String?
    /// The line, from 1.
    let line: Int
}
