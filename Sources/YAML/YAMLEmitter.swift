internal import CYaml
internal import JSON

/// Writes one value through libyaml's emitter.
@safe
struct YAMLEmitter: ~Copyable {
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private let output = OutputBuffer()

    private init() {
        unsafe emitter = .allocate(capacity: 1)
        guard unsafe yaml_emitter_initialize(emitter) == 1 else { fatalError("out of memory") }
        // Borrowed, since the emitter ends before this struct's buffer does.
        unsafe yaml_emitter_set_output(emitter, appendOutput, Unmanaged.passUnretained(output).toOpaque())
        unsafe yaml_emitter_set_unicode(emitter, 1)
        unsafe yaml_emitter_set_width(emitter, -1)
    }

    deinit {
        unsafe yaml_emitter_delete(emitter)
        unsafe emitter.deallocate()
    }

    /// Returns `value` as one document.
    static func text(of value: JSONValue) -> String {
        let emitter = YAMLEmitter()
        unsafe emitter.emit { event in unsafe yaml_stream_start_event_initialize(event, YAML_UTF8_ENCODING) }
        unsafe emitter.emit { event in unsafe yaml_document_start_event_initialize(event, nil, nil, nil, 1) }
        emitter.emit(value)
        unsafe emitter.emit { event in unsafe yaml_document_end_event_initialize(event, 1) }
        unsafe emitter.emit { event in unsafe yaml_stream_end_event_initialize(event) }
        return String(decoding: emitter.output.bytes, as: UTF8.self)
    }

    private borrowing func emit(_ value: JSONValue) {
        switch value {
        case .null: emit("null", YAML_PLAIN_SCALAR_STYLE)
        case .bool, .integer, .number: emit(value.text, YAML_PLAIN_SCALAR_STYLE)
        case .double(let number):
            let text = number.isNaN ? ".nan" : number.isInfinite ? (number < 0 ? "-.inf" : ".inf") : value.text
            emit(text, YAML_PLAIN_SCALAR_STYLE)
        case .string(let text): emit(text, Self.style(of: text))
        case .array(let elements):
            let style = elements.isEmpty ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
            unsafe emit { event in unsafe yaml_sequence_start_event_initialize(event, nil, nil, 1, style) }
            for element in elements { emit(element) }
            unsafe emit { event in unsafe yaml_sequence_end_event_initialize(event) }
        case .object(let object):
            let style = object.isEmpty ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
            unsafe emit { event in unsafe yaml_mapping_start_event_initialize(event, nil, nil, 1, style) }
            for (key, element) in object {
                emit(key, Self.style(of: key))
                emit(element)
            }
            unsafe emit { event in unsafe yaml_mapping_end_event_initialize(event) }
        }
    }

    /// Text that a reader of YAML 1.2, or of 1.1, would take for something else is quoted.
    private static func style(of text: String) -> yaml_scalar_style_t {
        if text.contains("\n") { return YAML_LITERAL_SCALAR_STYLE }
        let ambiguous = ["y", "n", "yes", "no", "on", "off", "<<", "="].contains(text.lowercased())
        let startsLikeNumber = text.first.map { $0.isASCII && ($0.isNumber || "+-.".contains($0)) } ?? false
        guard !ambiguous, !startsLikeNumber, case .string = YAMLScalars.coreSchemaValue(of: text) else {
            return YAML_DOUBLE_QUOTED_SCALAR_STYLE
        }
        return YAML_ANY_SCALAR_STYLE
    }

    private borrowing func emit(_ text: String, _ style: yaml_scalar_style_t) {
        var bytes = Array(text.utf8)
        let count = Int32(bytes.count)
        let isPlain: Int32 = style == YAML_PLAIN_SCALAR_STYLE || style == YAML_ANY_SCALAR_STYLE ? 1 : 0
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            unsafe emit { event in
                unsafe yaml_scalar_event_initialize(event, nil, nil, buffer.baseAddress, count, isPlain, 1, style)
            }
        }
    }

    private borrowing func emit(_ initialize: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
        var event = unsafe yaml_event_t()
        guard unsafe initialize(&event) == 1, unsafe yaml_emitter_emit(emitter, &event) == 1 else {
            // Strings are valid UTF-8 and the output has no bound, so only memory can be missing.
            fatalError("libyaml cannot emit")
        }
    }
}

/// Where the emitter's output gathers.
private final class OutputBuffer {
    var bytes: [UInt8] = []
}

private func appendOutput(
    _ opaque: UnsafeMutableRawPointer?,
    _ bytes: UnsafeMutablePointer<UInt8>?,
    _ count: Int
) -> Int32 {
    guard let opaque = unsafe opaque else { return 0 }
    let output = unsafe Unmanaged<OutputBuffer>.fromOpaque(opaque).takeUnretainedValue()
    unsafe output.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    return 1
}
