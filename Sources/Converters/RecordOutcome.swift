/// What became of one message.
package enum RecordOutcome: Sendable, Equatable {
    /// This many bytes were written at the position, the newline among them.
    case row(bytesWritten: Int)
    /// There is nothing to write, and the offset passes: a tombstone, an empty value; of JSON also white space, `null` and `[]`.
    case skipped
    /// The message is not what the converter reads; the bytes after the position mean nothing.
    case rejected(ConverterError)
    /// Nothing was written, because this many bytes must be there after the position.
    case needsSpace(bytes: Int)
}
