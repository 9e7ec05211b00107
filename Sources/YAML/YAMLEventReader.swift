internal import CYaml

/// Owns one libyaml parser over a copy of the text.
@safe
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        unsafe input = .allocate(capacity: max(1, bytes.count))
        _ = unsafe input.initialize(from: bytes)
        unsafe parser = .allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else { fatalError("out of memory") }
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// Returns the next event.
    /// - Throws: ``YAMLError`` with `syntax` and libyaml's reason.
    borrowing func next() throws(YAMLError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe Self.copy(event)
    }

    private static func copy(_ event: yaml_event_t) -> YAMLEvent {
        let line = unsafe Int(event.start_mark.line) + 1
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, line: line)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, line: line)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, line: line)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, line: line)
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, line: line)
        case YAML_ALIAS_EVENT:
            return unsafe YAMLEvent(kind: .alias(text(event.data.alias.anchor) ?? ""), line: line)
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let kind = unsafe YAMLEvent.Kind.scalar(
                String(decoding: value, as: UTF8.self),
                tag: text(scalar.tag),
                isPlain: scalar.plain_implicit == 1 && scalar.style == YAML_PLAIN_SCALAR_STYLE
            )
            return unsafe YAMLEvent(kind: kind, anchor: text(scalar.anchor), line: line)
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe YAMLEvent(kind: .sequenceStart(tag: text(start.tag)), anchor: text(start.anchor), line: line)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe YAMLEvent(kind: .mappingStart(tag: text(start.tag)), anchor: text(start.anchor), line: line)
        default: return YAMLEvent(kind: .streamEnd, line: line)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    private borrowing func failure() -> YAMLError {
        let state = unsafe parser.pointee
        let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "not YAML"
        guard unsafe state.error == YAML_READER_ERROR else {
            return unsafe YAMLError(code: .syntax, reason: problem, line: Int(state.problem_mark.line) + 1)
        }
        // Input that cannot be read, such as invalid UTF-8, is found before the parser gets there and has an offset
        // only.
        let line = unsafe 1 + input.prefix(Int(state.problem_offset)).count { $0 == UInt8(ascii: "\n") }
        return YAMLError(code: .syntax, reason: problem, line: line)
    }
}
