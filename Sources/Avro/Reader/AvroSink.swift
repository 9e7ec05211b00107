internal import JSON

/// What becomes of the values of a datum; the walker is compiled for each kind of sink by itself.
protocol AvroSink {
    /// Takes text of the program: up to ``AvroProgram/padding`` bytes behind it may be read.
    mutating func literal(_ start: UnsafeRawPointer, _ count: Int)
    /// Takes one byte of text.
    mutating func byte(_ value: UInt8)
    mutating func boolean(_ value: Bool)
    mutating func integer(_ value: Int64)
    mutating func float(_ value: Float)
    mutating func double(_ value: Double)
    /// Takes a text or a map's key.
    /// - Returns: Whether it is UTF-8.
    mutating func string(_ bytes: UnsafeRawBufferPointer) -> Bool
    mutating func bytes(_ bytes: UnsafeRawBufferPointer)
    mutating func uuid(_ bytes: UnsafeRawBufferPointer)
    /// Takes a decimal number.
    /// - Returns: Whether it is not too long.
    mutating func decimal(_ bytes: UnsafeRawBufferPointer, scale: Int) -> Bool
}

/// A sink that keeps nothing, for a datum that is only checked.
struct AvroCheck: AvroSink {
    mutating func literal(_ start: UnsafeRawPointer, _ count: Int) {}
    mutating func byte(_ value: UInt8) {}
    mutating func boolean(_ value: Bool) {}
    mutating func integer(_ value: Int64) {}
    mutating func float(_ value: Float) {}
    mutating func double(_ value: Double) {}
    mutating func string(_ bytes: UnsafeRawBufferPointer) -> Bool { unsafe UTF8Text.isValid(bytes) }
    mutating func bytes(_ bytes: UnsafeRawBufferPointer) {}
    mutating func uuid(_ bytes: UnsafeRawBufferPointer) {}
    mutating func decimal(_ bytes: UnsafeRawBufferPointer, scale: Int) -> Bool { true }
}

/// A sink that writes JSON.
struct AvroJSON: AvroSink {
    /// Where the JSON goes.
    var output: JSONOutput
    /// How decimals are written.
    let decimals: DecimalFormat

    mutating func literal(_ start: UnsafeRawPointer, _ count: Int) { unsafe output.padded(start, count) }
    mutating func byte(_ value: UInt8) { output.byte(value) }
    mutating func boolean(_ value: Bool) { output.text(value ? "true" : "false") }
    mutating func integer(_ value: Int64) { output.integer(value) }
    mutating func float(_ value: Float) { output.float(value) }
    mutating func double(_ value: Double) { output.double(value) }
    mutating func string(_ bytes: UnsafeRawBufferPointer) -> Bool { unsafe output.string(bytes) }
    mutating func bytes(_ bytes: UnsafeRawBufferPointer) { unsafe output.base64(bytes) }
    mutating func uuid(_ bytes: UnsafeRawBufferPointer) { unsafe output.uuid(bytes) }

    mutating func decimal(_ bytes: UnsafeRawBufferPointer, scale: Int) -> Bool {
        switch decimals {
        case .numeric: return unsafe output.decimal(unscaled: bytes, scale: scale)
        case .base64:
            unsafe output.base64(bytes)
            return true
        }
    }
}
