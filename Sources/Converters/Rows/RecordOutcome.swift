package import SchemaRegistry

/// What became of one message.
package enum RecordOutcome: Sendable, Equatable {
    /// This many bytes were written at the position, including the newline.
    case row(bytesWritten: Int)
    /// Nothing to write, and the offset is done: a tombstone or an empty value; in JSON also blanks, `null` and `[]`.
    case skipped
    /// The message is not what the converter reads; the bytes after the position mean nothing.
    case rejected(ConverterError)
    /// Nothing was written, because there must be room for this many bytes after the position.
    case needsSpace(bytes: Int)
    /// Nothing was written, because the open container has another schema than the message: it must be ended first.
    case sealFirst
    /// Nothing was written, because the message's schema is being fetched.
    case awaits(SchemaKey)
}
